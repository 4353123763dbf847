// Text for a narrow place: words flow into lines that are never wider than it is, and times as people say them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skq::render {

/// Lines of at most `width` columns. A piece stays in one line where it can, one that is wider than a line is broken.
/// Pieces have to be escaped already; there is always at least one line.
std::vector<std::string> flowed(std::span<const std::string> pieces, std::size_t width);

/// The same for a sentence, whose pieces are its words.
std::vector<std::string> wrapped(std::string_view sentence, std::size_t width);

/// "40 ms", "3.7 s", "2 min 5 s", "3 h 12 min", "2 d 3 h". Must be finite.
std::string duration_text(double seconds);

}  // namespace skq::render
