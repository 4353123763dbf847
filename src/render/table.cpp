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

#include "fields/alike.h"
#include "render/renderers.h"
#include "render/table_block.h"
#include "render/table_cell.h"
#include "render/table_fit.h"
#include "render/table_printer.h"

namespace skq::render {
namespace {

/// Blocks of rows, and what they ask of the columns.
struct MadeTableRows final : MadeRows {
  std::deque<Block> blocks;
  std::vector<Sides> rooms;
  std::uint32_t behind = 0;
};

class TableRenderer final : public Renderer {
 public:
  explicit TableRenderer(const Job& job) : view_(job.view), context_(job.context), printer_(shape_) {
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
    shape_.color = view_.color;
    shape_.continued = !continued_.empty();
    count_common();
  }

  void begin(const Circumstances& /*circumstances*/, std::string& out) override {
    blocks_.clear();
    ending_ = false;
    last_cells_.assign(shape_.columns.size(), {});
    behind_ = 0;
    for (Column& column : shape_.columns) {
      if (column.bare) column = new_column(column.style.field);
      column.room = view_.header ? column.title : Sides{};
    }
    if (!view_.live) return;
    for (Column& column : shape_.columns) make_usual_room(column);
    measure();
    if (view_.header) printer_.print_header(out);
  }

  bool begin_part(const Circumstances& circumstances) override {
    if (view_.live || view_.memory != nullptr) return false;
    return Renderer::begin_part(circumstances);
  }

  std::unique_ptr<MadeRows> made(std::string /*text*/) override {
    auto rows = std::make_unique<MadeTableRows>();
    rows->blocks.swap(blocks_);
    for (const Column& column : shape_.columns) rows->rooms.push_back(column.room);
    rows->behind = behind_;
    return rows;
  }

  void add(MadeRows& rows, std::string& /*out*/) override {
    auto& made = dynamic_cast<MadeTableRows&>(rows);
    for (Block& block : made.blocks) blocks_.push_back(std::move(block));
    for (std::size_t at = 0; at < shape_.columns.size(); ++at) widen(shape_.columns[at], made.rooms[at]);
    behind_ = std::max(behind_, made.behind);
  }

  void row(const Socket& socket, std::string& out) override {
    if (blocks_.empty() || blocks_.back().text.size() > block_bytes || blocks_.back().cells.size() > block_cells) {
      start_block();
    }
    Block& block = blocks_.back();
    std::size_t at = 0;
    if (shape_.common != 0 && alike_.as_before(socket)) {
      add_as_before(block);
      at = shape_.common;
    }
    for (; at < shape_.columns.size(); ++at) {
      add_cell(block, shape_.columns[at], shape_.columns[at].style.field->get(socket, context_));
      if (view_.memory != nullptr) mark_last_cell(block, socket, at);
    }
    if (!continued_.empty()) add_continuation(block, socket);
    ++block.rows;
    if (!view_.live) return;
    measure();
    printer_.print(block, out);
    blocks_.clear();
  }

  bool end(const Summary& /*summary*/, std::string& out) override {
    if (view_.live) return false;
    if (!ending_) {
      if (view_.width && *view_.width > 0) fit(shape_.columns, behind_, static_cast<std::uint32_t>(*view_.width));
      measure();
      if (view_.header) printer_.print_header(out);
    } else {
      printer_.print(blocks_.front(), out);
      blocks_.pop_front();
    }
    ending_ = !blocks_.empty();
    return ending_;
  }

  [[nodiscard]] std::size_t pieces() const override { return blocks_.size(); }

  void piece(std::size_t number, std::string& out) override {
    TablePrinter(shape_).print(blocks_[number], out);
    blocks_[number] = {};
  }

 private:
  // What rows of tcp and udp over IPv4 take. A wider cell widens its column from that row on.
  static void make_usual_room(Column& column) {
    constexpr std::uint32_t time_width = 29, word_width = 6;
    const std::uint32_t text_width = column.style.field->name == "time" ? time_width : word_width;
    const Sides usual = column.align == Align::separator ? Sides{15, 6}
                        : column.align == Align::left    ? Sides{0, text_width}
                                                         : Sides{};
    widen(column, usual);
  }

  static void widen(Column& column, const Sides& sides) {
    column.room.left = std::max(column.room.left, sides.left);
    column.room.right = std::max(column.room.right, sides.right);
  }

  void measure() {
    shape_.room = 0;
    for (const Column& column : shape_.columns) shape_.room += column.room.left + column.room.right;
  }

  // How many of the first columns may stand as they were. Each row of a live table may find wider ones, and a marked
  // cell is one that changed.
  void count_common() {
    if (view_.live || view_.memory != nullptr) return;
    while (shape_.common < shape_.columns.size() && fields::hangs_on_common(*shape_.columns[shape_.common].style.field))
      ++shape_.common;
    if (shape_.common < 2) shape_.common = 0;
  }

  static void add_as_before(Block& block) {
    Cell& cell = block.cells.emplace_back();
    cell = {};
    cell.mark = as_before;
  }

  void add_column(const Field* field) { shape_.columns.push_back(new_column(field)); }

  Column new_column(const Field* field) const {
    Column column;
    column.style = {field, view_.bars && field->unit == Unit::percent, view_.utf8};
    column.align = column.style.bar ? Align::separator : field->align;
    column.title = sides_of(title_of(column), column.align, false);
    return column;
  }

  // Each block stands for itself: its first row refers to none before it.
  void start_block() {
    alike_.forget();
    Block& block = blocks_.emplace_back();
    block.text.reserve(block_bytes + block_bytes / 16);
    block.cells.reserve(block_cells + shape_.columns.size() + 1);
  }

  void add_cell(Block& block, Column& column, const Value& value) {
    const std::size_t begin = block.text.size();
    LastCell& last = last_cells_[static_cast<std::size_t>(&column - shape_.columns.data())];
    if (last.is_of(value)) {
      last.helped();
      block.text += last.cell();
      return finish_cell(block, begin, last.sides().left, last.look());
    }
    const CellLook look = append_cell(block.text, column.style, value, context_);
    const Sides sides = sides_of(std::string_view(block.text).substr(begin), column.align, look.ascii);
    widen(column, sides);
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

  View view_;
  TextContext& context_;
  TableShape shape_;
  std::vector<LastCell> last_cells_;  ///< of each column
  std::vector<CellStyle> continued_;
  fields::Alike alike_;
  std::deque<Block> blocks_;
  std::uint32_t behind_ = 0;  ///< the widest continuation that stands on its row
  bool ending_ = false;       ///< end() has printed the header
  TablePrinter printer_;
};

}  // namespace

std::unique_ptr<Renderer> make_table(const Job& job) { return std::make_unique<TableRenderer>(job); }

}  // namespace skq::render
