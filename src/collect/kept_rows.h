// Rows of all dumps that stay in the storage until everything is there that they are joined with.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "collect/dump_plan.h"
#include "collect/gap_notes.h"
#include "skq/collect.h"

namespace skq::collecting {

class KeptRows {
 public:
  KeptRows(const Request& request, Source& source, Snapshot& storage, GapNotes& gaps)
      : request_(request), source_(source), storage_(storage), gaps_(gaps) {}

  /// The storage's rows from `from` on are of that dump, which has that place in the plan.
  void add(const PlannedDump& dump, std::size_t place, std::size_t from);

  /// The rows that shall be shown, in the order of the plan, with their other ends.
  std::vector<Socket*> joined();

 private:
  struct Kept {
    PlannedDump dump;
    std::size_t place;
    std::size_t from, to;
  };
  [[nodiscard]] std::vector<Socket*> in_order(std::span<Socket* const> rows) const;
  void join();

  const Request& request_;
  Source& source_;
  Snapshot& storage_;
  GapNotes& gaps_;
  std::vector<Kept> kept_;
};

}  // namespace skq::collecting
