// table: in the style of ss. A header line, one line a row, columns as wide as their widest cell, one space between
// them, no spaces at line ends. Fields whose place is not a column have no title: they stand at the end of the row, or
// as in ss behind a tab on lines below it (Place says which); at the end of every row with View::oneline.
//
// Widths are known only when the last row is, so rows wait as finished cells: their text, and four bytes each. What
// happens on a narrow terminal: table_fit.h. What a cell looks like: table_cell.h.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/text_escape.h"
#include "fields/alike.h"
#include "render/renderers.h"
#include "render/table_block.h"
#include "render/table_cell.h"
#include "render/table_fit.h"
#include "render/table_line.h"

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

class TableRenderer final : public Renderer {
 public:
  explicit TableRenderer(const Job& job) : view_(job.view), context_(job.context) {
    const auto continued = [](const Field* field) { return field->place != Place::column; };
    const auto& fields = job.layout.columns;
    const bool all_continued = std::all_of(fields.begin(), fields.end(), continued);
    for (const Field* field : fields) {
      if (continued(field) && !all_continued) {
        continued_.push_back({field, false, view_.utf8});
      } else {
        add_column(field);
      }
    }
    count_common();
  }

  void begin(const Circumstances& /*circumstances*/, std::string& out) override {
    blocks_.clear();
    alike_.forget();
    ending_ = false;
    last_cells_.assign(columns_.size(), {});
    behind_ = 0;
    for (Column& column : columns_) {
      if (column.bare) column = new_column(column.style.field);
      column.room = view_.header ? column.title : Sides{};
    }
    if (!view_.live) return;
    for (Column& column : columns_) make_usual_room(column);
    measure();
    if (view_.header) append_header(out);
  }

  void row(const Socket& socket, std::string& out) override {
    if (blocks_.empty() || blocks_.back().text.size() > block_bytes || blocks_.back().cells.size() > block_cells) {
      start_block();
    }
    Block& block = blocks_.back();
    std::size_t at = 0;
    if (common_ != 0 && alike_.as_before(socket)) {
      add_as_before(block);
      at = common_;
    }
    for (; at < columns_.size(); ++at) {
      add_cell(block, columns_[at], columns_[at].style.field->get(socket, context_));
      if (view_.memory != nullptr) mark_last_cell(block, socket, at);
    }
    if (!continued_.empty()) add_continuation(block, socket);
    ++block.rows;
    if (!view_.live) return;
    measure();
    append_rows(out, block);
    blocks_.clear();
  }

  bool end(const Summary& /*summary*/, std::string& out) override {
    if (view_.live) return false;
    if (!ending_) {
      if (view_.width && *view_.width > 0) fit(columns_, behind_, static_cast<std::uint32_t>(*view_.width));
      measure();
      if (view_.header) append_header(out);
    }
    ending_ = !blocks_.empty();
    if (!ending_) return false;
    append_rows(out, blocks_.front());
    blocks_.pop_front();
    ending_ = !blocks_.empty();
    return ending_;
  }

 private:
  // What rows of tcp and udp over IPv4 take. A wider cell widens its column from that row on.
  static void make_usual_room(Column& column) {
    constexpr std::uint32_t time_width = 29, word_width = 6;
    const std::uint32_t text_width = column.style.field->name == "time" ? time_width : word_width;
    const Sides usual = column.align == Align::separator ? Sides{15, 6}
                        : column.align == Align::left    ? Sides{0, text_width}
                                                         : Sides{};
    column.room.left = std::max(column.room.left, usual.left);
    column.room.right = std::max(column.room.right, usual.right);
  }

  void measure() {
    room_ = 0;
    for (const Column& column : columns_) room_ += column.room.left + column.room.right;
  }

  // How many of the first columns may stand as they were. Each row of a live table may find wider ones, and a marked
  // cell is one that changed.
  void count_common() {
    if (view_.live || view_.memory != nullptr) return;
    while (common_ < columns_.size() && fields::hangs_on_common(*columns_[common_].style.field)) ++common_;
    if (common_ < 2) common_ = 0;
  }

  static void add_as_before(Block& block) {
    Cell& cell = block.cells.emplace_back();
    cell = {};
    cell.mark = as_before;
  }

  void add_column(const Field* field) { columns_.push_back(new_column(field)); }

