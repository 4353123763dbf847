// The known word that a mistyped one probably stands for. Letter case is no mistake.
#pragma once

#include <span>
#include <string_view>

namespace skq {

/// Empty when none is near.
std::string_view nearest_word(std::string_view typed, std::span<const std::string_view> known);

/// ASCII only: state names, keywords and units are ASCII, and the answer must not depend on a locale.
char lower(char c);
bool equal_without_case(std::string_view a, std::string_view b);

}  // namespace skq
