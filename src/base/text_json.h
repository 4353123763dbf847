// JSON's strings. Own code instead of a library, since names are any bytes and the result must be valid UTF-8 always.
#pragma once

#include <string>
#include <string_view>

namespace skq {

/// A quoted string. Bytes that are not UTF-8 become U+FFFD, one for each maximal subpart, as WHATWG decoders do.
/// Controls, line separators, and what could steer a terminal are written \uHHHH, which readers give back exactly.
void append_json_string(std::string& out, std::string_view bytes);

}  // namespace skq
