#include "select/where_lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/text_utf8.h"

namespace skq::select {
namespace {

constexpr std::string_view blanks = " \t\n\r\v\f";
constexpr std::string_view word_ends = " \t\n\r\v\f()\"'=!<>~&|";
constexpr std::string_view symbol_bytes = "=!<>~&|";
// Also what people write by mistake, so that the message can name the whole of it.
constexpr std::array<std::string_view, 14> symbols{"===", "!==", "==", "!=", "<=", ">=", "=~",
                                                   "!~",  "&&",  "||", "=<", "=>", "<>", "~="};

WhereToken token(WhereToken::Kind kind, std::string_view input, std::size_t at, std::size_t length) {
  return {kind, input.substr(at, length), at};
}

std::size_t symbol_length(std::string_view rest) {
  for (const std::string_view symbol : symbols) {
    if (rest.starts_with(symbol)) return symbol.size();
  }
  return 1;
}

std::variant<WhereToken, LexerError> string_token(std::string_view input, std::size_t at) {
  for (std::size_t i = at + 1; i < input.size(); ++i) {
    if (input[i] == '\\')
      ++i;
    else if (input[i] == input[at])
      return token(WhereToken::Kind::string, input, at, i + 1 - at);
  }
  return LexerError{"the string is never closed", at, 1};
}

/// Reads a backslash and what belongs to it.
class EscapeReader {
 public:
  EscapeReader(std::string_view text, bool regex) : text_(text), regex_(regex) {}

  /// Empty when there is no such escape. `at` stands behind the backslash and moves on.
  std::optional<std::string> read(std::size_t& at) const {
    constexpr std::string_view letters = "ntrabfve\\'\"";
    constexpr std::string_view bytes = "\n\t\r\a\b\f\v\x1b\\'\"";
    const char letter = text_[at];
    // \b is a word boundary.
    if (const auto i = letters.find(letter); i != std::string_view::npos && !(regex_ && letter == 'b')) {
      ++at;
      return std::string(1, bytes[i]);
    }
    if (letter >= '0' && letter <= '7') return number(at, 8, 3);
    if (letter == 'x') return number(++at, 16, 2);
    if (!regex_ && letter == 'u') return code_point(++at, 4);
    if (!regex_ && letter == 'U') return code_point(++at, 8);
    if (!regex_) return std::nullopt;
    ++at;
    return std::string{'\\', letter};
  }

 private:
  [[nodiscard]] std::optional<std::string> number(std::size_t& at, unsigned base, std::size_t most) const {
    unsigned value = 0;
    std::size_t digits = 0;
    for (; digits < most && at < text_.size(); ++digits, ++at) {
      const char c = text_[at];
      const unsigned digit =
          c >= '0' && c <= '9' ? static_cast<unsigned>(c - '0') : (static_cast<unsigned char>(c) | 0x20U) - 'a' + 10U;
      if (digit >= base) break;
      value = value * base + digit;
    }
    if (digits == 0 || value > 0xff) return std::nullopt;
    return std::string(1, static_cast<char>(value));
  }

  // As skq itself writes what steers a terminal: \u202e.
  [[nodiscard]] std::optional<std::string> code_point(std::size_t& at, std::size_t digits) const {
    const std::string_view hex = text_.substr(at, digits);
    std::uint32_t code = 0;
    const auto end = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    if (hex.size() != digits || end.ptr != hex.data() + hex.size()) return std::nullopt;
    at += digits;
    std::string encoded;
    if (!append_utf8(encoded, code)) return std::nullopt;
    return encoded;
  }

  std::string_view text_;
  bool regex_;
};

}  // namespace

std::variant<WhereToken, LexerError> next_token(std::string_view input, std::size_t from) {
  const std::size_t at = std::min(input.find_first_not_of(blanks, from), input.size());
  if (at == input.size()) return token(WhereToken::Kind::end, input, at, 0);
  const char first = input[at];
  if (first == '(') return token(WhereToken::Kind::open, input, at, 1);
  if (first == ')') return token(WhereToken::Kind::close, input, at, 1);
  if (first == '"' || first == '\'') return string_token(input, at);
  if (symbol_bytes.find(first) != std::string_view::npos) {
    return token(WhereToken::Kind::symbol, input, at, symbol_length(input.substr(at)));
  }
  const std::size_t end = std::min(input.find_first_of(word_ends, at), input.size());
  return token(WhereToken::Kind::word, input, at, end - at);
}

std::variant<std::string, LexerError> decode_string(const WhereToken& token, bool regex) {
  const std::string_view text = token.raw.substr(1, token.raw.size() - 2);
  const EscapeReader reader(text, regex);
  std::string decoded;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      decoded += text[i++];
      continue;
    }
    const std::size_t start = i++;
    auto read = reader.read(i);
    if (!read) return LexerError{"unknown escape in the string", token.at + 1 + start, 2};
    decoded += *read;
  }
  return decoded;
}

}  // namespace skq::select
