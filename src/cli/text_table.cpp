#include "cli/text_table.h"

#include <algorithm>

#include "base/text_width.h"
#include "render/number_text.h"

namespace skq::cli {
namespace {

constexpr double full = 100, nearly_full = 80;

std::string_view color_of(double percent) {
  if (percent >= full) return "\033[1;31m";
  return percent >= nearly_full ? "\033[33m" : std::string_view();
}

}  // namespace

std::string percent_text(double percent) {
  std::string text;
  render::append_percent(text, percent);
  return text;
}

std::string wrapped(std::string_view title, std::string_view words, std::size_t width) {
  std::string out(title);
  std::size_t column = title.size();
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (column > title.size() && column + 1 + word.size() > width) {
      out += '\n';
      out.append(title.size(), ' ');
      column = title.size();
    } else if (column > title.size()) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out += '\n';
}

void TextTable::add(std::vector<std::string> cells, double percent) { rows_.push_back({std::move(cells), percent}); }

void TextTable::append_row(std::string& out, const std::vector<std::string>& cells,
                           const std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t at = 0; at < cells.size(); ++at) {
    const std::size_t room = widths[at] - display_width(cells[at]);
    const bool left = std::find(left_.begin(), left_.end(), at) != left_.end();
    if (at != 0) line += "  ";
    if (!left) line.append(room, ' ');
    line += cells[at];
    if (left) line.append(room, ' ');
  }
  line.resize(line.find_last_not_of(' ') + 1);
  out += line;
}

std::string TextTable::text(bool color) const {
  std::vector<std::size_t> widths;
  for (std::size_t at = 0; at < titles_.size(); ++at) {
    widths.push_back(display_width(titles_[at]));
    for (const Row& row : rows_) widths[at] = std::max(widths[at], display_width(row.cells[at]));
  }
  std::string out = color ? "\033[1m" : "";
  append_row(out, titles_, widths);
  out += color ? "\033[0m\n" : "\n";
  for (const Row& row : rows_) {
    const std::string_view paint = color ? color_of(row.percent) : std::string_view();
    out += paint;
    append_row(out, row.cells, widths);
    out += paint.empty() ? "\n" : "\033[0m\n";
  }
  return out;
}

}  // namespace skq::cli
