// Text for eyes, composed of several facts. It comes ready escaped for a terminal: a renderer prints it as it is, so
// that a hostile comm cannot imitate the punctuation around it.
#pragma once

#include <optional>
#include <string_view>

#include "skq/fields.h"

namespace skq::fields {

std::optional<std::string_view> netns_text(const Socket& socket, TextContext& context);
std::optional<std::string_view> mem_text(const Socket& socket, TextContext& context);
std::optional<std::string_view> process_text(const Socket& socket, TextContext& context);
std::optional<std::string_view> peer_process_text(const Socket& socket, TextContext& context);
std::optional<std::string_view> details_text(const Socket& socket, TextContext& context);
std::optional<std::string_view> skmem_text(const Socket& socket, TextContext& context);

}  // namespace skq::fields
