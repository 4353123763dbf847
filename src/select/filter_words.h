// The words of a FILTER: separated by white space, a backslash takes the next byte as it is. ss wants white space
// around every parenthesis and operator, too; here they may also be glued to words, wherever that cannot mean anything
// else.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "select/filter_expression.h"

namespace skq::select {

/// A stretch of the input, not yet unescaped.
struct Word {
  std::string_view raw;
  std::size_t at = 0;
  [[nodiscard]] bool empty() const { return raw.empty(); }
  [[nodiscard]] Word first(std::size_t length) const { return {raw.substr(0, length), at}; }
};

/// The words before a position are taken, the rest is still to be read.
class FilterWords {
 public:
  explicit FilterWords(std::string_view input) : input_(input) {}

  /// The next word up to white space; empty at the end. Takes nothing.
  Word peek();
  /// The word's keyword: what stands before the first operator or parenthesis that is glued to it.
  Word peek_keyword();
  void take(const Word& word) { at_ = word.at + word.raw.size(); }
  /// The word after the next one.
  Word peek_second();
  [[nodiscard]] std::size_t size() const { return input_.size(); }

 private:
  [[nodiscard]] Word word_at(std::size_t at) const;

  std::string_view input_;
  std::size_t at_ = 0;
};

std::string unescaped(std::string_view raw);

/// Length up to the first of these bytes that no backslash precedes.
std::size_t length_before(std::string_view raw, std::string_view stops);

/// A comparison at the start of a word: "=" glued or alone, "ge" only alone.
struct OperatorWord {
  Comparator comparator{};
  std::size_t length = 0;
  bool symbolic = false;
};
std::optional<OperatorWord> operator_word(const Word& word);

/// The symbols that print uses.
std::string_view to_text(Comparator comparator);

}  // namespace skq::select
