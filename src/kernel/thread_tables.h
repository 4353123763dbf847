// Which threads of a process share one descriptor table. Nearly always all of them do; after unshare(CLONE_FILES) a
// thread has a table of its own, which only /proc/PID/task/TID/fd shows.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace skq::kernel {

/// Threads that share a table, in the order they were given.
struct ThreadTable {
  std::vector<int> tids;
};

/// How two threads' tables compare: same, ordered one way or the other, or not known (then they count as different).
enum class TableOrder { same, less, greater, unknown };
using CompareTables = std::function<TableOrder(int, int)>;

/// Groups threads by their tables with few comparisons: log2(groups) for each thread.
std::vector<ThreadTable> group_by_table(std::span<const int> tids, const CompareTables& compare);

/// kcmp(2) with KCMP_FILES.
TableOrder compare_descriptor_tables(int tid, int other);

/// False where the kernel was built without kcmp, or a sandbox forbids it.
bool can_compare_tables();

}  // namespace skq::kernel
