// Values that the catalogue writes as words, back to numbers.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "skq/socket.h"

namespace skq::store {

/// Place of the word in the table, or N of an unknown(N).
template <std::size_t Size>
std::optional<std::size_t> number_named(std::string_view word, const std::array<std::string_view, Size>& names) {
  for (std::size_t at = 0; at < Size; ++at) {
    if (names[at] == word) return at;
  }
  constexpr std::string_view begin = "unknown(";
  if (!word.starts_with(begin) || !word.ends_with(')')) return std::nullopt;
  std::size_t number = 0;
  const char* const last = word.data() + word.size() - 1;
  const auto read = std::from_chars(word.data() + begin.size(), last, number);
  if (read.ec != std::errc() || read.ptr != last) return std::nullopt;
  return number;
}

/// Takes the text apart from left to right.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}
  bool take(std::string_view piece) {
    if (!text_.starts_with(piece)) return false;
    text_.remove_prefix(piece.size());
    return true;
  }
  template <class T>
  bool number(T& value, int base = 10) {
    const auto read = std::from_chars(text_.data(), text_.data() + text_.size(), value, base);
    if (read.ec != std::errc()) return false;
    text_.remove_prefix(static_cast<std::size_t>(read.ptr - text_.data()));
    return true;
  }
  /// What stands before the separator, or all the rest; past it.
  std::string_view until(char separator) {
    const std::size_t end = text_.find(separator);
    const std::string_view piece = text_.substr(0, end);
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    return piece;
  }
  [[nodiscard]] bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

/// Family::inet: dotted; every other one: colons.
std::optional<Address> address_of(std::string_view text, Family family);

}  // namespace skq::store
