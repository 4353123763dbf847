// A --where expression as it runs: a flat list of comparisons, and jumps that leave out what cannot change the result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "select/address_prefix.h"
#include "select/regex.h"
#include "skq/fields.h"
#include "skq/select.h"

namespace skq::select {

enum class WhereOperator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal, match, no_match };

/// A number as written: exact where it is a whole one, so that 64 bits are compared as 64 bits.
struct WhereNumber {
  double rough = 0;
  std::optional<std::uint64_t> exact;
};

/// Another field on the right side; only of numbers.
struct WhereField {
  const Field* field = nullptr;
};

using WhereLiteral = std::variant<bool, WhereNumber, std::string, Regex, Prefix, WhereField>;

/// Where the left side comes from. All but the first hold when any owner does.
enum class WhereSource : std::uint8_t { field, owner_pid, owner_comm, owner_fd };

struct Comparison {
  const Field* field = nullptr;
  WhereSource source = WhereSource::field;
  bool peer = false;     ///< of the owners of the other end
  bool negated = false;  ///< stands below an odd number of `not`
  bool late = false;     ///< reads owners, which are looked for only when everything else is decided
  WhereOperator op{};
  WhereLiteral literal;
};

struct WhereStep {
  enum class Kind : std::uint8_t { test, negate, jump_if_true, jump_if_false };
  Kind kind{};
  std::uint32_t operand = 0;  ///< which test, or where to go on
};

/// False also where the field has no value.
bool holds(const Comparison& comparison, const Socket& socket, TextContext& context);

}  // namespace skq::select

namespace skq {

struct Where::Expression {
  std::vector<select::Comparison> tests;
  std::vector<select::WhereStep> steps;
};

}  // namespace skq
