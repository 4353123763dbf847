// How fast counters grow: what one look counted is kept until the next, by the sockets' cookies.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "skq/socket.h"

namespace skq {

/// Outlives the looks it compares. Holds the sockets of two looks, never more.
class RateMemory {
 public:
  /// A new look begins at this time of a clock that only goes forward. Whoever the last look did not show is forgotten.
  void begin(std::int64_t now_ns);
  /// Remembers the socket's counters. Empty where the look before did not have it, or it has none.
  std::optional<Rates> compare(const Socket& socket);

 private:
  struct Counters {
    std::uint64_t cookie = 0;
    std::optional<std::uint64_t> sent, received, retransmitted;
  };
  [[nodiscard]] const Counters* before(std::uint64_t cookie) const;

  std::vector<Counters> last_, now_;
  std::vector<std::uint32_t> places_;  ///< open addressing over last_: place + 1, 0 is free
  std::int64_t last_ns_ = 0, now_ns_ = 0;
};

}  // namespace skq
