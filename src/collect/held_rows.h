// Rows that have to wait for the end of their dump, packed, and found by their inodes then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "collect/packed_row.h"
#include "skq/socket.h"

namespace skq::collecting {

class HeldRows {
 public:
  void add(const PackedRow& row);

  [[nodiscard]] std::size_t size() const { return count_; }

  /// Of memory, but for the index.
  [[nodiscard]] std::size_t bytes() const;

  /// The rows in the order in which they came, some hundred in a part.
  [[nodiscard]] std::size_t parts() const { return parts_.size(); }

  /// Walks over the rows of one part.
  class Walk {
   public:
    Walk(const HeldRows& rows, std::size_t part);
    /// Nothing: there is no more.
    std::optional<PackedRow> next();

   private:
    const HeldRows& rows_;
    std::size_t block_, at_;
    std::size_t left_;
  };

  /// Where a row begins, in packed units; 0 is no row.
  enum class Place : std::uint32_t {};
  /// A look-up is two waits for memory that is far apart. Who has many to make first asks for the memory of each
  /// (about_to_find), then finds all places (each brings its row nearer), and then takes the rows.
  void about_to_find(Inode inode) const;
  /// Place{}: no unix socket that was added has that inode.
  [[nodiscard]] Place find(Inode inode) const;
  void take(Place place, Socket& row) const { PackedRow(bytes_at(place)).unpack(row); }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t used = 0;
  };

  /// Where a part begins.
  struct Part {
    std::size_t block, at;
  };
  /// The inode stands beside the place, so that a look-up does not have to look at rows that it does not want.
  struct Slot {
    Inode inode{};
    Place place{};
  };

  std::byte* room(std::size_t size);
  /// While the kernel still makes the next rows: the index is ready when they are all here.
  void note_place(Inode inode, const std::byte* row);
  void grow_index();
  /// Where that inode's place stands in the index, or would.
  [[nodiscard]] std::size_t slot_of(Inode inode) const;
  [[nodiscard]] const std::byte* bytes_at(Place place) const;

  std::vector<Block> blocks_;
  std::vector<Part> parts_;
  std::vector<Slot> index_;  ///< half full at the most
  std::size_t indexed_ = 0;
  std::size_t count_ = 0;
};

}  // namespace skq::collecting
