// What the iterator tells of unix sockets, by cookie: asked once for each row of a dump, so it is one flat table.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernel/bpf/rows.h"
#include "skq/arena.h"
#include "skq/socket.h"

namespace skq::kernel {

class UnixQueues {
 public:
  explicit UnixQueues(std::vector<skq_queue_row> rows)
      : rows_(std::move(rows)), slots_(std::bit_ceil(rows_.size() * 2 + 2)) {
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      std::uint32_t& slot = slot_of(rows_[at].cookie);
      slot = static_cast<std::uint32_t>(at + 1);
    }
  }

  /// Null: the socket was not there yet, or not any more.
  [[nodiscard]] const skq_queue_row* find(Cookie cookie) {
    const std::uint32_t slot = slot_of(static_cast<std::uint64_t>(cookie));
    return slot == 0 ? nullptr : &rows_[slot - 1];
  }

  /// Tells the socket what is known of it.
  void join(Socket& socket, Arena& arena) {
    auto* const part = std::get_if<UnixPart>(&socket.part);
    const skq_queue_row* const row = part != nullptr ? find(socket.cookie) : nullptr;
    if (row != nullptr) part->queue = arena.make<UnixQueue>(queue_of(*row));
  }

 private:
  static UnixQueue queue_of(const skq_queue_row& row) {
    UnixQueue queue{.length = row.length};
    // Nobody but the other end may send to a connected socket, and it does not wait for the queue but for its own
    // memory (net/unix/af_unix.c, unix_dgram_sendmsg).
    const bool is_connected = (row.flags & skq_queue_connected) != 0;
    if (!is_connected && row.backlog != UINT32_MAX) queue.limit = row.backlog + 1;
    if ((row.flags & skq_queue_has_fds) != 0) queue.descriptors = row.descriptors;
    if ((row.flags & skq_queue_has_flight) != 0) queue.in_flight = (row.flags & skq_queue_in_flight) != 0;
    return queue;
  }

  /// The one that holds the cookie's place, or the free one where it would be put.
  std::uint32_t& slot_of(std::uint64_t cookie) {
    std::size_t at = static_cast<std::size_t>((cookie * 0x9E3779B97F4A7C15U) >> 32U) & (slots_.size() - 1);
    while (slots_[at] != 0 && rows_[slots_[at] - 1].cookie != cookie) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }

  std::vector<skq_queue_row> rows_;
  std::vector<std::uint32_t> slots_;  ///< 0: free; else one more than the place in rows_
};

}  // namespace skq::kernel
