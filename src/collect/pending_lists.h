// Who waits at which unix listener to be accepted.
//
// UDIAG_SHOW_ICONS cuts a dump short without a word when a list does not fit into a chunk, so it never travels with the
// rows that matter: it is asked apart, for listeners only. What is cut off is found missing by a dump without it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "collect/gap_notes.h"
#include "skq/source.h"

namespace skq::collecting {

class PendingLists {
 public:
  /// What is missing is told to `gaps`. Lists live in the arena.
  PendingLists(Source& source, Arena& arena, GapNotes& gaps) : source_(source), arena_(arena), gaps_(gaps) {}

  /// Asks the kernel.
  void read();
  /// Gives the listeners among the rows their lists; `asked`: a list that is missing is a gap.
  void give_to(std::span<Socket* const> rows, bool asked);
  /// Everybody who waits, sorted; nothing when not all lists are there, which is a gap.
  std::optional<std::vector<Inode>> clients();

 private:
  template <class Row>
  bool dump_listeners(bool with_lists, std::vector<Row*>& listeners);

  Source& source_;
  Arena& arena_;
  GapNotes& gaps_;
  std::vector<const Socket*> lists_;
  bool whole_ = false;
};

}  // namespace skq::collecting
