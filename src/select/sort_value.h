// A field's value made comparable.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "skq/arena.h"
#include "skq/fields.h"

namespace skq::select {

/// Of two in the same column at most one of the last three members is in use, since a column has one type.
struct SortValue {
  bool absent = true;
  std::uint64_t whole = 0;
  double fraction = 0;
  std::string_view text;
};

/// Its text is kept in the arena.
SortValue sort_value(const Value& value, Arena& arena);

/// Which comes first. What is absent comes last, also when descending.
std::strong_ordering order(const SortValue& left, const SortValue& right, bool descending);

}  // namespace skq::select
