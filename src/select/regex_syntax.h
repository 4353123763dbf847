// The syntax tree of a regular expression.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>
#include <vector>

#include "select/regex.h"

namespace skq::select {

/// Bytes that are not UTF-8 live above Unicode, so that '.' and [^a] take them, and nothing confuses them with letters.
inline constexpr char32_t last_unicode = 0x10ffff, invalid_bytes = 0x110000, last_code = invalid_bytes + 0xff;

struct CodeRange {
  char32_t first = 0, last = 0;
};
/// Sorted, without overlap, once `tidy` was called.
using CodeSet = std::vector<CodeRange>;

void tidy(CodeSet& set);
CodeSet complement(CodeSet set);
const CodeSet& word_codes();

struct RegexNode {
  enum class Kind : std::uint8_t { set, sequence, choice, repeat, begin, end, boundary, no_boundary };
  static constexpr unsigned unlimited = std::numeric_limits<unsigned>::max();

  Kind kind = Kind::sequence;
  std::vector<RegexNode> parts;  ///< sequence, choice: any number; repeat: one
  CodeSet set;
  unsigned least = 0, most = 0;  ///< repeat
};

std::variant<RegexNode, RegexError> parse_regex(std::string_view pattern);

/// One character of the text.
struct CodeStep {
  char32_t code = 0;
  std::size_t length = 1;
};
CodeStep next_code(std::string_view text, std::size_t at);

}  // namespace skq::select
