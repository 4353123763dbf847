// The last snapshot of a file, apart from it: what a recorder leaves for the process that appends next, so that this
// one need not read back all deltas since the last full snapshot.
//
// One zstd frame of cells as they lie in memory: it is only ever read on the host that wrote it, by the same table of
// recorded keys. It says which file it belongs to and how that one ends; where anything differs it is not believed, and
// the file itself is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "skq/store.h"
#include "store/chain_sum.h"
#include "store/rows.h"

namespace skq::store {

/// What the next snapshot of a file builds on.
struct Base {
  FileId file;
  std::uint64_t end = 0;             ///< of the last whole frame
  std::optional<SnapshotHead> head;  ///< empty: there is none that a delta could be against
  std::size_t deltas = 0;            ///< since the last full one
  Rows rows;
  std::uint64_t next_seq = 0;
  std::uint64_t begin = 0;  ///< of the full one
  ChainSum sum;             ///< of all from there to the end
};

/// `base` has a head; `frame` are the bytes with which its file ends. An Error: zstd had no memory.
Result<std::string> pack_last(const Base& base, std::string_view frame, int level);
/// Empty: not of the last snapshot of this very file.
std::optional<Base> unpack_last(const ByteSource& last, const ByteSource& file, FileId id);

}  // namespace skq::store
