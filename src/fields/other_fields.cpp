#include <array>

#include "fields/field_row.h"
#include "fields/fields_of.h"
#include "fields/print.h"

namespace skq::fields {
namespace {

constexpr FamilySet netlink_family{Family::netlink};
constexpr FamilySet packet_family{Family::packet};

std::optional<std::uint32_t> of_detail(const Socket& s, std::optional<std::uint32_t> PacketDetail::*member) {
  if (s.packet() == nullptr || s.packet()->detail == nullptr) return std::nullopt;
  return s.packet()->detail->*member;
}

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
    field({.name = "packet_protocol",
           .title = "Eth Protocol",
           .help = "Ethernet protocol a packet socket receives; 3 is every protocol.",
           .source = "packet(7)",
           .families = packet_family},
          [](const Socket& s) -> std::optional<std::uint32_t> {
            if (s.packet() == nullptr) return std::nullopt;
            return s.packet()->protocol;
          }),
    field({.name = "packet_version",
           .title = "Ring Version",
           .help = "Version of the packet ring's header (TPACKET_V1 is 0).",
           .source = "PACKET_DIAG_INFO",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = packet_family},
          [](const Socket& s) { return of_detail(s, &PacketDetail::version); }),
    field({.name = "packet_fanout",
           .title = "Fanout",
           .help = "Fanout group and type of a packet socket, as id | type << 16.",
           .source = "PACKET_DIAG_FANOUT",
           .shown = Shown::extended,
           .needs = NeedSet(Need::detail),
           .families = packet_family},
          [](const Socket& s) { return of_detail(s, &PacketDetail::fanout); }),
};

}  // namespace

std::span<const Field> other_fields() { return rows; }

}  // namespace skq::fields
