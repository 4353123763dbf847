// A destination as a thread's memory holds it (struct sockaddr), and which socket it names. The bytes are anybody's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "skq/socket.h"

namespace skq::diagnosing {

struct NamedAddress {
  Family family{};
  std::string_view name;  ///< unix: as UnixPart::name has it, a leading NUL for an abstract one
  bool abstract = false;
  Address address;  ///< inet; v4-mapped IPv6 as IPv4
  std::uint16_t port = 0;
};
/// Empty: no address, one of another family, or too short to name anything.
std::optional<NamedAddress> parse_address(std::span<const std::byte> bytes);

/// Whether a socket bound to `bound` (as a wildcard, too) takes what is sent to the address.
bool takes(const Socket& bound, const NamedAddress& address);
/// An IPv4 address is 4 bytes of 16, and one mapped into IPv6 is the same.
NamedAddress inet_address(Family family, const Address& address, std::uint16_t port);

/// A connected or an unconnected sender's type of socket, and who may receive from it.
bool may_receive(const Socket& bound, const Socket& sender);
bool same_netns(const Socket& a, const Socket& b);

}  // namespace skq::diagnosing
