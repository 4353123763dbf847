// Numeric addresses as text, the one way everybody prints them (RFC 5952, letter for letter what inet_ntop gives).
#pragma once

#include <string>

#include "skq/socket.h"

namespace skq {

/// Appends 127.0.0.1, ::1, ::ffff:1.2.3.4 … Family::inet reads the first four bytes; every other family all sixteen.
void append_address(std::string& out, Family family, const Address& address);

/// Whether an IPv6 address is an IPv4 one in disguise, ::ffff:a.b.c.d; the IPv4 address is its last four bytes.
bool is_v4_mapped(const Address& address);

}  // namespace skq
