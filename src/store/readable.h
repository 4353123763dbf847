// How many snapshots of a file cannot be read, though their heads can.
#pragma once

#include <cstddef>

#include "skq/store.h"

namespace skq::store {

/// Whether the delta is against that snapshot.
bool follows(const SnapshotPlace& base, const SnapshotPlace& delta);

/// Deltas whose base is missing; `thorough` also reads every line, and counts those with a checksum, a line or a number
/// of sockets that is wrong, or with one socket twice.
std::size_t unreadable_snapshots(const ByteSource& file, const DayContents& contents, bool thorough);

}  // namespace skq::store
