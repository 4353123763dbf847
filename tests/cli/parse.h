// A command line as words, parsed.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "cli/arguments.h"

namespace skq::cli {

inline std::variant<Settings, UsageError> parse(const std::vector<std::string>& words) {
  std::vector<std::string> copies = words;
  std::vector<char*> pointers;
  for (std::string& word : copies) pointers.push_back(word.data());
  return parse_arguments(pointers);
}

/// Words separated by single spaces; for command lines without quotes.
inline std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace skq::cli
