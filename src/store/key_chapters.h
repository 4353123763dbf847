// The chapters of the table of keys, in the order of a row.
#pragma once

#include <vector>

#include "store/recorded_keys.h"

namespace skq::store {

std::vector<Key> identity_keys();
std::vector<Key> unix_keys();
std::vector<Key> owner_keys();
std::vector<Key> inet_keys();
std::vector<Key> info_keys();    ///< tcp_info, mptcp_info, sctp_info
std::vector<Key> packet_keys();  ///< netlink and packet
std::vector<Key> other_keys();   ///< vsock, xdp, tipc

/// A field of the catalogue, so far without a setter; a name that is none is a bug and throws.
Key of_field(std::string_view name);
inline Key of_field(std::string_view name, decltype(Key::set) set, std::uint16_t argument = 0) {
  Key key = of_field(name);
  key.set = set;
  key.argument = argument;
  return key;
}

}  // namespace skq::store
