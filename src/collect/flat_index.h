// Finds sockets by a key without an allocation per row: open addressing, pointers only, built once after the dumps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "skq/socket.h"

namespace skq::collecting {

/// Spreads keys that count up (inodes, cookies) over the table: the finaliser of MurmurHash3.
constexpr std::uint64_t mix(std::uint64_t key) {
  key ^= key >> 33;
  key *= 0xff51afd7ed558ccdULL;
  key ^= key >> 33;
  key *= 0xc4ceb9fe1a85ec53ULL;
  return key ^ key >> 33;
}

inline std::uint64_t hash_of(Inode inode) { return mix(static_cast<std::uint32_t>(inode)); }

/// The smallest power of two that keeps `count` entries at most half full.
constexpr std::size_t table_size(std::size_t count) {
  std::size_t size = 16;
  while (size < count * 2) size *= 2;
  return size;
}

/// T has to outlive the index. Of values that are the same to find() only the first few are kept: a run of equal ones,
/// as a recording from a hostile hand may have, would make every step as long as that run.
template <class T>
class FlatIndex {
 public:
  explicit FlatIndex(std::size_t count) : slots_(table_size(count)) {}

  /// `same` tells which values stand for one another; `most` of these are kept.
  template <class Same>
  void insert(std::uint64_t hash, T* value, const Same& same, std::size_t most = 1) {
    std::size_t at = hash & (slots_.size() - 1);
    for (std::size_t found = 0; slots_[at] != nullptr; at = (at + 1) & (slots_.size() - 1)) {
      if (same(*slots_[at]) && ++found == most) return;
    }
    slots_[at] = value;
  }

  /// The first that was inserted, among those that fit.
  template <class Fits>
  [[nodiscard]] T* find(std::uint64_t hash, const Fits& fits) const {
    for (std::size_t at = hash & (slots_.size() - 1); slots_[at] != nullptr; at = (at + 1) & (slots_.size() - 1)) {
      if (fits(*slots_[at])) return slots_[at];
    }
    return nullptr;
  }

 private:
  std::vector<T*> slots_;
};

/// What tells one row of a dump from another: the socket's cookie. Before Linux 5.4 each network namespace counted its
/// own (net/core/sock_diag.c, sock_gen_cookie). The associations of an SCTP endpoint share its cookie, and differ by
/// the other end.
inline Cookie identity_of(const Socket& row) {
  const InetPart* inet = row.inet();
  const bool foreign = row.netns != nullptr && row.netns->foreign && row.cookie != Cookie{0};
  const Cookie cookie =
      foreign ? Cookie{mix(static_cast<std::uint64_t>(row.cookie) ^ row.netns->inode << 32U)} : row.cookie;
  if (inet == nullptr || !inet->association) return cookie;
  std::uint64_t key = mix(static_cast<std::uint64_t>(cookie) + 1);
  for (const std::byte byte : inet->peer.bytes) key = mix(key + std::to_integer<std::uint64_t>(byte));
  key = mix(key + (std::uint64_t{inet->peer_port} << 16) + inet->local_port);
  return Cookie{key};
}

/// Whether both are of one network namespace, as far as is known.
inline bool same_netns(const Socket& a, const Socket& b) {
  if (a.netns == nullptr || b.netns == nullptr) return a.netns == b.netns;
  return a.netns == b.netns || a.netns->inode == b.netns->inode;
}

/// The same for all that are of one network namespace in the sense of same_netns().
inline std::uint64_t hash_of_netns(const Socket& row) { return row.netns == nullptr ? 0 : mix(row.netns->inode + 1); }

/// The cookies one dump has shown: a dump under churn, or of multicast-bound netlink sockets, repeats rows. The kernel
/// counts cookies up as they are asked for (net/core/sock_diag.c), so they are kept by the word: some million in one
/// megabyte.
class CookieSet {
 public:
  /// False when it was there already. Cookie 0 is no identity and always new.
  bool add(Cookie cookie) {
    const auto key = static_cast<std::uint64_t>(cookie);
    if (key == 0) return true;
    if ((count_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = slot_of(key / word_bits);
    const std::uint64_t bit = std::uint64_t{1} << key % word_bits;
    if (slot.bits == 0) {
      slot.word = key / word_bits;
      ++count_;
    }
    const bool is_new = (slot.bits & bit) == 0;
    slot.bits |= bit;
    return is_new;
  }
  void clear() {
    slots_.assign(slots_.size(), {});
    count_ = 0;
  }

 private:
  static constexpr std::uint64_t word_bits = 64;
  struct Slot {
    std::uint64_t word = 0, bits = 0;
  };

  Slot& slot_of(std::uint64_t word) {
    std::size_t at = mix(word) & (slots_.size() - 1);
    while (slots_[at].bits != 0 && slots_[at].word != word) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.bits != 0) slot_of(slot.word) = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t count_ = 0;  ///< slots in use
};

}  // namespace skq::collecting
