// The owner scan by BPF: the same harvest that a walk through /proc brings home.
#pragma once

#include <cstddef>
#include <vector>

#include "kernel/bpf/iterators.h"
#include "kernel/process_visit.h"

namespace skq::kernel {

/// Whether the iterator can answer, and sooner than /proc: it tells no threads and no security contexts, and where
/// there are few processes it takes longer to load than they to read.
bool is_for_iterator(const SocketIterators& iterators, const ScanTask& task, std::size_t processes);

struct IteratorHarvest {
  Harvest harvest;
  std::vector<int> pids;  ///< sorted: processes that were seen to hold any socket
};
Result<IteratorHarvest> harvest_by_iterator(SocketIterators& iterators, const ScanTask& task);

}  // namespace skq::kernel