  Column new_column(const Field* field) const {
    Column column;
    column.style = {field, view_.bars && field->unit == Unit::percent, view_.utf8};
    column.align = column.style.bar ? Align::separator : field->align;
    const std::string title = title_of(column);
    column.title = sides_of(title, column.align, false);
    return column;
  }

  // A bar column's title ends over its numbers.
  static std::string title_of(const Column& column) {
    std::string title = escaped(column.style.field->title);
    if (column.style.bar) title += ' ';
    return title;
  }

  void start_block() {
    Block& block = blocks_.emplace_back();
    block.text.reserve(block_bytes + block_bytes / 16);
    block.cells.reserve(block_cells + columns_.size() + 1);
  }

  void add_cell(Block& block, Column& column, const Value& value) {
    const std::size_t begin = block.text.size();
    LastCell& last = last_cells_[static_cast<std::size_t>(&column - columns_.data())];
    if (last.is_of(value)) {
      last.helped();
      block.text += last.cell();
      return finish_cell(block, begin, last.sides().left, last.look());
    }
    const CellLook look = append_cell(block.text, column.style, value, context_);
    const Sides sides = sides_of(std::string_view(block.text).substr(begin), column.align, look.ascii);
    column.room.left = std::max(column.room.left, sides.left);
    column.room.right = std::max(column.room.right, sides.right);
    last.keep(value, std::string_view(block.text).substr(begin), sides, look);
    finish_cell(block, begin, sides.left, look);
  }

  void mark_last_cell(Block& block, const Socket& socket, std::size_t column) {
    Cell& cell = block.cells.back();
    const std::string_view text = std::string_view(block.text).substr(block.text.size() - block.extent_of(cell).bytes);
    cell.mark = static_cast<std::uint32_t>(view_.memory->compare(socket, column, text)) & 3U;
  }

  // Lines below the row begin with a line feed here, which no escaped text contains.
  void add_continuation(Block& block, const Socket& socket) {
    std::string& text = block.text;
    const std::size_t begin = text.size();
    bool opened = false;
    // ss prints the memory of a unix socket before its details, of all others behind them.
    const bool memory_first = socket.family == Family::unix_domain;
    if (memory_first) add_pieces(text, begin, socket, opened, [](Place place) { return place == Place::below; });
    add_pieces(text, begin, socket, opened,
               [memory_first](Place place) { return !memory_first || place != Place::below; });
    const std::string_view on_row = std::string_view(text).substr(begin, text.find('\n', begin) - begin);
    if (view_.width) behind_ = std::max(behind_, width_of(on_row, false));
    finish_cell(block, begin, 0, {});
  }

  template <class Wanted>
  void add_pieces(std::string& text, std::size_t begin, const Socket& socket, bool& opened, Wanted wanted) {
    for (const CellStyle& style : continued_) {
      const Place place = style.field->place;
      if (!wanted(place)) continue;
      const Value value = style.field->get(socket, context_);
      if (std::holds_alternative<std::monostate>(value)) continue;
      const std::size_t before = text.size();
      const bool breaks = !view_.oneline && breaks_line(place, socket.family, opened);
      if (breaks) {
        text += place == Place::below ? "\n " : "\n";  // the blank is in ss, too
      } else if (before != begin) {
        text += ' ';
      }
      const std::size_t start = text.size();
      append_cell(text, style, value, context_);
      if (text.size() == start) {
        text.resize(before);
      } else {
        opened |= breaks && place == Place::below;
      }
    }
  }

  // As ss sets them, so that what reads ss's lines reads these. `opened`: a piece below has begun its line.
  static bool breaks_line(Place place, Family family, bool opened) {
    const bool inet = family == Family::inet || family == Family::inet6;
    if (place == Place::line) return inet || family == Family::packet;
    return place == Place::below && inet && !opened;
  }

  static void finish_cell(Block& block, std::size_t begin, std::uint32_t left, CellLook look) {
    const Extent extent{static_cast<std::uint32_t>(block.text.size() - begin), left};
    Cell& cell = block.cells.emplace_back();
    cell.wide = extent.bytes > most_bytes || extent.left > most_left ? 1 : 0;
    cell.bytes = (cell.wide != 0 ? static_cast<std::uint32_t>(block.wide.size()) : extent.bytes) & most_bytes;
    cell.left = cell.wide != 0 ? 0 : extent.left & most_left;
    if (cell.wide != 0) block.wide.push_back(extent);
    cell.ascii = look.ascii ? 1 : 0;
    cell.tone = static_cast<std::uint32_t>(look.tone) & 7U;
    cell.mark = 0;
  }

