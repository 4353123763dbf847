// Base64 of RFC 4648, for bytes that JSON cannot carry as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace skq::store {

void append_base64(std::string& out, std::string_view bytes);
/// Empty: not base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace skq::store
