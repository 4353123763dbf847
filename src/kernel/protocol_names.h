// Names of netlink and Ethernet protocols: the vocabulary of ss, which no C library function knows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace skq::kernel {

/// The name ss prints for an Ethernet protocol (host byte order); "*" for ETH_P_ALL, empty for one without a name.
std::string_view ethernet_protocol_name(std::uint16_t protocol);

using NetlinkNames = std::unordered_map<std::uint8_t, std::string>;

/// The built-in names of netlink protocols.
NetlinkNames netlink_protocol_names();

/// Adds what the text of an nl_protos file says: lines of a number (decimal or 0x…) and a name, '#' begins a comment.
/// Other lines are left out.
void read_netlink_names(std::string_view text, NetlinkNames& names);

}  // namespace skq::kernel
