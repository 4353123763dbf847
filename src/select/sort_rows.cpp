// Sorting by keys that are read once a row, since a getter may compose text and is far dearer than a comparison.
#include <algorithm>
#include <numeric>

#include "select/sort_value.h"
#include "skq/arena.h"
#include "skq/select.h"

namespace skq {
namespace {

/// The keys of all rows, a row's side by side.
class KeyTable {
 public:
  KeyTable(std::span<const Socket* const> rows, std::span<const SortKey> keys, TextContext& context) : keys_(keys) {
    values_.reserve(rows.size() * keys.size());
    for (const Socket* row : rows) {
      for (const SortKey& key : keys) values_.push_back(select::sort_value(key.field->get(*row, context), arena_));
    }
  }

  /// Rows are told apart by their number in the end, so that any sort is a stable one.
  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const {
    const select::SortValue* left = &values_[a * keys_.size()];
    const select::SortValue* right = &values_[b * keys_.size()];
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto order = select::order(left[i], right[i], keys_[i].descending);
      if (order != 0) return order < 0;
    }
    return a < b;
  }

 private:
  std::span<const SortKey> keys_;
  Arena arena_;
  std::vector<select::SortValue> values_;
};

/// The first rows in order, by a heap that never holds more than those.
std::vector<std::uint32_t> smallest(std::size_t rows, std::size_t limit, const KeyTable& table) {
  const auto before = [&](std::uint32_t a, std::uint32_t b) { return table.before(a, b); };
  std::vector<std::uint32_t> heap;
  heap.reserve(limit);
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (heap.size() == limit) {
      if (!table.before(row, heap.front())) continue;
      std::pop_heap(heap.begin(), heap.end(), before);
      heap.back() = row;
    } else {
      heap.push_back(row);
    }
    std::push_heap(heap.begin(), heap.end(), before);
  }
  std::sort_heap(heap.begin(), heap.end(), before);
  return heap;
}

std::vector<std::uint32_t> all_sorted(std::size_t rows, const KeyTable& table) {
  std::vector<std::uint32_t> order(rows);
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return table.before(a, b); });
  return order;
}

}  // namespace

void sort_rows(std::vector<const Socket*>& rows, std::span<const SortKey> keys, std::optional<std::size_t> limit,
               TextContext& context) {
  const std::size_t kept = std::min(limit.value_or(rows.size()), rows.size());
  if (keys.empty() || kept == 0) {
    rows.resize(kept);
    return;
  }
  const KeyTable table(rows, keys, context);
  const auto order = kept < rows.size() ? smallest(rows.size(), kept, table) : all_sorted(rows.size(), table);
  std::vector<const Socket*> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t row : order) sorted.push_back(rows[row]);
  rows = std::move(sorted);
}

}  // namespace skq
