// SOCK_DESTROY as bytes, and the kernel's answer to it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/bytes.h"
#include "skq/socket.h"

namespace skq::kernel {

/// A request to close exactly this socket, to be acknowledged. Empty for a socket that has no such identity: one of
/// another family, or one without a cookie, for then the kernel would close whatever has the address by now.
/// `peer_port` goes where the socket's own would: see destroy.cpp, reach_in_group.
std::optional<std::vector<std::byte>> destroy_bytes(const Socket& socket, std::uint16_t peer_port,
                                                    std::uint32_t sequence);

/// 0 or errno of the answer to the request with that sequence; empty: the datagram is none.
std::optional<int> destroy_answer(ByteSpan datagram, std::uint32_t sequence);

}  // namespace skq::kernel