  void append_header(std::string& out) {
    if (columns_.empty()) return;
    std::size_t bytes = columns_.size() + room_;
    for (const Column& column : columns_) bytes += title_of(column).size();
    line_.start(bytes);
    for (const Column& column : columns_) {
      if (&column != &columns_.front()) line_.blanks(1);
      line_.blanks(column.room.left - column.title.left);
      line_.add(title_of(column));
      line_.blanks(column.room.right - column.title.right);
    }
    if (view_.color) out += header_color;
    out += line_.trimmed();
    if (view_.color) out += plain_color;
    out += '\n';
  }

  void append_rows(std::string& out, const Block& block) {
    const char* text = block.text.data();
    const Cell* cell = block.cells.data();
    for (std::size_t row = 0; row < block.rows; ++row) append_row(out, block, cell, text);
  }

  // Leaves `cell` and `text` where the next row's begin.
  void append_row(std::string& out, const Block& block, const Cell*& cell, const char*& text) {
    std::size_t at = 0;
    if (cell->mark == as_before && common_ != 0) {
      at = common_;
      ++cell;
    }
    const std::size_t count = columns_.size() - at + (continued_.empty() ? 0 : 1);
    const std::size_t kept = at == 0 ? 0 : common_end_;
    std::size_t bytes = kept + room_ + (count + 1) * (1 + longest_ellipsis + longest_color);
    for (std::size_t ahead = 0; ahead < count; ++ahead) bytes += block.extent_of(cell[ahead]).bytes;
    line_.start(bytes, kept);
    for (; at < columns_.size(); ++at, ++cell) {
      if (at != 0) line_.blanks(1);
      add_aligned(columns_[at], block, *cell, text);
      if (at + 1 == common_) common_end_ = line_.size();
    }
    const std::string_view continuation{text, continued_.empty() ? 0 : block.extent_of(*cell).bytes};
    if (!continued_.empty()) ++cell;
    append_line(out, continuation);
    text += continuation.size();
  }

  void add_aligned(const Column& column, const Block& block, Cell cell, const char*& text) {
    // What most cells are: short, ASCII, not cut, without colour or mark.
    const bool usual = (cell.wide | cell.mark) == 0 && cell.ascii != 0 && !column.bare && !view_.color;
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

  void append_line(std::string& out, std::string_view continuation) {
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

  void add_padded(const Column& column, const Cell& cell, std::uint32_t left, std::string_view text) {
    if (column.bare) text = text.substr(0, split_of(text) - 1);
    Sides sides = column.bare ? Sides{left - 1U, 0} : Sides{left, width_of(text, cell.ascii != 0) - left};
    if (sides.left > column.room.left || sides.right > column.room.right) {
      cut_.clear();
      sides = append_cut(cut_, text, column);
      text = cut_;
    }
    const std::string_view color = view_.color ? color_of(static_cast<Tone>(cell.tone)) : std::string_view{};
    const std::string_view mark = look_of(static_cast<CellMark>(cell.mark));
    line_.blanks(column.room.left - sides.left);
    line_.add(mark);
    line_.add(color);
    line_.add(text);
    if (!color.empty() || !mark.empty()) line_.add(plain_color);
    line_.blanks(column.room.right - sides.right);
  }

  View view_;
  TextContext& context_;
  std::vector<Column> columns_;
  std::vector<LastCell> last_cells_;  ///< of each column
  std::vector<CellStyle> continued_;
  fields::Alike alike_;
  std::size_t common_ = 0;      ///< so many of the first columns are often as in the row before
  std::size_t common_end_ = 0;  ///< where those end in the line
  std::deque<Block> blocks_;
  std::size_t room_ = 0;      ///< of all columns together
  std::uint32_t behind_ = 0;  ///< the widest continuation that stands on its row
  bool ending_ = false;       ///< end() has printed some of the rows
  Line line_;
  std::string cut_;
};

}  // namespace

std::unique_ptr<Renderer> make_table(const Job& job) { return std::make_unique<TableRenderer>(job); }

}  // namespace skq::render
