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

  /// Before find(), and after the last add().
  void make_index();

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

  /// Unpacks the row with that inode; false: there is none.
  bool find(Inode inode, Socket& row) const;

 private:
  /// Where a row begins, in units of its alignment; 0 is no row.
  enum class Place : std::uint32_t {};
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t used = 0;
  };

  /// Where a part begins.
  struct Part {
    std::size_t block, at;
  };

  std::byte* room(std::size_t units);
  /// Where that inode's place stands in the index, or would.
  [[nodiscard]] std::size_t slot_of(Inode inode) const;
  [[nodiscard]] const std::byte* bytes_at(Place place) const;
  static void unpack(const std::byte* from, Socket& row);

  std::vector<Block> blocks_;
  std::vector<Part> parts_;
  std::vector<Place> index_;
  std::size_t count_ = 0;
};

}  // namespace skq::collecting
