// Numeric addresses as text, the one way everybody prints them (RFC 5952, letter for letter what inet_ntop gives).
#pragma once

#include <string>

#include "skq/socket.h"

namespace skq {

/// Appends 127.0.0.1, ::1, ::ffff:1.2.3.4 … Family::inet reads the first four bytes; every other family all sixteen.
void append_address(std::string& out, Family family, const Address& address);

}  // namespace skq
