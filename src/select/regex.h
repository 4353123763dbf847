// ECMAScript regular expressions for =~, matched in time linear in the text whatever the pattern. std::regex recurses
// once a character and backtracks, so that a long command line or a pattern like (a*)*b would end in a crash or never.
//
// All of ECMAScript but what needs backtracking: back references and look-ahead are refused with a message. As in
// std::regex, [[:alpha:]] and its like are known. Text is UTF-8; a byte that is none counts as one character of its
// own.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace skq::select {

/// Why a pattern is none, and at which of its bytes.
struct RegexError {
  std::string message;
  std::size_t at = 0;
};

class RegexAutomaton;

class Regex {
 public:
  static constexpr std::size_t longest_pattern = 256;

  static std::variant<Regex, RegexError> compile(std::string_view pattern);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  /// Whether it matches anywhere in the text. Remembers what it learned about the pattern, so not for two threads at
  /// once.
  [[nodiscard]] bool found_in(std::string_view text) const;

 private:
  explicit Regex(std::unique_ptr<RegexAutomaton> automaton);
  std::unique_ptr<RegexAutomaton> automaton_;
};

}  // namespace skq::select
