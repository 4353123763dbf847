// A program outside of skq's tree: how full is each connected unix stream socket?
#include <iostream>
#include <span>
#include <variant>

#include "skq/collect.h"
#include "skq/fields.h"

int main() {
  auto source = skq::open_kernel();
  if (!source) {
    std::cerr << source.error().text() << '\n';
    return 1;
  }
  skq::Request request;
  request.tables = {{.netid = skq::Netid::u_str,
                     .family = skq::Family::unix_domain,
                     .states = skq::StateSet(skq::State::established)}};
  request.needs = skq::NeedSet(skq::Need::queues, skq::Need::memory);

  const skq::Field* fill = skq::find_field("send_fill");
  if (fill == nullptr) return 1;
  skq::TextContext context;
  skq::Snapshot storage;
  const auto print = [&](std::span<const skq::Socket* const> rows) {
    for (const skq::Socket* row : rows) {
      const skq::Value value = fill->get(*row, context);
      if (const double* percent = std::get_if<double>(&value)) std::cout << *percent << '\n';
    }
  };
  const auto summary = skq::collect(request, **source, storage, print);
  if (!summary) std::cerr << summary.error().text() << '\n';
  return summary ? 0 : 1;
}
