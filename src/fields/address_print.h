// The address columns as ss prints them, family by family.
#pragma once

#include <string_view>

#include "skq/fields.h"

namespace skq::fields {

/// An abstract name begins with a NUL (unix(7)); a path never has one.
bool is_abstract(const UnixPart& part);

std::string_view local_text(const Socket& socket, TextContext& context);
std::string_view peer_text(const Socket& socket, TextContext& context);

}  // namespace skq::fields
