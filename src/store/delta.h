// What changed from one snapshot to the next, as lines (see skq/store.h), and rows changed by such lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/json_cursor.h"
#include "store/rows.h"

namespace skq::store {

/// Appends the lines, and puts `current` into the order in which a reader will have it: what stayed in the order of the
/// base, then what is new.
void append_delta(std::string& out, const Rows& base, Rows& current);

/// Applies the lines of one delta, each in its turn.
class DeltaReader {
 public:
  /// `most_values` is how many cells all rows together may have.
  DeltaReader(Rows& rows, std::uint64_t values, std::uint64_t most_values)
      : rows_(rows), values_(values), most_values_(most_values) {}

  /// False: not such a line, out of order, or of rows that are not there.
  bool apply(std::string_view line);
  /// How many cells there are now.
  [[nodiscard]] std::uint64_t values() const { return values_; }

 private:
  enum class Phase : std::uint8_t { changed, deleted, added };

  Row::iterator place_of(Row& row, KeyId key);
  bool put(Row& row, const Cell& cell);
  bool take_away(Row& row, KeyId key);
  bool change(JsonCursor& json);
  bool remove(JsonCursor& json);
  bool add(JsonCursor& json);
  bool positions(JsonCursor& json, std::vector<std::uint32_t>& at) const;
  bool change_values(JsonCursor& json, const std::vector<std::uint32_t>& at, KeyId key);
  bool change_by(JsonCursor& json, const std::vector<std::uint32_t>& at, KeyId key);
  void make_room(std::size_t begin, std::size_t columns);
  bool add_column(JsonCursor& json, std::optional<KeyId> key, std::size_t column, std::size_t begin);

  Rows& rows_;
  std::uint64_t values_;
  std::uint64_t most_values_;
  Phase phase_ = Phase::changed;
  std::size_t last_place_ = 0;  ///< of a cell in a row
};

}  // namespace skq::store
