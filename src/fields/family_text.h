// What -e, and --tipcinfo, write of sockets of the younger families.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "skq/fields.h"

namespace skq::fields {

/// rx(entries:N) tx(entries:N) umem(…) fr(entries:N) cr(entries:N) stats(…)
void append_xdp_details(std::string& out, const XdpPart& part);

/// type:STREAM cong:none drop:0 publ via {T,I}, and of a group member group(…), which ss leaves out.
std::optional<std::string_view> tipcinfo_text(const Socket& socket, TextContext& context);

}  // namespace skq::fields
