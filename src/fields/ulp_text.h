// What -i prints behind the members of tcp_info: MD5 keys and upper-layer protocols. Ready escaped.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "skq/fields.h"

namespace skq::fields {

/// 192.0.2.1/32=key,192.0.2.2/32=other; in a key a blank, a comma and a backslash are escaped.
std::optional<std::string_view> md5_keys_text(const Socket& socket, TextContext& context);

void append_md5_keys(std::string& out, const InetDetail& detail);
void append_ulp(std::string& out, const InetDetail& detail);

}  // namespace skq::fields
