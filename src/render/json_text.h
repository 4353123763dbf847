// JSON's pieces: strings and values. Own code instead of a library, since names are any bytes and the result must be
// valid UTF-8 always, at the cost of a copy.
#pragma once

#include <string>
#include <string_view>

#include "skq/fields.h"

namespace skq::render {

/// A quoted string. Bytes that are not UTF-8 become U+FFFD, one for each maximal subpart, as WHATWG decoders do.
/// Controls, line separators, and what could steer a terminal are written \uHHHH, which readers give back exactly.
void append_json_string(std::string& out, std::string_view bytes);

/// Numbers are numbers (percent with two decimals at most), what is absent or not finite is null.
void append_json_value(std::string& out, const Value& value, bool threads);

}  // namespace skq::render
