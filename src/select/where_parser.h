// Text of --where to the program of where_program.h, by recursive descent. The steps are written while reading; `and`,
// `or` and `not` of terms without a value need nothing special, since a comparison with null is simply false.
//
//   or         := and { ("or" | "||") and }
//   and        := unary { ("and" | "&&") unary }
//   unary      := ("not" | "!") unary | "(" or ")" | comparison
//   comparison := FIELD OPERATOR LITERAL | BOOLEAN_FIELD
//   OPERATOR   := "==" | "!=" | "<" | "<=" | ">" | ">=" | "=~" | "!~"
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "select/where_lexer.h"
#include "select/where_program.h"

namespace skq::select {

class WhereParser {
 public:
  explicit WhereParser(std::string_view input) : input_(input) {}

  /// Fills both, or leaves an error.
  bool parse(Where::Expression& program, NeedSet& needs);
  [[nodiscard]] SyntaxError take_error() { return std::move(error_); }

 private:
  bool parse_or();
  bool parse_and();
  bool parse_unary();
  bool parse_group();
  bool parse_comparison();
  bool parse_field(Comparison& comparison);
  bool parse_operator(Comparison& comparison);
  bool parse_literal(Comparison& comparison);
  bool parse_chain(bool (WhereParser::*term)(), std::string_view word, std::string_view symbol, WhereStep::Kind jump);
  bool is_joint(std::string_view word, std::string_view symbol) const;
  bool expect_end();

  /// Reads the next token into token_.
  bool advance();
  bool fail(std::size_t at, std::size_t length, std::string message, std::string_view suggestion = {});
  bool fail_here(std::string message, std::string_view suggestion = {});

  std::string_view input_;
  WhereToken token_;
  Where::Expression* program_ = nullptr;
  NeedSet needs_;
  std::size_t depth_ = 0;
  bool negated_ = false;
  SyntaxError error_;
};

}  // namespace skq::select
