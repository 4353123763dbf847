// The tokens of --where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "skq/select.h"

namespace skq::select {

struct WhereToken {
  enum class Kind : std::uint8_t { end, word, string, symbol, open, close };
  Kind kind = Kind::end;
  std::string_view raw;  ///< as written, a string with its quotes
  std::size_t at = 0;
};

/// Why there is no token here, and where.
struct LexerError {
  std::string message;
  std::size_t at = 0, length = 1;
};

/// The token at or after a position. Words run until white space, a quote, a parenthesis or an operator, so that 80%,
/// 10ms, fe80::/10 and TIME-WAIT are one word each.
std::variant<WhereToken, LexerError> next_token(std::string_view input, std::size_t from);

/// What a string's escapes stand for: \n \t \r \a \b \f \v \e \\ \' \" \xHH and octal. Of a regular expression only
/// those that regular expressions do not know themselves; \d or \. stay what they are.
std::variant<std::string, LexerError> decode_string(const WhereToken& token, bool regex);

}  // namespace skq::select
