// A whole Socket as text, one word for each member that has a value, so that a test compares all of it at once and an
// unexpected value, or an absent one that became zero, is seen.
#pragma once

#include <string>

#include "skq/socket.h"

namespace skq::test {

std::string text_of(const Socket& socket);

}  // namespace skq::test
