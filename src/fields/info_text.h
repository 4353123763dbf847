// The text of -i, what the protocol knows of a connection: one function a protocol, chosen by netid in info_text.cpp.
//
// To add a protocol: its function here, which appends words that each begin with a blank, and its line in append_info.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "skq/fields.h"

namespace skq::fields {

std::optional<std::string_view> info_text(const Socket& socket, TextContext& context);

/// " ts sack cubic wscale:7,7 rto:204 …" in ss's order and formats (tcp_info_text.cpp).
void append_tcp_info(std::string& out, const Socket& socket, const TextContext& context);

}  // namespace skq::fields
