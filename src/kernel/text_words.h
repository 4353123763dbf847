// Parts of the text files that the kernel and its tools keep, each taken off the front of what is still to be read.
// They take any bytes: at the end of the text a part is empty.
#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace skq::kernel {

/// What stands before the separator, which goes with it; all there is where no separator stands.
inline std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

inline std::string_view take_line(std::string_view& text) { return take_until(text, '\n'); }

/// The next word of a line, behind any number of blanks.
inline std::string_view take_word(std::string_view& line, std::string_view blanks = " \t\r") {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

/// A whole word of hexadecimal digits, without a 0x.
template <class T>
std::optional<T> to_hexadecimal(std::string_view word) {
  T number = 0;
  const auto end = std::from_chars(word.data(), word.data() + word.size(), number, 16);
  if (word.empty() || end.ec != std::errc() || end.ptr != word.data() + word.size()) return std::nullopt;
  return number;
}

/// What proc_pid_mountinfo(5) writes as three octal digits: blanks, newlines and backslashes (fs/proc_namespace.c,
/// mangle).
inline std::string unescape_octal(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '7'; };
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '\\' && at + 3 < text.size() && is_digit(text[at + 1]) && is_digit(text[at + 2]) &&
                        is_digit(text[at + 3]);
    if (!escape) {
      plain += text[at];
      continue;
    }
    plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
    at += 3;
  }
  return plain;
}

}  // namespace skq::kernel
