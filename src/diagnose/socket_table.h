// Sockets by inode or cookie: one allocation for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "skq/socket.h"

namespace skq::diagnosing {

inline Inode key_of(const Socket& socket, Inode /*kind*/) { return socket.inode; }
inline Cookie key_of(const Socket& socket, Cookie /*kind*/) { return socket.cookie; }

/// Rows without a key (0) are not in it; of several with the same key the first is found.
template <class Key>
class SocketTable {
 public:
  SocketTable() = default;
  explicit SocketTable(std::span<const Socket* const> sockets) {
    std::size_t size = 16;
    while (size < sockets.size() * 2) size *= 2;
    slots_.resize(size);
    for (const Socket* socket : sockets) {
      if (socket == nullptr || key_of(*socket, Key{}) == Key{}) continue;
      const Socket*& slot = slots_[place_of(key_of(*socket, Key{}))];
      if (slot == nullptr) slot = socket;
    }
  }
  [[nodiscard]] const Socket* find(Key key) const {
    return slots_.empty() || key == Key{} ? nullptr : slots_[place_of(key)];
  }

 private:
  // The table is at most half full, so an empty slot ends every search.
  [[nodiscard]] std::size_t place_of(Key key) const {
    constexpr std::uint64_t golden = 0x9E3779B97F4A7C15U;
    std::size_t at = (static_cast<std::uint64_t>(key) * golden >> 20U) & (slots_.size() - 1);
    while (slots_[at] != nullptr && key_of(*slots_[at], Key{}) != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  std::vector<const Socket*> slots_;
};

}  // namespace skq::diagnosing
