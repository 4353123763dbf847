// The set of inodes that are looked for. It is asked once for each socket descriptor of the host, so it is one flat
// table: a multiplication and on average less than two probes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "skq/types.h"

namespace skq::kernel {

class InodeIndex {
 public:
  static constexpr std::uint32_t absent = UINT32_MAX;

  explicit InodeIndex(std::span<const Inode> wanted) {
    const std::size_t capacity = std::bit_ceil(wanted.size() * 2 + 2);
    slots_.resize(capacity);
    shift_ = 32U - static_cast<unsigned>(std::countr_zero(capacity));
    for (std::size_t at = 0; at < wanted.size(); ++at) add(static_cast<std::uint32_t>(wanted[at]), at);
  }

  /// The inode's place in the list it was made from, or `absent`.
  [[nodiscard]] std::uint32_t find(std::uint32_t inode) const {
    if (inode == 0) return absent;
    for (std::size_t slot = home(inode);; slot = next(slot)) {
      if (slots_[slot].inode == inode) return slots_[slot].place;
      if (slots_[slot].inode == 0) return absent;
    }
  }

  /// How many different inodes are in it.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint32_t inode = 0;  // 0 marks a free slot: no socket that a process can hold has it
    std::uint32_t place = 0;
  };

  void add(std::uint32_t inode, std::size_t place) {
    if (inode == 0) return;
    std::size_t slot = home(inode);
    while (slots_[slot].inode != 0 && slots_[slot].inode != inode) slot = next(slot);
    if (slots_[slot].inode == inode) return;
    slots_[slot] = {inode, static_cast<std::uint32_t>(place)};
    ++size_;
  }
  [[nodiscard]] std::size_t home(std::uint32_t inode) const { return (inode * 2654435769U) >> shift_; }
  [[nodiscard]] std::size_t next(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }

  std::vector<Slot> slots_;
  unsigned shift_ = 0;
  std::size_t size_ = 0;
};

}  // namespace skq::kernel
