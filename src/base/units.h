// Units that print and parse: sizes in the 1.0K style (powers of 1024).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace skq {

/// Below 1024 the plain number, else one decimal and K M G T P E: 212992 is 208.0K. Rounded to nearest.
void append_bytes_human(std::string& out, std::uint64_t bytes);

/// "4096", "4K", "1.5G", "2MiB"; letters in either case, powers of 1024. Empty when it is no size, when a fraction has
/// no unit, or when 64 bits do not hold it.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace skq
