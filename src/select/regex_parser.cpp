#include <algorithm>
#include <array>
#include <optional>

#include "base/text_utf8.h"
#include "select/regex_syntax.h"

namespace skq::select {
namespace {

using Kind = RegexNode::Kind;
constexpr unsigned most_repeats = 1000;

struct NamedSet {
  std::string_view name;
  std::array<CodeRange, 4> ranges;
  std::size_t count;
};
constexpr std::array<NamedSet, 13> named_sets{{
    {"alpha", {{{'A', 'Z'}, {'a', 'z'}}}, 2},
    {"digit", {{{'0', '9'}}}, 1},
    {"d", {{{'0', '9'}}}, 1},
    {"alnum", {{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}}, 3},
    {"w", {{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}}, 4},
    {"upper", {{{'A', 'Z'}}}, 1},
    {"lower", {{{'a', 'z'}}}, 1},
    {"xdigit", {{{'0', '9'}, {'A', 'F'}, {'a', 'f'}}}, 3},
    {"blank", {{{'\t', '\t'}, {' ', ' '}}}, 2},
    {"cntrl", {{{0, 0x1f}, {0x7f, 0x7f}}}, 2},
    {"print", {{{' ', '~'}}}, 1},
    {"graph", {{{'!', '~'}}}, 1},
    {"punct", {{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}}, 4},
}};

// ECMAScript's white space: more ranges than a row of the table holds.
const CodeSet& space_codes() {
  static const CodeSet set{{'\t', '\r'},     {' ', ' '},       {0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a},
                           {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}};
  return set;
}

std::optional<CodeSet> set_named(std::string_view name) {
  if (name == "space" || name == "s") return space_codes();
  for (const NamedSet& row : named_sets) {
    if (row.name == name)
      return CodeSet(row.ranges.begin(), row.ranges.begin() + static_cast<std::ptrdiff_t>(row.count));
  }
  return std::nullopt;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class RegexParser {
 public:
  explicit RegexParser(std::string_view pattern) : pattern_(pattern) {}

  std::variant<RegexNode, RegexError> parse() {
    auto node = choice();
    if (node && at_ < pattern_.size()) fail("')' without '('", at_);
    if (failed_) return error_;
    return std::move(*node);
  }

 private:
  using Maybe = std::optional<RegexNode>;

  [[nodiscard]] bool more() const { return at_ < pattern_.size(); }
  [[nodiscard]] char next() const { return pattern_[at_]; }
  bool take(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  std::nullopt_t fail(std::string_view message, std::size_t at) {
    if (!failed_) error_ = {std::string(message), at};
    failed_ = true;
    return std::nullopt;
  }

  Maybe choice() {
    RegexNode node{Kind::choice, {}, {}, 0, 0};
    do {
      Maybe part = sequence();
      if (!part) return std::nullopt;
      node.parts.push_back(std::move(*part));
    } while (take("|"));
    if (node.parts.size() == 1) return std::move(node.parts.front());
    return node;
  }

  Maybe sequence() {
    RegexNode node;
    while (more() && next() != '|' && next() != ')') {
      Maybe part = term();
      if (!part) return std::nullopt;
      node.parts.push_back(std::move(*part));
    }
    return node;
  }

  Maybe term() {
    if (take("^")) return RegexNode{Kind::begin, {}, {}, 0, 0};
    if (take("$")) return RegexNode{Kind::end, {}, {}, 0, 0};
    if (take("\\b")) return RegexNode{Kind::boundary, {}, {}, 0, 0};
    if (take("\\B")) return RegexNode{Kind::no_boundary, {}, {}, 0, 0};
    const std::size_t start = at_;
    Maybe part = atom();
    if (!part) return std::nullopt;
    return repeated(std::move(*part), start);
  }

  Maybe repeated(RegexNode part, std::size_t start) {
    unsigned least = 0, most = RegexNode::unlimited;
    if (take("*")) {
    } else if (take("+")) {
      least = 1;
    } else if (take("?")) {
      most = 1;
    } else if (take("{")) {
      if (!counts(least, most, start)) return std::nullopt;
    } else {
      return part;
    }
    take("?");  // a lazy quantifier finds the same texts
    RegexNode node{Kind::repeat, {}, {}, least, most};
    node.parts.push_back(std::move(part));
    if (more() && (next() == '*' || next() == '+' || next() == '?' || next() == '{'))
      return fail("nothing to repeat", at_);
    return node;
  }

  bool counts(unsigned& least, unsigned& most, std::size_t start) {
    const auto first = number();
    if (!first) return fail("a number must follow '{'", at_), false;
    least = most = *first;
    if (take(",")) {
      const auto second = number();
      most = second.value_or(RegexNode::unlimited);
    }
    if (!take("}")) return fail("'}' is missing", at_), false;
    if (most < least) return fail("the numbers in {} are out of order", start), false;
    if (least > most_repeats || (most > most_repeats && most != RegexNode::unlimited)) {
      return fail("more than 1000 repetitions", start), false;
    }
    return true;
  }

  std::optional<unsigned> number() {
    if (!more() || !is_digit(next())) return std::nullopt;
    unsigned value = 0;
    for (; more() && is_digit(next()); ++at_)
      value = std::min(value * 10 + static_cast<unsigned>(next() - '0'), most_repeats + 1);
    return value;
  }

  Maybe atom() {
    const std::size_t start = at_;
    if (take("(")) return group(start);
    if (take("[")) return bracket(start);
    if (take(".")) return of_set(complement({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}));
    if (take("\\")) return escape(start);
    if (next() == '*' || next() == '+' || next() == '?') return fail("nothing to repeat", at_);
    if (next() == '{') return fail("nothing to repeat; write \\{ for the character", at_);
    return of_code(literal());
  }

  char32_t literal() {
    const CodeStep step = next_code(pattern_, at_);
    at_ += step.length;
    return step.code;
  }

  static RegexNode of_set(CodeSet set) { return {Kind::set, {}, std::move(set), 0, 0}; }
  static RegexNode of_code(char32_t code) { return of_set({{code, code}}); }

  Maybe group(std::size_t start) {
    if (take("?:")) {
    } else if (more() && next() == '?') {
      return fail("look-ahead and named groups are not supported", start);
    }
    Maybe inner = choice();
    if (!inner) return std::nullopt;
    if (!take(")")) return fail("this '(' is never closed", start);
    return inner;
  }

  Maybe escape(std::size_t start) {
    if (!more()) return fail("a character must follow the backslash", start);
    if (next() >= '1' && next() <= '9') return fail("back references are not supported", start);
    if (auto set = set_escape()) return of_set(std::move(*set));
    const auto code = code_escape(start);
    if (!code) return std::nullopt;
    return of_code(*code);
  }

  /// \d \D \w \W \s \S
  std::optional<CodeSet> set_escape() {
    const char letter = next();
    if (std::string_view("dDwWsS").find(letter) == std::string_view::npos) return std::nullopt;
    ++at_;
    const char name = static_cast<char>(letter | 0x20);
    auto set = set_named({&name, 1});
    return letter == name ? set : complement(std::move(*set));
  }

  std::optional<char32_t> code_escape(std::size_t start) {
    constexpr std::string_view letters = "tnvfr";
    constexpr std::string_view codes = "\t\n\v\f\r";
    const char letter = next();
    if (const auto i = letters.find(letter); i != std::string_view::npos) return ++at_, codes[i];
    if (take("0")) return 0;
    if (take("x")) return hexadecimal(2, start);
    if (take("u")) return hexadecimal(4, start);
    if (take("c")) {
      if (!more() || !is_letter(next())) return fail("a letter must follow \\c", start);
      return static_cast<char32_t>(pattern_[at_++]) % 32;
    }
    if (is_letter(letter) || is_digit(letter)) return fail("unknown escape", start);
    return literal();
  }

  std::optional<char32_t> hexadecimal(unsigned digits, std::size_t start) {
    char32_t code = 0;
    for (; digits > 0; --digits) {
      const auto digit = more() ? hex_digit(next()) : std::nullopt;
      if (!digit) return fail("a hexadecimal digit is missing", start);
      code = code * 16 + *digit;
      ++at_;
    }
    return code;
  }

  Maybe bracket(std::size_t start) {
    const bool inverted = take("^");
    CodeSet set;
    while (!take("]")) {
      if (!more()) return fail("this '[' is never closed", start);
      if (!member(set, start)) return std::nullopt;
    }
    tidy(set);
    return of_set(inverted ? complement(std::move(set)) : std::move(set));
  }

  /// A character, a range or a class inside of [].
  bool member(CodeSet& set, std::size_t start) {
    const std::size_t here = at_;
    const auto first = one_of(set, start);
    if (failed_) return false;
    if (!first || !pattern_.substr(at_).starts_with('-') || pattern_.substr(at_).starts_with("-]")) {
      if (first) set.push_back({*first, *first});
      return true;
    }
    ++at_;
    if (!more()) return fail("this '[' is never closed", start), false;
    const auto last = one_of(set, start);
    if (failed_) return false;
    if (!last) return fail("a class cannot end a range", here), false;
    if (*last < *first) return fail("the ends of the range are out of order", here), false;
    set.push_back({*first, *last});
    return true;
  }

  /// A character, or nothing after it added a whole class to the set.
  std::optional<char32_t> one_of(CodeSet& set, std::size_t start) {
    if (take("[:")) {
      const std::size_t close = pattern_.find(":]", at_);
      const auto named = close == std::string_view::npos ? std::nullopt : set_named(pattern_.substr(at_, close - at_));
      if (!named) return fail("unknown character class", at_ - 2);
      at_ = close + 2;
      set.insert(set.end(), named->begin(), named->end());
      return std::nullopt;
    }
    if (!take("\\")) return literal();
    if (!more()) return fail("this '[' is never closed", start);
    if (const auto named = set_escape()) {
      set.insert(set.end(), named->begin(), named->end());
      return std::nullopt;
    }
    if (take("b")) return 8;
    return code_escape(at_ - 1);
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  bool failed_ = false;
  RegexError error_;
};

}  // namespace

void tidy(CodeSet& set) {
  std::sort(set.begin(), set.end(), [](const CodeRange& a, const CodeRange& b) { return a.first < b.first; });
  CodeSet merged;
  for (const CodeRange& range : set) {
    if (!merged.empty() && range.first <= merged.back().last + 1)
      merged.back().last = std::max(merged.back().last, range.last);
    else
      merged.push_back(range);
  }
  set = std::move(merged);
}

CodeSet complement(CodeSet set) {
  tidy(set);
  CodeSet rest;
  char32_t from = 0;
  for (const CodeRange& range : set) {
    if (range.first > from) rest.push_back({from, range.first - 1});
    from = range.last + 1;
  }
  if (from <= last_code) rest.push_back({from, last_code});
  return rest;
}

const CodeSet& word_codes() {
  static const CodeSet set = *set_named("w");
  return set;
}

CodeStep next_code(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return {byte, 1};
  const Utf8Step step = next_utf8(text, at);
  if (step.valid) return {step.code, step.length};
  return {invalid_bytes + byte, 1};
}

std::variant<RegexNode, RegexError> parse_regex(std::string_view pattern) { return RegexParser(pattern).parse(); }

}  // namespace skq::select
