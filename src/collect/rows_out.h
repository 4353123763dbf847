// The way out of collect(): to the sink, or, where there is one, part by part to the crew.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "collect/batches.h"
#include "collect/held_dump.h"
#include "collect/owners.h"
#include "collect/pairs.h"
#include "skq/collect.h"

namespace skq::collecting {

inline constexpr std::size_t rows_at_once = 512;

class RowsOut {
 public:
  RowsOut(const Request& request, const RowSink& sink);
  RowsOut(const RowsOut&) = delete;
  RowsOut& operator=(const RowsOut&) = delete;
  /// Waits for the crew where finish() was not reached: it has hold of what its parts point to.
  ~RowsOut();

  /// Rows that stay where they are until finish().
  void stay(std::span<Socket* const> rows);
  /// The rows of the storage, which do not stay. The crew may take the arena with them, and leaves another in its
  /// place.
  void go(Snapshot& storage);
  /// From now on rows that waited are told who holds them.
  void tell_owners(const OwnerTable& owners) { owners_ = &owners; }
  /// Unix connections with both ends.
  void pairs(Pairs pairs);
  /// What else waited for the end of a dump.
  void held(std::shared_ptr<HeldDump> dump);
  /// Everything that was given may go now.
  void finish();

  /// No more rows are asked for than those that went out and `waiting` more.
  [[nodiscard]] bool done(std::size_t waiting = 0) const {
    return request_.limit && handed_ + waiting >= *request_.limit;
  }

 private:
  [[nodiscard]] JoinedSink told(const RowSink& sink) const;
  void show(std::span<const Socket* const> rows);
  /// Those that the request wants, as many as it wants.
  void show_wanted(std::span<const Socket* const> rows);

  const Request& request_;
  const RowSink& sink_;
  RowCrew* crew_;  ///< null: the sink takes the rows
  Batches batches_;
  bool chosen_by_join_;
  const OwnerTable* owners_ = nullptr;
  std::vector<const Socket*> wanted_;
  std::size_t handed_ = 0;  ///< where a crew takes them nobody asks
};

}  // namespace skq::collecting
