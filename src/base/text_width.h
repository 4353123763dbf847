// How many columns of a terminal a text takes. Own tables instead of wcwidth: the answer must not depend on setlocale.
#pragma once

#include <cstddef>
#include <string_view>

namespace skq {

/// 0 for combining characters and controls, 2 for East Asian wide ones and emoji, else 1.
int display_width(char32_t code);

/// A byte that is not UTF-8 counts as 1, what terminals draw for it.
std::size_t display_width(std::string_view text);

}  // namespace skq
