// The right side of a comparison, read as the type of the field on the left.
#pragma once

#include <string>
#include <variant>

#include "select/where_lexer.h"
#include "select/where_program.h"

namespace skq::select {

/// Why a literal does not fit.
struct LiteralProblem {
  std::string message;
  std::string suggestion;
  std::size_t at = 0, length = 1;
};

/// Also settles where an `owners` field is compared: a number means the pid, text the comm.
std::variant<WhereLiteral, LiteralProblem> read_literal(const WhereToken& token, Comparison& comparison);

/// "path is text": for messages.
std::string describe(const Field& field);

/// Whether the operator makes sense for the type; order and patterns do not for all.
bool takes_operator(const Field& field, WhereOperator op);

}  // namespace skq::select
