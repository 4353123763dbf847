// The way from a socket to what an inet socket tells only when asked.
#pragma once

#include <cstddef>
#include <span>

#include "skq/socket.h"

namespace skq::fields {

inline const InetDetail* inet_detail(const Socket& socket) {
  return socket.inet() != nullptr ? socket.inet()->detail : nullptr;
}

/// struct tcp_info; empty for sockets of other protocols, whose INET_DIAG_INFO is another struct.
inline std::span<const std::byte> tcp_info_of(const Socket& socket) {
  const InetDetail* detail = inet_detail(socket);
  if (detail == nullptr || (socket.netid != Netid::tcp && socket.netid != Netid::dccp)) return {};
  return detail->tcp_info;
}

}  // namespace skq::fields
