#include <vector>

#include "fields/fields_of.h"
#include "fields/sctp_mptcp_text.h"
#include "fields/struct_fields.h"
#include "model/sctp_info.h"

namespace skq::fields {
namespace {

constexpr StructFacts common{"sctp_", "struct sctp_info, include/uapi/linux/sctp.h", NetidSet(Netid::sctp)};
constexpr auto members = member_fields<common, model::sctp_info_members, sctp_member>();

const InetDetail* detail_of(const Socket& s) {
  return s.netid == Netid::sctp && s.inet() != nullptr ? s.inet()->detail : nullptr;
}

std::optional<std::string_view> list(std::span<const SctpAddress> addresses, TextContext& c) {
  if (addresses.empty()) return std::nullopt;
  c.scratch.clear();
  append_sctp_addresses(c.scratch, addresses);
  return c.scratch;
}

constexpr auto rows = std::array{
    field({.name = "sctp_association",
           .title = "sctp_association",
           .help = "Whether the row is an association; its endpoint is another row with the same inode.",
           .source = "INET_DIAG_PEERS",
           .families = inet_families,
           .netids = NetidSet(Netid::sctp)},
          [](const Socket& s) -> std::optional<bool> {
            if (s.netid != Netid::sctp || s.inet() == nullptr) return std::nullopt;
            return s.inet()->association.has_value();
          }),
    field({.name = "sctp_locals",
           .title = "sctp_locals",
           .help = "Every address of this end, separated by commas.",
           .source = "INET_DIAG_LOCALS",
           .families = inet_families,
           .netids = NetidSet(Netid::sctp)},
          [](const Socket& s, TextContext& c) {
            const InetDetail* detail = detail_of(s);
            return detail != nullptr ? list(detail->locals, c) : std::nullopt;
          }),
    field({.name = "sctp_peers",
           .title = "sctp_peers",
           .help = "Every address of the other end, separated by commas; absent for an endpoint.",
           .source = "INET_DIAG_PEERS",
           .families = inet_families,
           .netids = NetidSet(Netid::sctp)},
          [](const Socket& s, TextContext& c) {
            const InetDetail* detail = detail_of(s);
            return detail != nullptr ? list(detail->peers, c) : std::nullopt;
          }),
    field({.name = "sctp_p_address",
           .title = "sctp_p_address",
           .help = "The other end's address in use, that of the primary path.",
           .source = "struct sctp_info, include/uapi/linux/sctp.h",
           .shown = Shown::info,
           .needs = NeedSet(Need::tcp_info),
           .families = inet_families,
           .netids = NetidSet(Netid::sctp)},
          [](const Socket& s) -> std::optional<AddressValue> {
            const InetDetail* detail = detail_of(s);
            if (detail == nullptr || !detail->primary) return std::nullopt;
            return AddressValue{detail->primary->family, &detail->primary->address};
          }),
};

}  // namespace

std::span<const Field> sctp_fields() {
  static const std::vector<Field> all = [] {
    std::vector<Field> fields(rows.begin(), rows.end());
    fields.insert(fields.end(), members.begin(), members.end());
    return fields;
  }();
  return all;
}

}  // namespace skq::fields
