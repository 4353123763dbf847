#include "cli/filter_file.h"

#include <algorithm>

#include "base/text_escape.h"

namespace skq::cli {
namespace {

constexpr std::string_view blanks = " \t\n\r\v\f";

std::size_t end_of_line(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

bool is_left_out(std::string_view line) {
  if (line.starts_with('0')) return true;
  const std::size_t first = line.find_first_not_of(blanks);
  return first != std::string_view::npos && line[first] == '#';
}

}  // namespace

std::string without_comments(std::string text) {
  // Some editors mark the beginning of a text as UTF-8. Blanks in its place keep every offset.
  constexpr std::string_view mark = "\xef\xbb\xbf";
  if (text.starts_with(mark)) std::fill_n(text.begin(), mark.size(), ' ');
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_line(text, at);
    if (is_left_out(std::string_view(text).substr(at, end - at)))
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    at = end + 1;
  }
  return text;
}

SyntaxError in_file(const FilterFile& file, SyntaxError error) {
  const std::string_view text = file.text;
  std::size_t at = std::min(error.at, text.size());
  // What is missing at the end is missing behind the last word, not behind the blank lines after it.
  if (text.find_first_not_of(blanks, at) == std::string_view::npos) {
    const std::size_t last = text.find_last_not_of(blanks, at);
    at = last == std::string_view::npos ? 0 : last + 1;
  }
  const std::string_view before = text.substr(0, at);
  const std::size_t begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  error.message = escaped(file.name) + ":" + std::to_string(line) + ": " + error.message;
  error.input = std::string(text.substr(begin, end_of_line(text, begin) - begin));
  error.at = at - begin;
  error.length =
      std::min(error.length, std::max<std::size_t>(error.input.size() - std::min(error.at, error.input.size()), 1));
  return error;
}

}  // namespace skq::cli
