// One recorded value: a key of the table in recorded_keys.h and what it is for one socket. A socket without a value for
// a key has no cell of it, so that absent stays absent.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace skq::store {

/// Place in recorded_keys().
using KeyId = std::uint16_t;

enum class CellKind : std::uint8_t {
  boolean,
  number,
  real,
  text,  ///< any bytes
  json   ///< a list or an object, as JSON without blanks
};

/// Sixteen bytes, as a snapshot has a million of them. Text lives in the arena of the rows.
struct Cell {
  KeyId key = 0;
  CellKind kind = CellKind::boolean;
  std::uint32_t size = 0;
  union {
    std::uint64_t number = 0;
    double real;
    const char* bytes;
  };

  [[nodiscard]] bool holds_text() const { return kind == CellKind::text || kind == CellKind::json; }
  [[nodiscard]] std::string_view text() const {
    return holds_text() ? std::string_view(bytes, size) : std::string_view();
  }
};
static_assert(sizeof(Cell) == 16);

inline bool same_value(const Cell& a, const Cell& b) {
  if (a.kind != b.kind) return false;
  if (a.holds_text()) return a.text() == b.text();
  return a.number == b.number;  // of a real its bits
}

/// One socket's cells, by rising key.
using Row = std::vector<Cell>;

inline const Cell* find_cell(const Row& row, KeyId key) {
  const auto place =
      std::lower_bound(row.begin(), row.end(), key, [](const Cell& c, KeyId wanted) { return c.key < wanted; });
  return place != row.end() && place->key == key ? &*place : nullptr;
}

}  // namespace skq::store
