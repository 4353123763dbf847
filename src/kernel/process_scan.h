// Who holds which socket: one pass over /proc/*/fd by a few workers, and a second one over threads with a descriptor
// table of their own when sockets are left without an owner.
//
// Never seen this way: sockets that only travel in SCM_RIGHTS messages, and those registered with an io_uring alone.
#pragma once

#include "skq/arena.h"
#include "skq/result.h"
#include "skq/source.h"

namespace skq::kernel {

class KnownTables;
class SocketIterators;

/// Finds all owners of the wanted inodes; text goes to the arena. Processes that end meanwhile are left out silently,
/// those that we may not look into are counted. An Error means that `proc` is not there or shows no process at all.
/// Where the iterators work and are quicker, they take the place of the passes; null: they shall not. `known` remembers
/// for the next scan what the passes read; null: there is none.
Result<OwnerScan> scan_owners(const OwnerScanRequest& request, Arena& arena, const char* proc = "/proc",
                              SocketIterators* iterators = nullptr, KnownTables* known = nullptr);

}  // namespace skq::kernel
