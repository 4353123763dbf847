// A row of AF_UNIX in some fifty bytes, its name among them: a Socket takes 224 and its text, and there may be a
// million that wait.
//
// Packed is what a listing's rows of AF_UNIX have. A row with anything else stands among the others as it is, and what
// it points to has to outlive it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "skq/socket.h"

namespace skq::collecting {

/// Packed rows begin at multiples of this, and their sizes are told in it.
inline constexpr std::size_t packed_unit = 8;

/// No row takes more, though a name from a hostile recording may be as long as a name can be told to be.
inline constexpr std::size_t longest_packed = (std::size_t{1} << 16U) + 1024;

/// What every packed row begins with. Behind it stand the numbers that it has of its own, and then its name.
struct PackedHead {
  std::uint64_t cookie = 0;
  std::uint32_t inode = 0;
  std::uint16_t has = 0;
  std::uint16_t memory = 0;  ///< which of the values are not zero
  std::uint16_t name_size = 0;
  std::uint8_t netid = 0, state = 0, shutdown = 0, memory_known = 0;
  std::uint16_t numbers = 0;  ///< how many
};

/// A row on its way into bytes; it has to live as long.
class Packing {
 public:
  /// `shown`: it is among the rows that are asked for, not only another one's other end.
  Packing(const Socket& row, bool shown);

  /// What the row points to is needed as long as the bytes are.
  [[nodiscard]] bool refers_to_more() const;
  [[nodiscard]] std::size_t size() const { return size_; }
  void write(std::byte* to) const;

 private:
  const Socket& row_;
  PackedHead head_;
  std::array<std::uint32_t, 4 + 3 + memory_items> numbers_;
  std::size_t size_;
};

/// A packed row where it stands.
class PackedRow {
 public:
  explicit PackedRow(const std::byte* bytes);
  [[nodiscard]] Inode inode() const { return Inode{head_.inode}; }
  [[nodiscard]] bool is_unix() const;
  [[nodiscard]] bool shown() const;
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const std::byte* bytes() const { return bytes_; }
  /// Its text stays where the bytes are.
  void unpack(Socket& row) const;

 private:
  const std::byte* bytes_;
  PackedHead head_;
  std::size_t size_;
};

}  // namespace skq::collecting
