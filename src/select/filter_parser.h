// Text to the syntax tree of filter_expression.h, by recursive descent.
//
//   filter     := { ("state" | "exclude" | "excl") STATE } [ or ]
//   or         := and { ("or" | "|" | "||") and }
//   and        := unary { [ "and" | "&" | "&&" ] unary }
//   unary      := ("not" | "!") unary | "(" or ")" | predicate
//   predicate  := ("src" | "dst") [ "=" | "!=" ] HOST
//               | ("sport" | "dport") [ OPERATOR ] [ FAMILY ":" ] [ ":" ] PORT
//               | "dev" [ "=" | "!=" ] DEVICE
//               | "fwmark" [ "=" | "!=" ] MARK [ "/" MASK ]
//               | "cgroup" [ "=" | "!=" ] PATH
//               | "autobound"
//
// ss's own grammar has no precedence: it reads `and` and `or` from left to right, though its manual says otherwise.
// Here the manual holds, and an expression that ss reads differently gets a warning.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "select/filter_expression.h"
#include "select/filter_port.h"
#include "select/filter_words.h"

namespace skq::select {

class FilterParser {
 public:
  FilterParser(std::string_view input, FilterSetting setting) : input_(input), words_(input), setting_(setting) {}

  /// Fills the filter, or leaves an error.
  bool parse(Filter& filter);
  [[nodiscard]] SyntaxError take_error() { return std::move(error_); }

 private:
  using Expression = Filter::Expression;
  using Maybe = std::optional<Expression>;

  bool parse_states(Filter& filter);
  Maybe parse_or();
  Maybe parse_and();
  Maybe parse_unary();
  Maybe parse_group();
  Maybe parse_predicate();
  Maybe parse_host_test(Side side);
  Maybe parse_port_test(Side side);
  Maybe parse_device();
  Maybe parse_mark();
  Maybe parse_cgroup();

  enum class Joint { none, conjunction, disjunction };
  Joint peek_joint(Word& word);
  Comparator take_comparator(bool& named);
  /// Takes an optional = or !=; whether it was the latter. Empty: another operator, which is an error.
  std::optional<bool> take_negation(std::string_view keyword);
  /// The word after a predicate's operator. Empty after an error.
  std::optional<Word> take_operand(std::string_view what, bool pattern);
  Word cut_pattern(const Word& word);

  void fail(const Word& word, std::string message, std::string_view suggestion = {});
  Maybe failed(const Word& word, std::string message, std::string_view suggestion = {});

  std::string_view input_;
  FilterWords words_;
  FilterSetting setting_;
  SyntaxError error_;
  std::vector<std::string> warnings_;
  std::size_t depth_ = 0;  ///< of the tree
  std::size_t open_ = 0;   ///< parentheses
  bool joined_ = false;    ///< the last parse_and read more than one term
  bool misread_ = false;   ///< ss would read the expression differently
};

}  // namespace skq::select
