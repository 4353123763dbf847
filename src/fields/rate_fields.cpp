#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"

namespace skq::fields {
namespace {

using Rate = std::optional<std::uint64_t> Rates::*;

std::optional<Bytes> rate(const Socket& s, Rate member) {
  const InetDetail* detail = s.inet() != nullptr ? s.inet()->detail : nullptr;
  if (detail == nullptr || !detail->rates || !((*detail->rates).*member)) return std::nullopt;
  return Bytes{*((*detail->rates).*member)};
}

constexpr NeedSet counters{Need::tcp_info};

constexpr auto rows = std::array{
    field({.name = "send_rate",
           .title = "Send/s",
           .help = "Payload sent in a second, retransmissions included, since the look before; absent without --watch "
                   "and at first sight.",
           .source = "growth of tcpi_bytes_sent",
           .shown = Shown::on_request,
           .needs = counters,
           .families = inet_families,
           .netids = NetidSet(Netid::tcp)},
          [](const Socket& s) { return rate(s, &Rates::sent); }),
    field({.name = "recv_rate",
           .title = "Recv/s",
           .help = "Payload received in a second since the look before; absent without --watch and at first sight.",
           .source = "growth of tcpi_bytes_received",
           .shown = Shown::on_request,
           .needs = counters,
           .families = inet_families,
           .netids = NetidSet(Netid::tcp)},
          [](const Socket& s) { return rate(s, &Rates::received); }),
    field({.name = "retrans_rate",
           .title = "Retrans/s",
           .help = "Payload sent again in a second since the look before; absent without --watch and at first sight.",
           .source = "growth of tcpi_bytes_retrans",
           .shown = Shown::on_request,
           .needs = counters,
           .families = inet_families,
           .netids = NetidSet(Netid::tcp)},
          [](const Socket& s) { return rate(s, &Rates::retransmitted); }),
};

}  // namespace

std::span<const Field> rate_fields() { return rows; }

}  // namespace skq::fields
