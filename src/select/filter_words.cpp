#include "select/filter_words.h"

#include <algorithm>
#include <array>

namespace skq::select {
namespace {

constexpr std::string_view blanks = " \t\n\r\v\f";

struct Spelling {
  std::string_view text;
  Comparator comparator;
};
// Longer symbols first.
constexpr std::array<Spelling, 7> symbols{{{"==", Comparator::equal},
                                           {"!=", Comparator::not_equal},
                                           {">=", Comparator::greater_equal},
                                           {"<=", Comparator::less_equal},
                                           {"=", Comparator::equal},
                                           {">", Comparator::greater},
                                           {"<", Comparator::less}}};
constexpr std::array<Spelling, 9> spelled{{{"eq", Comparator::equal},
                                           {"ne", Comparator::not_equal},
                                           {"neq", Comparator::not_equal},
                                           {"ge", Comparator::greater_equal},
                                           {"geq", Comparator::greater_equal},
                                           {"le", Comparator::less_equal},
                                           {"leq", Comparator::less_equal},
                                           {"gt", Comparator::greater},
                                           {"lt", Comparator::less}}};

}  // namespace

std::size_t length_before(std::string_view raw, std::string_view stops) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\')
      ++i;
    else if (stops.find(raw[i]) != std::string_view::npos)
      return i;
  }
  return raw.size();
}

Word FilterWords::word_at(std::size_t at) const {
  at = std::min(input_.find_first_not_of(blanks, at), input_.size());
  const std::string_view rest = input_.substr(at);
  return {rest.substr(0, length_before(rest, blanks)), at};
}

Word FilterWords::peek() { return word_at(at_); }

Word FilterWords::peek_second() {
  const Word word = peek();
  return word_at(word.at + word.raw.size());
}

Word FilterWords::peek_keyword() {
  const Word word = peek();
  return word.first(length_before(word.raw, "=!<>()|&"));
}

std::string unescaped(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && ++i == raw.size()) break;
    text += raw[i];
  }
  return text;
}

std::optional<OperatorWord> operator_word(const Word& word) {
  const std::string text = word.raw.starts_with('\\') ? unescaped(word.raw) : std::string(word.raw);
  for (const Spelling& spelling : spelled) {
    if (text == spelling.text) return OperatorWord{spelling.comparator, word.raw.size(), false};
  }
  for (const Spelling& spelling : symbols) {
    if (text == spelling.text) return OperatorWord{spelling.comparator, word.raw.size(), true};
    if (word.raw.starts_with(spelling.text)) return OperatorWord{spelling.comparator, spelling.text.size(), true};
  }
  return std::nullopt;
}

std::string_view to_text(Comparator comparator) {
  switch (comparator) {
    case Comparator::equal:
      return "=";
    case Comparator::not_equal:
      return "!=";
    case Comparator::less:
      return "<";
    case Comparator::less_equal:
      return "<=";
    case Comparator::greater:
      return ">";
    case Comparator::greater_equal:
      return ">=";
  }
  return {};
}

}  // namespace skq::select
