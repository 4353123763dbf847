// Parts of the text files that the kernel and its tools keep, each taken off the front of what is still to be read.
// They take any bytes: at the end of the text a part is empty.
#pragma once

#include <algorithm>
#include <string_view>

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

}  // namespace skq::kernel
