#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/print.h"

namespace skq::fields {
namespace {

constexpr FamilySet netlink_family{Family::netlink};

constexpr auto rows = std::array{
    field({.name = "nl_protocol",
           .title = "NL Protocol",
           .help = "Number of the netlink protocol.",
           .source = "netlink(7)",
           .families = netlink_family},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (s.netlink() == nullptr) return std::nullopt;
            return s.netlink()->protocol;
          }),
    field({.name = "nl_portid",
           .title = "NL Port",
           .help = "Port id of a netlink socket; often, not always, the pid of who made it; 0 is the kernel.",
           .source = "netlink(7)",
           .families = netlink_family},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (s.netlink() == nullptr) return std::nullopt;
            return s.netlink()->portid;
          }),
    field({.name = "nl_groups",
           .title = "NL Groups",
           .help = "Multicast groups joined, as a hexadecimal mask of all groups.",
           .source = "NETLINK_DIAG_GROUPS",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = netlink_family},
          [](const Socket& s, TextContext& c) { return netlink_groups(s, c); }),
};

}  // namespace

std::span<const Field> other_fields() { return rows; }

}  // namespace skq::fields
