// Changes as a table for people: how many of which kind, one row a change, and what changed of it, behind the row or,
// on a terminal, below it.
#include <array>
#include <string>
#include <vector>

#include "base/text_escape.h"
#include "base/text_width.h"
#include "render/changes_parts.h"
#include "render/flow_text.h"
#include "render/number_text.h"
#include "render/table_cell.h"
#include "render/table_fit.h"
#include "render/text_page.h"
#include "store/civil_time.h"

namespace skq::render {
namespace {

constexpr std::array<std::string_view, 4> shown_fields{"netid", "state", "local", "peer"};
constexpr std::size_t kind_width = 8;  // "missing", and a blank
constexpr std::size_t narrowest = 40;
constexpr std::string_view plain = "\033[0m", bold = "\033[1m", faint = "\033[2m";

std::string_view color_of(const Change& change) {
  switch (change.kind) {
    case ChangeKind::opened:
      return "\033[32m";
    case ChangeKind::missing:
    case ChangeKind::gone:
      return faint;
    case ChangeKind::state:
    case ChangeKind::owner:
      return "\033[36m";
    case ChangeKind::grown:
      return change.growth != 0 ? "\033[33m" : std::string_view();
  }
  return {};
}

/// "3 opened, 1 gone, 2 grew"; empty: nothing.
std::string counts_text(const ChangesReport& report) {
  std::string text;
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count == 0) return;
    if (!text.empty()) text += ", ";
    append_integer(text, count);
    text.append(" ").append(what);
  };
  const auto count = [&](ChangeKind kind) { return report.counts.at(static_cast<std::size_t>(kind)); };
  add(count(ChangeKind::opened), "opened");
  add(count(ChangeKind::gone), "gone");
  add(count(ChangeKind::missing), "missing");
  add(count(ChangeKind::state), "changed state");
  add(count(ChangeKind::owner), "changed hands");
  add(report.grew, "grew");
  add(count(ChangeKind::grown) - report.grew, "changed otherwise");
  return text;
}

class ChangesTable {
 public:
  ChangesTable(std::string& out, const ChangesReport& report, const ChangesView& view)
      : out_(out),
        report_(report),
        view_(view),
        style_{report.after.context->exact_bytes, view.utf8, seconds_between(report)} {
    if (view.width) width_ = std::max(static_cast<std::size_t>(std::max(*view.width, 0)), narrowest);
    for (const std::string_view name : shown_fields) {
      Column column;
      column.style = {find_field(name), false, view.utf8};
      column.align = column.style.field->align;
      column.title = column.room = sides_of(column.style.field->title, column.align, true);
      columns_.push_back(column);
    }
  }

  void write() {
    for (const Change* change : report_.changes) add(*change);
    if (view_.header) summary();
    if (!report_.changes.empty()) {
      if (width_ != 0) fit(columns_, static_cast<std::uint32_t>(owner_width_), static_cast<std::uint32_t>(room()));
      if (view_.header) titles();
      for (const Row& row : rows_) append(row);
    }
    if (view_.header) remarks();
  }

 private:
  struct Row {
    const Change* change;
    std::array<std::string, shown_fields.size()> cells;
    std::string owner;
  };

  [[nodiscard]] std::size_t room() const { return width_ - kind_width; }

