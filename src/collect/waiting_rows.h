// Rows whose other end has not come yet, packed, by the inode that they wait for. Most leave again while the dump still
// goes on: their room is used again, so it is as much as those take that wait at one time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "collect/packed_row.h"

namespace skq::collecting {

class WaitingRows {
 public:
  /// A look-up waits for memory that is far away: who says beforehand what will be asked for need not.
  void about_to_ask(Inode awaited) const;

  /// False: somebody waits for that one already.
  bool add(Inode awaited, const PackedRow& row);

  /// That one, who waits for the other, waits no longer, but stays until release(). Null: it did not.
  const std::byte* take(Inode awaited, Inode waiting);
  /// Its room may be used again.
  void release(const std::byte* taken);

  /// Of memory, but for the index.
  [[nodiscard]] std::size_t bytes() const;

  /// Calls `row` with the bytes of everybody who still waits, in the order in which they came.
  template <class Row>
  void for_each(const Row& row) const {
    for (const Place place : places_in_order()) row(bytes_at(place) + sizeof(Label));
  }

 private:
  /// In packed units; 0 is none.
  enum class Place : std::uint32_t {};
  /// In front of each row: which it was, and where it stands; or, once it has left, what place is free besides.
  struct Label {
    std::uint32_t number = 0;
    Place place{};
  };
  static_assert(sizeof(Label) == packed_unit);
  struct Slot {
    Inode awaited{}, waiting{};
    Place place{};
  };

  [[nodiscard]] std::size_t slot_of(Inode awaited) const;
  [[nodiscard]] std::vector<Place> places_in_order() const;
  [[nodiscard]] std::byte* bytes_at(Place place) const;
  void grow();
  void empty_slot(std::size_t at);
  Place room(std::size_t units);

  std::vector<Slot> slots_;  ///< open addressing, half full at the most
  std::size_t count_ = 0;
  std::uint32_t numbered_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::size_t used_ = 0;          ///< units of the last block
  std::array<Place, 64> free_{};  ///< by size; places of long rows are not used again
};

}  // namespace skq::collecting
