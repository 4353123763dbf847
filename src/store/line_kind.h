// What a line of a snapshot is. Whoever wrote the file again may have put blanks between, or its members into another
// order: a line is told by what it says, not by how it begins.
#pragma once

#include <cstdint>
#include <string_view>

namespace skq::store {

enum class LineKind : std::uint8_t {
  snapshot,  ///< a head
  finding,
  delta,
  row,   ///< a socket, also one of which nothing is known here
  newer  ///< of a type that this version does not know
};

/// Of the line that the text begins with. Reads no further than it must.
LineKind kind_of_line(std::string_view text);

/// As the recorder begins a row.
inline bool is_usual_row(std::string_view line) { return line.starts_with(R"({"family":)"); }

}  // namespace skq::store
