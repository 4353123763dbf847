// Integers as filters write them: decimal, 0x hexadecimal, or octal after a leading 0, as ss reads ports and marks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace skq::select {

/// The whole text must be the number; empty when it is none or does not fit.
std::optional<std::uint64_t> parse_c_number(std::string_view text, std::uint64_t largest);

}  // namespace skq::select
