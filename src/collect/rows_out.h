// The way out of collect(): to the sink, or, where there is one, part by part to the crew.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "collect/batches.h"
#include "collect/held_dump.h"
#include "skq/collect.h"

namespace skq::collecting {

inline constexpr std::size_t rows_at_once = 512;

class RowsOut {
 public:
  RowsOut(const Request& request, const RowSink& sink)
      : request_(request), sink_(sink), crew_(request.limit ? nullptr : request.crew) {}

  RowsOut(const RowsOut&) = delete;
  RowsOut& operator=(const RowsOut&) = delete;
  /// Waits for the crew where finish() was not reached: it has hold of what its parts point to.
  ~RowsOut();

  /// Rows that stay where they are until finish().
  void stay(std::span<Socket* const> rows);
  /// The rows of the storage, which do not stay. The crew may take the arena with them, and leaves another in its
  /// place, unless something else stands in it.
  void go(Snapshot& storage, bool arena_in_use);
  /// Dumps with all their rows; `beside`: these have text in an arena that does not stay.
  void held(std::vector<HeldDump> dumps, bool beside);
  /// Everything that was given may go now.
  void finish();

  /// How many rows the sink got; where a crew takes them nobody asks.
  [[nodiscard]] std::size_t handed() const { return handed_; }

 private:
  void show(std::span<const Socket* const> rows);

  const Request& request_;
  const RowSink& sink_;
  RowCrew* crew_;  ///< null: the sink takes the rows
  Batches batches_;
  std::size_t handed_ = 0;
};

}  // namespace skq::collecting
