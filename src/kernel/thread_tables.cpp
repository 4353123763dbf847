#include "kernel/thread_tables.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <iterator>

namespace skq::kernel {
namespace {

/// Where the thread's table is among the sorted ones, or shall be put.
struct Place {
  std::size_t at = 0;
  bool found = false;
};

Place find_place(const std::vector<ThreadTable>& sorted, int tid, const CompareTables& compare) {
  std::size_t low = 0;
  std::size_t high = sorted.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    switch (compare(sorted[middle].tids.front(), tid)) {
      case TableOrder::same:
        return {middle, true};
      case TableOrder::less:
        low = middle + 1;
        break;
      case TableOrder::greater:
      case TableOrder::unknown:
        high = middle;
        break;
    }
  }
  return {low, false};
}

}  // namespace

std::vector<ThreadTable> group_by_table(std::span<const int> tids, const CompareTables& compare) {
  std::vector<ThreadTable> sorted;
  for (const int tid : tids) {
    const Place place = find_place(sorted, tid, compare);
    if (place.found) {
      sorted[place.at].tids.push_back(tid);
    } else {
      sorted.insert(std::next(sorted.begin(), static_cast<std::ptrdiff_t>(place.at)), ThreadTable{{tid}});
    }
  }
  return sorted;
}

TableOrder compare_descriptor_tables(int tid, int other) {
  // kernel/kcmp.c: 0 equal, 1 less, 2 greater (of scrambled addresses, but an order that holds).
  switch (::syscall(SYS_kcmp, tid, other, KCMP_FILES, 0UL, 0UL)) {
    case 0:
      return TableOrder::same;
    case 1:
      return TableOrder::less;
    case 2:
      return TableOrder::greater;
    default:
      return TableOrder::unknown;
  }
}

bool can_compare_tables() {
  const int self = ::getpid();
  return compare_descriptor_tables(self, self) == TableOrder::same;
}

}  // namespace skq::kernel
