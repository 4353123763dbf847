// Gives rows their owners, and those of the other end.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "collect/flat_index.h"
#include "skq/collect.h"

namespace skq::collecting {

/// Adds the inodes whose owners a row asks for.
void add_wanted_inodes(const Socket& row, NeedSet needs, std::vector<Inode>& wanted);

/// What a scan found, by inode. Many threads may ask at the same time.
class OwnerTable {
 public:
  /// `scan` has to outlive it, and `entries` all who are told.
  OwnerTable(const OwnerScan& scan, std::span<const OwnerScan::Entry> entries, NeedSet needs);

  /// Sets owners and peer_owners. False: somebody's are unknown.
  bool tell(Socket& row) const;
  /// No row's owners are unknown: every process could be read.
  [[nodiscard]] bool knows_all() const { return knows_all_; }
  [[nodiscard]] Gap gap(std::size_t unknown) const;

 private:
  [[nodiscard]] const Owners* owners_of(Inode inode) const;

  const OwnerScan& scan_;
  NeedSet needs_;
  bool knows_all_;
  FlatIndex<const OwnerScan::Entry> by_inode_;
};

/// Tells each row; the gap when somebody's owners are unknown.
std::optional<Gap> join_owners(std::span<Socket* const> shown, const OwnerTable& owners);

}  // namespace skq::collecting
