#include "cli/screen_line.h"

#include <cstddef>

#include "base/text_utf8.h"
#include "base/text_width.h"

namespace skq::cli {
namespace {

/// One thing that is shown, or an escape sequence, which takes no room.
struct Piece {
  std::size_t bytes = 1;
  std::size_t width = 0;
};

Piece piece_at(std::string_view line, std::size_t at, std::size_t column) {
  constexpr std::size_t tab_stop = 8;
  if (line[at] == '\t') return {1, tab_stop - column % tab_stop};
  if (line[at] == '\033') {
    const std::size_t end = line.find('m', at);
    return {end == std::string_view::npos ? line.size() - at : end + 1 - at, 0};
  }
  const Utf8Step step = next_utf8(line, at);
  const int width = display_width(step.code);
  return {step.length, width > 0 ? static_cast<std::size_t>(width) : 0};
}

}  // namespace

std::string fit_to_row(std::string_view line, int columns, bool utf8) {
  const std::size_t room = columns > 0 ? static_cast<std::size_t>(columns) : 0;
  std::size_t column = 0;
  std::size_t cut = 0;  // so many bytes leave a column for the mark
  for (std::size_t at = 0; at < line.size();) {
    const Piece piece = piece_at(line, at, column);
    column += piece.width;
    at += piece.bytes;
    if (column < room) cut = at;
    if (column > room) return std::string(line.substr(0, cut)) + (room == 0 ? "" : utf8 ? "\u2026" : ">");
  }
  return std::string(line);
}

}  // namespace skq::cli