  void add(const Change& change) {
    Row row{&change, {}, {}};
    const Socket& socket = told_socket(change);
    TextContext& context = *look_of(report_, change).context;
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      Column& column = columns_[at];
      append_cell(row.cells[at], column.style, column.style.field->get(socket, context), context);
      const Sides sides = sides_of(row.cells[at], column.align, false);
      column.room = {std::max(column.room.left, sides.left), std::max(column.room.right, sides.right)};
    }
    row.owner = owners_text(socket);
    if (row.owner.empty()) row.owner = "-";
    owner_width_ = std::max(owner_width_, display_width(row.owner));
    rows_.push_back(std::move(row));
  }

  void color(std::string_view sequence) {
    if (view_.color) out_ += sequence;
  }

  void summary() {
    const std::string counts = counts_text(report_);
    color(bold);
    line("In " + duration_text(std::max(style_.seconds, 0.0)) + ": " + (counts.empty() ? "nothing changed" : counts));
    color(plain);
    line("From " + look_text(report_.before) + " to " + look_text(report_.after) + ", " +
         escaped(report_.after.head->at.host));
    out_ += '\n';
  }

  static std::string look_text(const ComparedLook& look) {
    std::string text;
    store::append_iso_time(text, look.head->at.time_ns);
    text += look.live ? " (now, " : " (";
    if (look.chosen != look.sockets) append_integer(text, look.chosen);
    if (look.chosen != look.sockets) text += " of ";
    return text + counted(look.sockets, "socket", "sockets") + ")";
  }

  void line(const std::string& text) {
    if (width_ == 0) {
      out_ += text + '\n';
      return;
    }
    for (const std::string& one : wrapped(text, width_)) out_ += one + '\n';
  }

  void titles() {
    color(bold);
    std::string text = "Change  ";
    for (const Column& column : columns_) pad(text, column, std::string(column.style.field->title));
    text += "Process";
    out_ += text;
    color(plain);
    out_ += '\n';
  }

  void append(const Row& row) {
    std::string text;
    for (std::size_t at = 0; at < columns_.size(); ++at) pad(text, columns_[at], row.cells[at]);
    text += row.owner;
    const std::string kind(to_text(row.change->kind));
    color(color_of(*row.change));
    out_ += kind;
    if (!color_of(*row.change).empty()) color(plain);
    out_.append(kind_width - kind.size(), ' ');
    const std::vector<std::string> pieces = with_commas(change_pieces(*row.change, style_));
    if (width_ == 0 && !pieces.empty()) {
      text.append(owner_width_ - display_width(row.owner) + 1, ' ');
      for (const std::string& piece : pieces) text += (&piece == &pieces.front() ? "" : " ") + piece;
    }
    out_ += text;
    out_ += '\n';
    if (width_ != 0 && !pieces.empty()) below(pieces);
  }

  static std::vector<std::string> with_commas(std::vector<std::string> pieces) {
    for (std::string& piece : pieces)
      if (&piece != &pieces.back()) piece += ',';
    return pieces;
  }

  void below(const std::vector<std::string>& pieces) {
    for (const std::string& one : flowed(pieces, room())) {
      out_.append(kind_width, ' ');
      color(faint);
      out_ += one;
      color(plain);
      out_ += '\n';
    }
  }

  static void pad(std::string& text, const Column& column, const std::string& cell) {
    std::string cut;
    Sides sides = sides_of(cell, column.align, false);
    const bool wide = sides.left > column.room.left || sides.right > column.room.right;
    if (wide) sides = append_cut(cut, cell, column);
    text.append(column.room.left - sides.left, ' ');
    text += wide ? cut : cell;
    text.append(column.room.right - sides.right + 1, ' ');
  }

  void remarks() {
    std::vector<std::string> all;
    std::size_t told = 0;
    for (const std::size_t count : report_.counts) told += count;
    if (told > report_.changes.size())
      all.push_back("and " + counted(told - report_.changes.size(), "more change", "more changes") + " (--limit)");
    if (report_.counts.at(static_cast<std::size_t>(ChangeKind::missing)) != 0)
      all.emplace_back(
          report_.witnessed
              ? "missing: not in the later look, but the one after it could not tell that they are gone"
              : "missing: not in the later look; there is none after it yet that would tell whether they are gone");
    if (!all.empty() && !report_.changes.empty()) out_ += '\n';
    for (const std::string& one : all) line(one);
  }

  std::string& out_;
  const ChangesReport& report_;
  const ChangesView& view_;
  ChangeStyle style_;
  std::size_t width_ = 0;  ///< 0: no terminal
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  std::size_t owner_width_ = std::string_view("Process").size();
};

}  // namespace
}  // namespace skq::render

namespace skq {

double seconds_between(const ChangesReport& report) {
  return static_cast<double>(report.after.head->at.time_ns - report.before.head->at.time_ns) / 1e9;
}

void append_changes_text(std::string& out, const ChangesReport& report, const ChangesView& view) {
  if (report.differences->relation == Relation::same_boot) {
    render::ChangesTable(out, report, view).write();
    return;
  }
  out += "The host was booted anew between the two: none of the ";
  out += render::counted(report.before.sockets, "socket", "sockets") + " of the earlier look lives on, and all ";
  render::append_integer(out, report.after.sockets);
  out += " of the later one are new.\n";
}

}  // namespace skq
