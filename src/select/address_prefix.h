// Addresses and prefixes: reading them, and whether an address lies inside.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "skq/socket.h"

namespace skq::select {

struct Prefix {
  Family family{};  ///< inet or inet6
  Address address;
  std::uint8_t bits = 0;
  bool operator==(const Prefix&) const = default;
};

inline constexpr std::uint8_t v4_bits = 32, v6_bits = 128;

/// "10.1.2.3", "10/8", "10.0.0.0/255.0.0.0", "fe80::/10". As in ss, missing parts of an IPv4 address are zeros.
std::optional<Prefix> parse_prefix(std::string_view text);

/// An IPv4 prefix also holds v4-mapped IPv6 addresses; an IPv6 prefix holds no IPv4 address (net/ipv4/inet_diag.c,
/// inet_diag_bc_run).
bool holds(const Prefix& prefix, Family family, const Address& address);

}  // namespace skq::select
