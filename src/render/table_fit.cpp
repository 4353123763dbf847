#include "render/table_fit.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/text_utf8.h"
#include "base/text_width.h"

namespace skq::render {
namespace {

constexpr std::uint32_t readable = 16;        // what a cut text keeps at least
constexpr std::uint32_t last_text_room = 24;  // so much of the last column counts: the rest of it may wrap

std::uint32_t total(const Column& column) { return column.room.left + column.room.right; }

// Who holds a socket is never cut: a pid that is half there is worse than a line that wraps.
bool names_owners(const Field& field) { return field.composed || field.type == Type::owners; }

// The side that may be cut; null when none may.
std::uint32_t* elastic(Column& column, bool last) {
  if (column.style.bar || names_owners(*column.style.field)) return nullptr;
  if (column.align == Align::separator) return &column.room.left;
  if (column.align == Align::left && column.style.field->type == Type::text && !last) return &column.room.right;
  return nullptr;
}

std::uint32_t least(const Column& column) {
  const std::uint32_t title = column.align == Align::separator ? column.title.left : column.title.right;
  return std::max(title, readable);
}

std::uint32_t row_width(std::span<const Column> columns, std::uint32_t behind) {
  std::uint32_t width = static_cast<std::uint32_t>(columns.size()) - 1;
  for (const Column& column : columns) width += total(column);
  if (behind != 0) return width + 1 + behind;
  const Column& last = columns.back();
  if (last.align == Align::left && total(last) > last_text_room && !names_owners(*last.style.field)) {
    width -= total(last) - last_text_room;
  }
  return width;
}

// The widest side that can still give, and how far it can go before another is as wide.
struct Giver {
  std::uint32_t* side = nullptr;
  std::uint32_t down_to = 0;
};

Giver widest(std::span<Column> columns) {
  Giver giver;
  std::uint32_t second = 0;
  for (Column& column : columns) {
    std::uint32_t* side = elastic(column, &column == &columns.back());
    if (side == nullptr || *side <= least(column)) continue;
    if (giver.side != nullptr && *side <= *giver.side) {
      second = std::max(second, *side);
      continue;
    }
    if (giver.side != nullptr) second = std::max(second, *giver.side);
    giver = {side, least(column)};
  }
  if (giver.side != nullptr) giver.down_to = std::min(std::max(giver.down_to, second), *giver.side - 1);
  return giver;
}

/// Cuts until the row has that width or nothing can give any more; returns its width.
std::uint32_t cut(std::span<Column> columns, std::uint32_t behind, std::uint32_t width) {
  std::uint32_t now = row_width(columns, behind);
  while (now > width) {
    const Giver giver = widest(columns);
    if (giver.side == nullptr) break;
    const std::uint32_t give = std::min(now - width, *giver.side - giver.down_to);
    *giver.side -= give;
    now -= give;
  }
  return now;
}

void drop_bars(std::span<Column> columns) {
  for (Column& column : columns) {
    if (!column.style.bar) continue;
    column.bare = true;
    column.style.bar = false;
    column.align = Align::right;
    // What is left of the bar ends with a blank, in the title, too.
    for (Sides* sides : {&column.title, &column.room}) *sides = {sides->left - std::min(sides->left, 1U), 0};
  }
}

// What is kept or left out as one: a character, or an escape sequence (base/text_escape.h).
std::size_t unit_length(std::string_view text, std::size_t at) {
  if (text[at] != '\\' || at + 1 == text.size()) return next_utf8(text, at).length;
  const char letter = text[at + 1];
  const std::size_t length = letter == 'x' ? 4 : letter == 'u' ? 6 : letter == 'U' ? 10 : 2;
  return std::min(length, text.size() - at);
}

std::string_view tail_of(std::string_view text, std::uint32_t width) {
  auto left = static_cast<std::uint32_t>(display_width(text));
  std::size_t at = 0;
  while (at < text.size() && left > width) {
    const std::size_t length = unit_length(text, at);
    left -= static_cast<std::uint32_t>(display_width(text.substr(at, length)));
    at += length;
  }
  while (at < text.size() && display_width(text.substr(at, next_utf8(text, at).length)) == 0) {
    at += next_utf8(text, at).length;  // a combining character whose base is gone
  }
  return text.substr(at);
}

std::string_view head_of(std::string_view text, std::uint32_t width) {
  std::uint32_t taken = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = unit_length(text, at);
    taken += static_cast<std::uint32_t>(display_width(text.substr(at, length)));
    if (taken > width) return text.substr(0, at);
    at += length;
  }
  return text;
}

}  // namespace

void fit(std::span<Column> columns, std::uint32_t behind, std::uint32_t width) {
  if (columns.empty() || row_width(columns, behind) <= width) return;
  drop_bars(columns);
  const std::vector<Column> uncut(columns.begin(), columns.end());
  const std::uint32_t least = cut(columns, behind, width);
  if (least <= width) return;
  // The line wraps anyway: then no more has to be lost than what saves lines.
  std::copy(uncut.begin(), uncut.end(), columns.begin());
  cut(columns, behind, (least + width - 1) / width * width);
}

Sides append_cut(std::string& out, std::string_view cell, const Column& column) {
  const std::size_t begin = out.size();
  const Ellipsis mark = ellipsis_of(column.style);
  if (column.align == Align::separator) {
    const std::size_t split = split_of(cell);
    out += mark.text;
    out += tail_of(cell.substr(0, split), column.room.left - mark.width);
    const auto left = static_cast<std::uint32_t>(display_width(std::string_view(out).substr(begin)));
    out += cell.substr(split);
    return {left, static_cast<std::uint32_t>(display_width(cell.substr(split)))};
  }
  out += head_of(cell, column.room.right - mark.width);
  out += mark.text;
  return {0, static_cast<std::uint32_t>(display_width(std::string_view(out).substr(begin)))};
}

}  // namespace skq::render
