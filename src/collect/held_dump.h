// One dump of which some rows have to wait: what is told of them hangs on a row that comes later.
//
// The two ends of a unix connection wait for one another, and then are a pair. All else waits for the end of the dump:
// many datagram sockets may have one other end, and a connection may come or go while the kernel tells of it. (A third
// one that points to an end of a pair, as only a recording from a hostile hand has it, is shown without its other end.)
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "collect/held_rows.h"
#include "collect/pairs.h"
#include "collect/waiting_rows.h"

namespace skq::collecting {

class HeldDump {
 public:
  /// `joins`: rows want their other end.
  explicit HeldDump(bool joins) : joins_(joins) {}

  /// `shown`: it is among the rows that are asked for, as far as that can be said now. True when nothing that the row
  /// points to is needed any longer.
  bool add(const Socket& row, bool shown);

  /// Those that are complete so far.
  [[nodiscard]] const Pairs& pairs() const { return pairs_; }
  Pairs take_pairs() { return std::exchange(pairs_, {}); }
  /// They stay until the rest may go, too.
  void set_pairs_aside() { aside_.push_back(take_pairs()); }
  std::vector<Pairs> take_aside() { return std::exchange(aside_, {}); }

  /// The dump is over: who still waits for another one waits no longer. More may be added, and ended again.
  void end();

  [[nodiscard]] bool joins() const { return joins_; }

  /// Whether the state of some client can only be told by who waits at listeners, and nobody has asked since it came.
  [[nodiscard]] bool doubtful() const { return doubtful_; }
  /// All who do, sorted; nothing: that could not be read.
  void set_not_accepted(std::optional<std::vector<Inode>> clients) {
    not_accepted_ = std::move(clients);
    doubtful_ = false;
  }

  /// What is left when the pairs are gone, some hundred rows in a part. Parts may be handed over at the same time.
  [[nodiscard]] std::size_t parts() const { return rows_.parts(); }
  /// Hands over those that may be asked for, with their other ends.
  void hand_over(std::size_t part, const JoinedSink& sink) const;

  /// All that are here, pairs that were set aside first.
  void hand_over(const JoinedSink& sink) const;

 private:
  /// A row that has just come. What is known of its other end is far away in memory, and asked for some rows before it
  /// is needed.
  struct Arrival {
    std::vector<std::byte> bytes;
    Inode inode{};
    Inode other{};                     ///< of a connection
    const std::byte* first = nullptr;  ///< its other end, which waited for it
  };
  void look_for_other(Arrival& row);
  void settle(Arrival& row);

  class Unpacking;
  /// Its inode; 0: it has none, or nobody asks.
  [[nodiscard]] Inode other_of(const Socket& row) const;
  [[nodiscard]] HeldRows::Place place_of_other(const Socket& row) const;
  void join(Socket& row, HeldRows::Place place, Socket& other_end) const;

  static constexpr std::size_t look_after = 3, settle_after = 6;

  bool joins_;
  bool doubtful_ = false;
  std::optional<std::vector<Inode>> not_accepted_;
  std::array<Arrival, settle_after> arrivals_;
  std::size_t arrived_ = 0;
  WaitingRows waiting_for_other_;
  Pairs pairs_;
  std::vector<Pairs> aside_;
  HeldRows rows_;
};

}  // namespace skq::collecting
