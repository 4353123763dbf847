// Sorting by keys that are read once a row, since a getter may compose text and is far dearer than a comparison.
#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <numeric>

#include "skq/arena.h"
#include "skq/select.h"

namespace skq {
namespace {

/// A field's value made comparable. Of two in the same column at most one of the last three members is in use, since a
/// column has one type.
struct KeyValue {
  bool absent = true;
  std::uint64_t whole = 0;
  double fraction = 0;
  std::string_view text;

  [[nodiscard]] std::strong_ordering order(const KeyValue& other) const {
    if (whole != other.whole) return whole <=> other.whole;
    if (fraction != other.fraction)
      return fraction < other.fraction ? std::strong_ordering::less : std::strong_ordering::greater;
    return text <=> other.text;
  }
};

struct KeyReader {
  Arena& arena;

  KeyValue operator()(std::monostate) const { return {}; }
  KeyValue operator()(bool value) const { return {false, value ? 1U : 0U, 0, {}}; }
  KeyValue operator()(std::uint64_t value) const { return {false, value, 0, {}}; }
  KeyValue operator()(double value) const { return {std::isnan(value), 0, std::isnan(value) ? 0 : value, {}}; }
  KeyValue operator()(std::string_view value) const { return {false, 0, 0, arena.keep(value)}; }
  KeyValue operator()(AddressValue value) const {
    if (value.address == nullptr) return {};
    std::array<char, 16> bytes{};
    std::transform(value.address->bytes.begin(), value.address->bytes.end(), bytes.begin(),
                   [](std::byte b) { return static_cast<char>(b); });
    const std::size_t length = value.family == Family::inet ? 4 : bytes.size();
    return {false, static_cast<std::uint64_t>(value.family), 0, arena.keep(std::string_view(bytes.data(), length))};
  }
  KeyValue operator()(std::span<const Owner> value) const {
    return value.empty() ? KeyValue{} : (*this)(static_cast<std::uint64_t>(value.front().pid));
  }
  KeyValue operator()(std::span<const Inode> value) const {
    return value.empty() ? KeyValue{} : (*this)(std::uint64_t{static_cast<std::uint32_t>(value.front())});
  }
};

/// The keys of all rows, a row's side by side.
class KeyTable {
 public:
  KeyTable(std::span<const Socket* const> rows, std::span<const SortKey> keys, TextContext& context) : keys_(keys) {
    values_.reserve(rows.size() * keys.size());
    for (const Socket* row : rows) {
      for (const SortKey& key : keys) values_.push_back(std::visit(KeyReader{arena_}, key.field->get(*row, context)));
    }
  }

  /// Rows are told apart by their number in the end, so that any sort is a stable one.
  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const {
    const KeyValue* left = &values_[a * keys_.size()];
    const KeyValue* right = &values_[b * keys_.size()];
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (left[i].absent != right[i].absent) return right[i].absent;
      const std::strong_ordering order = left[i].order(right[i]);
      if (order != 0) return keys_[i].descending ? order > 0 : order < 0;
    }
    return a < b;
  }

 private:
  std::span<const SortKey> keys_;
  Arena arena_;
  std::vector<KeyValue> values_;
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
