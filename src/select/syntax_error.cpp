#include <algorithm>

#include "base/text_escape.h"
#include "base/text_utf8.h"
#include "base/text_width.h"
#include "skq/select.h"

namespace skq {
namespace {

constexpr std::size_t window_columns = 100;
constexpr std::size_t columns_before = 60;
constexpr std::string_view cut_mark = "...";

/// One character of the input as it is shown, escaped where it must be.
struct Piece {
  std::string text;
  std::size_t length;  ///< bytes of the input
  std::size_t columns;
};

Piece piece_at(std::string_view input, std::size_t at) {
  const std::size_t length = next_utf8(input, at).length;
  Piece piece{escaped(input.substr(at, length)), length, 0};
  piece.columns = display_width(piece.text);
  return piece;
}

/// The first byte to show: as far left of the mistake as the window allows.
std::size_t window_start(std::string_view input, std::size_t at) {
  std::size_t start = 0;
  // A character takes four bytes at most, and an escaped one ten columns, so only the last stretch can matter.
  if (at > 4 * columns_before) {
    start = at - 4 * columns_before;
    while (start < at && (static_cast<unsigned char>(input[start]) & 0xC0U) == 0x80U) ++start;
  }
  std::size_t columns = 0;
  for (std::size_t i = start; i < at;) {
    const Piece piece = piece_at(input, i);
    columns += piece.columns;
    i += piece.length;
  }
  while (columns > columns_before && start < at) {
    const Piece piece = piece_at(input, start);
    columns -= piece.columns;
    start += piece.length;
  }
  return start;
}

bool fits(std::string_view input) {
  return input.size() <= window_columns && display_width(escaped(input)) <= window_columns;
}

}  // namespace

std::string SyntaxError::text() const {
  const std::size_t from = std::min(at, input.size()),
                    to = std::min(input.size(), from + std::max<std::size_t>(length, 1));
  std::string out = message, line, carets;
  if (!suggestion.empty()) out += "; did you mean '" + escaped(suggestion) + "'?";

  std::size_t i = fits(input) ? 0 : window_start(input, from);
  if (i > 0) line = carets = cut_mark, carets.assign(cut_mark.size(), ' ');
  std::size_t columns = line.size();
  for (; i < input.size();) {
    const Piece piece = piece_at(input, i);
    if (columns + piece.columns > window_columns) {
      line += cut_mark;
      break;
    }
    line += piece.text;
    columns += piece.columns;
    // A character that the mistake begins or ends inside of is marked whole.
    if (i + piece.length <= from)
      carets.append(piece.columns, ' ');
    else if (i < to)
      carets.append(piece.columns, '^');
    i += piece.length;
  }
  if (carets.find('^') == std::string::npos) carets += '^';
  return out + '\n' + line + '\n' + carets;
}

}  // namespace skq
