#include <vector>

#include "fields/fields_of.h"
#include "fields/sctp_mptcp_text.h"
#include "fields/struct_fields.h"
#include "model/mptcp_info.h"

namespace skq::fields {
namespace {

constexpr StructFacts common{"mptcp_", "struct mptcp_info, include/uapi/linux/mptcp.h", NetidSet(Netid::mptcp)};
constexpr auto members = member_fields<common, model::mptcp_info_members, mptcp_member>();

std::optional<bool> flag(const Socket& s, std::uint32_t bit) {
  static const model::StructMember& flags = *model::find_mptcp_info("flags");
  const auto value = mptcp_member(s, flags);
  if (!value) return std::nullopt;
  return (*value & bit) != 0;
}

constexpr auto rows = std::array{
    field({.name = "mptcp_fallback",
           .title = "mptcp_fallback",
           .help = "Whether the connection has fallen back to plain TCP.",
           .source = "MPTCP_INFO_FLAG_FALLBACK",
           .shown = Shown::info,
           .needs = NeedSet(Need::tcp_info),
           .families = inet_families,
           .netids = NetidSet(Netid::mptcp)},
          [](const Socket& s) { return flag(s, model::mptcp_flag_fallback); }),
    field({.name = "mptcp_remote_key",
           .title = "mptcp_remote_key",
           .help = "Whether the peer's key is known, without which no subflow can be added.",
           .source = "MPTCP_INFO_FLAG_REMOTE_KEY_RECEIVED",
           .shown = Shown::info,
           .needs = NeedSet(Need::tcp_info),
           .families = inet_families,
           .netids = NetidSet(Netid::mptcp)},
          [](const Socket& s) { return flag(s, model::mptcp_flag_remote_key); }),
};

}  // namespace

std::span<const Field> mptcp_fields() {
  static const std::vector<Field> all = [] {
    std::vector<Field> fields(members.begin(), members.end());
    fields.insert(fields.end(), rows.begin(), rows.end());
    return fields;
  }();
  return all;
}

}  // namespace skq::fields
