#include "render/table_printer.h"

#include "base/text_escape.h"

namespace skq::render {
namespace {

std::string_view color_of(Tone tone) {
  switch (tone) {
    case Tone::none:
      return {};
    case Tone::good:
      return "\033[32m";
    case Tone::notice:
      return "\033[36m";
    case Tone::warning:
      return "\033[33m";
    case Tone::alarm:
      return "\033[1;31m";
    case Tone::faint:
      return "\033[2m";
  }
  return {};
}
// Attributes, not colours: they show on every terminal, also where colours are not wanted.
std::string_view look_of(CellMark mark) {
  switch (mark) {
    case CellMark::none:
      return {};
    case CellMark::changed:
      return "\033[7m";
    case CellMark::added:
      return "\033[1;4m";
  }
  return {};
}
constexpr std::string_view header_color = "\033[1m";
constexpr std::string_view plain_color = "\033[0m";
constexpr std::size_t longest_color = 20;  // mark and colour to begin, one to end
constexpr std::size_t longest_ellipsis = 3;

}  // namespace

std::string title_of(const Column& column) {
  std::string title = escaped(column.style.field->title);
  if (column.style.bar) title += ' ';
  return title;
}

void TablePrinter::print_header(std::string& out) {
  const std::vector<Column>& columns = shape_.columns;
  if (columns.empty()) return;
  std::size_t bytes = columns.size() + shape_.room;
  for (const Column& column : columns) bytes += title_of(column).size();
  line_.start(bytes);
  for (const Column& column : columns) {
    if (&column != &columns.front()) line_.blanks(1);
    line_.blanks(column.room.left - column.title.left);
    line_.add(title_of(column));
    line_.blanks(column.room.right - column.title.right);
  }
  if (shape_.color) out += header_color;
  out += line_.trimmed();
  if (shape_.color) out += plain_color;
  out += '\n';
}

void TablePrinter::print(const Block& block, std::string& out) {
  const char* text = block.text.data();
  const Cell* cell = block.cells.data();
  for (std::size_t row = 0; row < block.rows; ++row) print_row(out, block, cell, text);
}

// Leaves `cell` and `text` where the next row's begin.
void TablePrinter::print_row(std::string& out, const Block& block, const Cell*& cell, const char*& text) {
  std::size_t at = 0;
  if (cell->mark == as_before && shape_.common != 0) {
    at = shape_.common;
    ++cell;
  }
  const std::size_t count = shape_.columns.size() - at + (shape_.continued ? 1 : 0);
  const std::size_t kept = at == 0 ? 0 : common_end_;
  std::size_t bytes = kept + shape_.room + (count + 1) * (1 + longest_ellipsis + longest_color);
  for (std::size_t ahead = 0; ahead < count; ++ahead) bytes += block.extent_of(cell[ahead]).bytes;
  line_.start(bytes, kept);
  for (; at < shape_.columns.size(); ++at, ++cell) {
    if (at != 0) line_.blanks(1);
    add_aligned(shape_.columns[at], block, *cell, text);
    if (at + 1 == shape_.common) common_end_ = line_.size();
  }
  const std::string_view continuation{text, shape_.continued ? block.extent_of(*cell).bytes : 0};
  if (shape_.continued) ++cell;
  append_line(out, continuation);
  text += continuation.size();
}

void TablePrinter::add_aligned(const Column& column, const Block& block, Cell cell, const char*& text) {
  // What most cells are: short, ASCII, not cut, without colour or mark.
  const bool usual = (cell.wide | cell.mark) == 0 && cell.ascii != 0 && !column.bare && !shape_.color;
  const std::uint32_t right = cell.bytes - cell.left;
  if (usual && cell.left <= column.room.left && right <= column.room.right) {
    line_.blanks(column.room.left - cell.left);
    line_.add({text, cell.bytes});
    line_.blanks(column.room.right - right);
    text += cell.bytes;
    return;
  }
  const Extent extent = block.extent_of(cell);
  add_padded(column, cell, extent.left, {text, extent.bytes});
  text += extent.bytes;
}

void TablePrinter::append_line(std::string& out, std::string_view continuation) {
  std::size_t at = std::min(continuation.find('\n'), continuation.size());
  if (at != 0) {
    line_.blanks(1);
    line_.add(continuation.substr(0, at));
  }
  out += line_.trimmed();
  while (at < continuation.size()) {
    const std::size_t end = std::min(continuation.find('\n', at + 1), continuation.size());
    out += "\n\t";
    out += continuation.substr(at + 1, end - at - 1);
    at = end;
  }
  out += '\n';
}

void TablePrinter::add_padded(const Column& column, const Cell& cell, std::uint32_t left, std::string_view text) {
  if (column.bare) text = text.substr(0, split_of(text) - 1);
  Sides sides = column.bare ? Sides{left - 1U, 0} : Sides{left, width_of(text, cell.ascii != 0) - left};
  if (sides.left > column.room.left || sides.right > column.room.right) {
    cut_.clear();
    sides = append_cut(cut_, text, column);
    text = cut_;
  }
  const std::string_view color = shape_.color ? color_of(static_cast<Tone>(cell.tone)) : std::string_view{};
  const std::string_view mark = look_of(static_cast<CellMark>(cell.mark));
  line_.blanks(column.room.left - sides.left);
  line_.add(mark);
  line_.add(color);
  line_.add(text);
  if (!color.empty() || !mark.empty()) line_.add(plain_color);
  line_.blanks(column.room.right - sides.right);
}

}  // namespace skq::render
