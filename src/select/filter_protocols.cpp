#include "select/filter_protocols.h"

#include <array>

#include "base/nearest_word.h"
#include "select/number_text.h"

namespace skq::select {
namespace {

template <class Number>
struct Named {
  std::string_view name;
  Number number;
};

// include/uapi/linux/if_ether.h
constexpr std::array<Named<std::uint16_t>, 20> ethernet{{
    {"all", 0x0003},     {"loop", 0x0060},  {"ip", 0x0800},      {"ipv4", 0x0800},    {"x25", 0x0805},
    {"arp", 0x0806},     {"rarp", 0x8035},  {"802.1q", 0x8100},  {"ipx", 0x8137},     {"ipv6", 0x86dd},
    {"pause", 0x8808},   {"slow", 0x8809},  {"mpls_uc", 0x8847}, {"mpls_mc", 0x8848}, {"ppp_disc", 0x8863},
    {"ppp_ses", 0x8864}, {"eapol", 0x888e}, {"802.1ad", 0x88a8}, {"lldp", 0x88cc},    {"batman", 0x4305},
}};

// include/uapi/linux/netlink.h, by the names that ss prints
constexpr std::array<Named<std::uint8_t>, 21> netlink{{
    {"rtnl", 0},  {"route", 0},  {"unused", 1},  {"usersock", 2}, {"fw", 3},    {"tcpdiag", 4},     {"sock_diag", 4},
    {"nflog", 5}, {"xfrm", 6},   {"selinux", 7}, {"iscsi", 8},    {"audit", 9}, {"fiblookup", 10},  {"connector", 11},
    {"nft", 12},  {"ip6fw", 13}, {"dec-rt", 14}, {"uevent", 15},  {"genl", 16}, {"scsi-trans", 18}, {"ecryptfs", 19},
}};

template <class Number, std::size_t N>
std::optional<Number> look_up(const std::array<Named<Number>, N>& table, std::string_view name) {
  for (const auto& row : table) {
    if (equal_without_case(row.name, name)) return row.number;
  }
  if (const auto number = parse_c_number(name, static_cast<Number>(-1))) return static_cast<Number>(*number);
  return std::nullopt;
}

}  // namespace

std::optional<std::uint16_t> ethernet_protocol_named(std::string_view name) { return look_up(ethernet, name); }
std::optional<std::uint8_t> netlink_protocol_named(std::string_view name) { return look_up(netlink, name); }

}  // namespace skq::select
