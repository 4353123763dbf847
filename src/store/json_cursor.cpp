#include "store/json_cursor.h"

#include <charconv>

#include "base/text_utf8.h"

namespace skq::store {
namespace {

constexpr int deepest = 16;  // rows have lists of objects; deeper text is hostile

bool is_plain(char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

char unescaped(char letter) {
  constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
  const std::size_t at = letters.find(letter);
  return at == std::string_view::npos ? '\0' : meanings[at];
}

}  // namespace

bool JsonCursor::take_word(std::string_view word) {
  peek();
  if (text_.substr(at_, word.size()) != word) return false;
  at_ += word.size();
  return true;
}

bool JsonCursor::boolean(bool& value) {
  value = peek() == 't';
  return take_word(value ? "true" : "false");
}

bool JsonCursor::number(JsonNumber& value) {
  value = {};
  value.negative = take('-');
  const std::size_t begin = at_;
  if (begin == text_.size() || !is_digit(text_[begin])) return false;
  const char* const first = text_.data() + begin;
  const char* const last = text_.data() + text_.size();
  const auto whole = std::from_chars(first, last, value.magnitude);
  const bool goes_on =
      whole.ptr != last && (*whole.ptr == '.' || *whole.ptr == 'e' || *whole.ptr == 'E' || is_digit(*whole.ptr));
  value.integral = whole.ec == std::errc() && !goes_on;
  if (value.integral) {
    at_ = begin + static_cast<std::size_t>(whole.ptr - first);
    return true;
  }
  const auto real = std::from_chars(first, last, value.real);
  if (real.ec != std::errc()) return false;
  if (value.negative) value.real = -value.real;
  at_ = begin + static_cast<std::size_t>(real.ptr - first);
  return true;
}

bool JsonCursor::integer(std::uint64_t& value) {
  JsonNumber number_read;
  if (!number(number_read) || !number_read.integral || number_read.negative) return false;
  value = number_read.magnitude;
  return true;
}

bool JsonCursor::string(std::string_view& value, std::string& scratch) {
  if (!take('"')) return false;
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
  value = text_.substr(begin, at_ - begin);
  if (at_ < text_.size() && text_[at_] == '"') {
    ++at_;
    return true;
  }
  scratch.assign(value);
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (is_plain(c)) {
      scratch += c;
      ++at_;
    } else if (c == '"') {
      ++at_;
      value = scratch;
      return true;
    } else if (c != '\\' || !unescape(scratch)) {
      return false;
    }
  }
  return false;
}

bool JsonCursor::code_unit(std::uint32_t& unit) {
  constexpr std::size_t digits = 4;
  if (text_.size() - at_ < digits) return false;
  const char* const first = text_.data() + at_;
  const auto read = std::from_chars(first, first + digits, unit, 16);
  if (read.ptr != first + digits || *first == '-') return false;
  at_ += digits;
  return true;
}

bool JsonCursor::unescape(std::string& out) {
  if (text_.size() - at_ < 2) return false;
  const char letter = text_[at_ + 1];
  at_ += 2;
  if (letter != 'u') {
    const char meaning = unescaped(letter);
    if (meaning != '\0') out += meaning;
    return meaning != '\0';
  }
  constexpr std::uint32_t high = 0xd800, low = 0xdc00, end = 0xe000;
  std::uint32_t unit = 0;
  if (!code_unit(unit)) return false;
  char32_t code = unit;
  if (unit >= high && unit < low && text_.substr(at_, 2) == "\\u") {
    const std::size_t back = at_;
    at_ += 2;
    std::uint32_t next = 0;
    if (!code_unit(next)) return false;
    if (next >= low && next < end)
      code = 0x10000 + ((unit - high) << 10U) + (next - low);
    else
      at_ = back;
  }
  if (!append_utf8(out, code)) append_utf8(out, 0xfffd);
  return true;
}

bool JsonCursor::raw(std::string_view& value) {
  peek();
  const std::size_t begin = at_;
  if (!skip_value(0)) return false;
  value = text_.substr(begin, at_ - begin);
  return true;
}

bool JsonCursor::skip_value(int depth) {
  if (depth > deepest) return false;
  const char c = peek();
  if (c == '{') return object([&](std::string_view) { return skip_value(depth + 1); });
  if (c == '[') return list([&] { return skip_value(depth + 1); });
  if (c == '"') {
    std::string_view value;
    std::string scratch;
    return string(value, scratch);
  }
  if (c == 't' || c == 'f') {
    bool value = false;
    return boolean(value);
  }
  if (c == 'n') return take_null();
  JsonNumber value;
  return number(value);
}

}  // namespace skq::store
