// Rows that have to wait for the end of their dump, since what is told of them hangs on a row that comes later: the
// other end of a unix socket. A Socket takes 224 bytes and its text; here a unix row takes some fifty with its name, so
// that a hundred thousand wait in a few megabytes.
//
// Packed is what a listing's rows of AF_UNIX have. A row with anything else is held as it is: what it points to has to
// outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "skq/socket.h"

namespace skq::collecting {

class HeldRows {
 public:
  /// True when it was packed: nothing that the row points to is needed any longer.
  bool add(const Socket& row);

  [[nodiscard]] std::size_t size() const { return count_; }

  /// Of memory, but for the index.
  [[nodiscard]] std::size_t bytes() const;

  /// The rows in the order in which they came, some hundred in a part.
  [[nodiscard]] std::size_t parts() const { return parts_.size(); }

  /// Walks over the rows of one part, or from the first of all to the last.
  class Walk {
   public:
    explicit Walk(const HeldRows& rows) : rows_(rows), left_(rows.count_) {}
    Walk(const HeldRows& rows, std::size_t part);
    /// The next row, without its other end; its text lives as long as the rows. False: there is none.
    bool next(Socket& row);

   private:
    const HeldRows& rows_;
    std::size_t block_ = 0, at_ = 0;
    std::size_t left_;
  };

  /// Where a row begins, in units of its alignment; 0 is no row.
  enum class Place : std::uint32_t {};
  /// A look-up is two waits for memory that is far apart. Who has many to make first asks for the memory of each
  /// (about_to_find), then finds all places (each brings its row nearer), and then takes the rows.
  void about_to_find(Inode inode) const;
  /// Place{}: no unix socket that was added has that inode.
  [[nodiscard]] Place find(Inode inode) const;
  void take(Place place, Socket& row) const { unpack(bytes_at(place), row); }

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

  std::byte* room(std::size_t units);
  /// While the kernel still makes the next rows: the index is ready when they are all here.
  void note_place(Inode inode, const std::byte* row);
  void grow_index();
  /// Where that inode's place stands in the index, or would.
  [[nodiscard]] std::size_t slot_of(Inode inode) const;
  [[nodiscard]] const std::byte* bytes_at(Place place) const;
  static void unpack(const std::byte* from, Socket& row);

  std::vector<Block> blocks_;
  std::vector<Part> parts_;
  std::vector<Slot> index_;  ///< half full at the most
  std::size_t indexed_ = 0;
  std::size_t count_ = 0;
};

}  // namespace skq::collecting
