// A line of text made to fit a row of the terminal. What is cut off is marked: a terminal that does not wrap would
// write the rest over its last cell, where a cut port looks like a whole one.
#pragma once

#include <string>
#include <string_view>

namespace skq::cli {

/// `line` has no line feed; colours (ESC [ … m) take no room, a tab goes on to the next eighth column.
std::string fit_to_row(std::string_view line, int columns, bool utf8);

}  // namespace skq::cli
