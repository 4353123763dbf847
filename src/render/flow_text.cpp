#include "render/flow_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/text_utf8.h"
#include "base/text_width.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

/// How many bytes of the text fit, at least one character.
std::size_t fitting(std::string_view text, std::size_t width) {
  std::size_t at = 0, used = 0;
  while (at < text.size()) {
    const Utf8Step step = next_utf8(text, at);
    used += display_width(text.substr(at, step.length));
    if (used > width && at > 0) break;
    at += step.length;
  }
  return at;
}

class Lines {
 public:
  explicit Lines(std::size_t width) : width_(std::max<std::size_t>(width, 2)) {}

  void add(std::string_view piece) {
    const std::size_t wide = display_width(piece);
    if (used_ > 0 && used_ + 1 + wide > width_) end();
    if (used_ > 0) {
      line_ += ' ';
      ++used_;
    }
    while (used_ + display_width(piece) > width_) {
      const std::size_t size = fitting(piece, width_);
      line_ += piece.substr(0, size);
      piece.remove_prefix(size);
      end();
    }
    line_ += piece;
    used_ += display_width(piece);
  }

  std::vector<std::string> done() {
    if (used_ > 0 || all_.empty()) end();
    return std::move(all_);
  }

 private:
  void end() {
    all_.push_back(std::move(line_));
    line_.clear();
    used_ = 0;
  }

  std::size_t width_, used_ = 0;
  std::string line_;
  std::vector<std::string> all_;
};

/// "15" and "ms," shall not be torn apart.
bool belong_together(std::string_view number, std::string_view next) {
  constexpr std::array<std::string_view, 6> units{"us", "ms", "s", "min", "h", "d"};
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (number.empty() || !is_digit(number.front()) || !is_digit(number.back())) return false;
  while (!next.empty() && std::string_view(".,:;)").find(next.back()) != std::string_view::npos) next.remove_suffix(1);
  return std::find(units.begin(), units.end(), next) != units.end();
}

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

std::string two(std::uint64_t whole, std::string_view unit, std::uint64_t part, std::string_view small) {
  std::string text;
  append_integer(text, whole);
  text.append(" ").append(unit);
  if (part == 0) return text;
  text += ' ';
  append_integer(text, part);
  return text.append(" ").append(small);
}

}  // namespace

std::vector<std::string> flowed(std::span<const std::string> pieces, std::size_t width) {
  Lines lines(width);
  for (const std::string& piece : pieces)
    if (!piece.empty()) lines.add(piece);
  return lines.done();
}

std::vector<std::string> wrapped(std::string_view sentence, std::size_t width) {
  Lines lines(width);
  while (!sentence.empty()) {
    std::size_t end = first_word(sentence).size();
    if (end < sentence.size()) {
      const std::string_view next = first_word(sentence.substr(end + 1));
      if (belong_together(sentence.substr(0, end), next)) end += 1 + next.size();
    }
    if (end > 0) lines.add(sentence.substr(0, end));
    sentence.remove_prefix(std::min(end + 1, sentence.size()));
  }
  return lines.done();
}

std::string duration_text(double seconds) {
  // Most are lower bounds, so what is begun does not count. A number such as 0.1 may be a little less than it says.
  constexpr double tenth = 0.1, short_below = 10, longest = 1e15, begun = 1e-9;
  seconds = std::clamp(seconds, 0.0, longest) + begun;
  std::string text;
  if (seconds < tenth) {
    append_decimal(text, std::floor(seconds * 1000), 0);
    return text + " ms";
  }
  if (seconds < short_below) {
    const auto tenths = static_cast<std::uint64_t>(seconds * 10);
    append_integer(text, tenths / 10);
    text += '.';
    append_integer(text, tenths % 10);
    return text + " s";
  }
  const auto whole = static_cast<std::uint64_t>(seconds);
  constexpr std::uint64_t minute = 60, hour = 3600, day = 86400;
  if (whole < minute) return two(whole, "s", 0, "");
  if (whole < hour) return two(whole / minute, "min", whole % minute, "s");
  if (whole < day) return two(whole / hour, "h", whole % hour / minute, "min");
  return two(whole / day, "d", whole % day / hour, "h");
}

}  // namespace skq::render
