// What to do when a row is wider than the terminal. At 3 a.m. a number that is not there is worse than a long line, so:
//
// - numbers, states, ports and inodes are never cut;
// - of addresses (unix paths) the front goes: …/php/php-fpm.sock 71234. The tail tells them apart;
// - who holds a socket, and other text made for eyes, is never cut;
// - of other long texts the end goes, but never in the last column: it may run into the terminal's next line;
// - bars go first: the number beside them says it all;
// - then the widest column gives, none below a readable rest; if that is not enough, lines wrap, and are cut only as
//   far as it takes to need fewer of the terminal's lines;
// - what was escaped is cut before or behind an escape sequence, never within.
//
// Without a width (a pipe, a file) nothing is ever cut.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "render/table_cell.h"

namespace skq::render {

/// A column while the table is made: the widest of both sides so far, and then the room each side gets.
struct Column {
  CellStyle style;
  Align align{};
  Sides title;
  Sides room;
  bool bare = false;  ///< its cells have a bar, but there is no room for it
};

/// The mark where something was cut.
struct Ellipsis {
  std::string_view text;
  std::uint32_t width = 0;
};
constexpr Ellipsis ellipsis_of(const CellStyle& style) {
  return style.utf8 ? Ellipsis{"\u2026", 1} : Ellipsis{"...", 3};
}

/// Takes room from columns until the row fits the width, or takes as few of the terminal's lines as it can. `behind`:
/// so much stands on a row behind its last column.
void fit(std::span<Column> columns, std::uint32_t behind, std::uint32_t width);

/// Appends the cell cut to the column's room, with the mark; `cell` must be wider than the room. Returns its sides.
Sides append_cut(std::string& out, std::string_view cell, const Column& column);

}  // namespace skq::render
