// One dump whose rows wait for its end (collect/held_rows.h), and how they get their other ends when they go out.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "collect/dump_plan.h"
#include "collect/held_rows.h"

namespace skq::collecting {

class HeldDump {
 public:
  /// `joins`: rows want their other end.
  HeldDump(const PlannedDump& dump, bool joins) : dump_(dump), joins_(joins) {}

  /// True when nothing that the row points to is needed any longer.
  bool add(const Socket& row);

  [[nodiscard]] std::size_t size() const { return rows_.size(); }

  /// Whether the state of some client can only be told by who waits at listeners.
  [[nodiscard]] bool doubtful() const { return doubtful_; }
  /// All who do, sorted.
  void set_waiting(std::vector<Inode> clients) { waiting_ = std::move(clients); }

  /// Hands over those rows that the request wants, `most` at the most. Once, and last.
  std::size_t hand_over(const Request& request, std::size_t most, const RowSink& sink);

  /// The same for all that are shown, part by part. The crew has hold of the dump as long as it needs it.
  static void hand_over(std::shared_ptr<HeldDump> dump, RowCrew& crew);

 private:
  void hand_over_part(std::size_t part, const RowSink& sink) const;
  class Unpacking;
  /// Its inode; 0: it has none, or nobody asks.
  [[nodiscard]] Inode other_of(const Socket& row) const;
  [[nodiscard]] HeldRows::Place place_of_other(const Socket& row) const;
  void join(Socket& row, HeldRows::Place place, Socket& other_end) const;

  PlannedDump dump_;
  bool joins_;
  bool doubtful_ = false;
  std::optional<std::vector<Inode>> waiting_;
  HeldRows rows_;
};

}  // namespace skq::collecting
