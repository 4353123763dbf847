// Any bytes as FILTER: an error or a filter, whose print reads back as the same tree and which can be asked of any row.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "select/filter_expression.h"

namespace {

using namespace skq;

/// Knows everything, so that the fuzzer gets past the look-ups.
class EasyResolver : public Resolver {
 public:
  std::vector<HostAddress> addresses(std::string_view host) override {
    HostAddress v6{Family::inet6, {}}, v4{Family::inet, {}};
    v6.address.bytes[15] = v4.address.bytes[0] = static_cast<std::byte>(host.size());
    if (host.size() % 3 == 0) return {};
    if (host.size() % 3 == 1) return {v4};
    return {v4, v6};
  }
  std::optional<std::uint16_t> port(std::string_view service, std::string_view) override {
    return static_cast<std::uint16_t>(service.size());
  }
  // No names here: a printed index would be taken for one.
  std::optional<std::uint32_t> interface(std::string_view) override { return std::nullopt; }
  std::optional<std::uint64_t> cgroup(std::string_view path) override { return path.size(); }
};

void check(std::string_view text, const FilterScope& scope) {
  EasyResolver resolver;
  auto parsed = parse_filter(std::span(&text, 1), resolver, scope);
  if (const auto* error = std::get_if<SyntaxError>(&parsed)) {
    if (error->text().empty()) std::abort();
    return;
  }
  const Filter& filter = std::get<Filter>(parsed);
  Socket sockets[4];
  sockets[0].part = UnixPart{};
  sockets[1].part = InetPart{};
  sockets[2].part = NetlinkPart{};
  sockets[3].part = PacketPart{};
  for (const Socket& socket : sockets) (void)matches(filter, socket);
  if (!filter.expression) return;
  const std::string printed = select::print(*filter.expression);
  const std::string_view view = printed;
  constexpr std::size_t longest = 524288;
  auto again = parse_filter(std::span(&view, 1), resolver, scope);
  if (const auto* error = std::get_if<SyntaxError>(&again)) {
    // Parentheses that only the printer writes may pass a limit.
    if (printed.size() <= longest && error->message.find("too deeply") == std::string::npos) std::abort();
    return;
  }
  if (!(*std::get<Filter>(again).expression == *filter.expression)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr FilterScope scopes[] = {{},
                                    {FamilySet(Family::unix_domain), {}},
                                    {FamilySet(Family::netlink), {}},
                                    {FamilySet(Family::packet), {}},
                                    {FamilySet(Family::inet, Family::inet6), NetidSet(Netid::tcp)}};
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  check(text, scopes[data[0] % 5]);
  return 0;
}
