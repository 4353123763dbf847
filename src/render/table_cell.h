// One cell of a table: a value as eyes like it, and where it is aligned.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "skq/fields.h"

namespace skq::render {

/// What a cell's look may say. Table.cpp turns it into colours; without colour it says nothing.
enum class Tone : std::uint8_t { none, good, notice, warning, alarm, faint };

/// Widths of a text's two sides in terminal columns. The cells of a column meet where left ends: right-aligned cells
/// have all on the left, left-aligned ones all on the right, addresses their port on the right.
struct Sides {
  std::uint32_t left = 0, right = 0;
};

/// How cells of one field are made.
struct CellStyle {
  const Field* field = nullptr;
  bool bar = false;  ///< percent: a bar beside the number
  bool utf8 = true;  ///< the terminal shows more than ASCII
};

struct CellLook {
  Tone tone{};
  bool ascii = true;  ///< every byte is one column: a cell is escaped, so there are no controls in it
};

/// Appends the value, escaped, never empty but for an empty text, and says how it looks.
CellLook append_cell(std::string& out, const CellStyle& style, const Value& value, const TextContext& context);

/// Columns of the terminal.
std::uint32_t width_of(std::string_view cell, bool ascii);

Sides sides_of(std::string_view cell, Align align, bool ascii);

/// Where the right side of a separator-aligned cell begins: behind its last ':' or ' '; its end if it has none.
std::size_t split_of(std::string_view cell);

}  // namespace skq::render
