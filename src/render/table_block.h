// What a table's rows are while they wait for the last one: finished cells, packed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "render/table_cell.h"

namespace skq::render {

/// The length of a cell's text, and how many columns its left side takes.
struct Extent {
  std::uint32_t bytes = 0, left = 0;
};

/// Few cells are long: the extent of one that is stands apart, and `bytes` then says where.
struct Cell {
  std::uint32_t bytes : 13;
  std::uint32_t left : 12;
  std::uint32_t wide : 1;
  std::uint32_t ascii : 1;
  std::uint32_t tone : 3;
  std::uint32_t mark : 2;
};
static_assert(sizeof(Cell) == 4);
/// A mark that is no CellMark: the row's first columns are as those of the row before it, and this one cell is all that
/// stands of them.
inline constexpr std::uint32_t as_before = 3;
inline constexpr std::uint32_t most_bytes = (1U << 13U) - 1, most_left = (1U << 12U) - 1;

/// Some hundred rows of finished cells. Blocks are never moved and are given back as they are printed, so a big table
/// costs no copies and little more memory than its text.
struct Block {
  std::string text;          ///< of all cells, in order
  std::vector<Cell> cells;   ///< a row's columns, or as_before and the rest of them; then its continuation, if any
  std::vector<Extent> wide;  ///< of long cells
  std::size_t rows = 0;

  [[nodiscard]] Extent extent_of(Cell cell) const {
    return cell.wide != 0 ? wide[cell.bytes] : Extent{cell.bytes, cell.left};
  }
};
inline constexpr std::size_t block_bytes = 60'000;
inline constexpr std::size_t block_cells = 7'500;  // fewer than a cell can count

/// A column's last cell. Most sockets are idle, alike in all but their names.
class LastCell {
 public:
  [[nodiscard]] bool is_of(const Value& value) const {
    if (!known_ || value.index() != value_.index()) return false;
    if (const auto* text = std::get_if<std::string_view>(&value)) return *text == value_text_;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number == std::get<std::uint64_t>(value_);
    if (const auto* number = std::get_if<double>(&value)) return *number == std::get<double>(value_);
    return std::holds_alternative<std::monostate>(value);
  }
  /// Not where it never helps.
  void keep(const Value& value, std::string_view cell, const Sides& sides, CellLook look) {
    constexpr unsigned enough = 32;
    known_ = misses_ < enough;
    if (!known_) return;
    ++misses_;
    value_ = value;
    if (const auto* text = std::get_if<std::string_view>(&value)) value_text_ = *text;
    cell_ = cell;
    sides_ = sides;
    look_ = look;
  }
  void helped() { misses_ = 0; }
  [[nodiscard]] const std::string& cell() const { return cell_; }
  [[nodiscard]] const Sides& sides() const { return sides_; }
  [[nodiscard]] CellLook look() const { return look_; }

 private:
  Value value_;  ///< its text is in value_text_
  std::string value_text_, cell_;
  Sides sides_;
  CellLook look_;
  bool known_ = false;
  unsigned misses_ = 0;
};

}  // namespace skq::render
