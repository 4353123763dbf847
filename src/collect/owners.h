// Gives rows their owners, and those of the other end.
#pragma once

#include <span>
#include <vector>

#include "skq/collect.h"

namespace skq::collecting {

/// The inodes whose owners the shown rows ask for, sorted, each once.
std::vector<Inode> wanted_inodes(std::span<Socket* const> shown, NeedSet needs);

/// Sets owners and peer_owners of the shown rows from a scan; `entries` has to outlive them. Returns the gap when
/// somebody's owner is unknown and /proc did not show all.
std::optional<Gap> join_owners(std::span<Socket* const> shown, const OwnerScan& scan,
                               std::span<const OwnerScan::Entry> entries, NeedSet needs);

}  // namespace skq::collecting
