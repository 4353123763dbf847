#include "select/first_rows.h"

#include <algorithm>

#include "model/socket_copy.h"
#include "select/sort_value.h"

namespace skq {

struct FirstRows::Kept {
  const Socket* row = nullptr;
  std::uint64_t number = 0;  ///< of all that came: any sort is a stable one
  std::vector<select::SortValue> keys;
};

FirstRows::FirstRows(std::span<const SortKey> keys, std::size_t limit, TextContext& context)
    : keys_(keys), limit_(limit), context_(context) {}
FirstRows::~FirstRows() = default;

bool FirstRows::before(const Kept& a, const Kept& b) const {
  for (std::size_t at = 0; at < keys_.size(); ++at) {
    const auto order = select::order(a.keys[at], b.keys[at], keys_[at].descending);
    if (order != 0) return order < 0;
  }
  return a.number < b.number;
}

/// Against the last one that is kept. Key by key, since each may be text that lives until the next is read.
bool FirstRows::is_late(const Socket& row) {
  const Kept& last = heap_.front();
  for (std::size_t at = 0; at < keys_.size(); ++at) {
    scratch_.reset();
    const auto key = select::sort_value(keys_[at].field->get(row, context_), scratch_);
    const auto order = select::order(key, last.keys[at], keys_[at].descending);
    if (order != 0) return order > 0;
  }
  return true;  // of equal ones the first stays
}

FirstRows::Kept FirstRows::kept(const Socket& row, std::uint64_t number) {
  Kept one{copied(row, arena_), number, {}};
  one.keys.reserve(keys_.size());
  for (const SortKey& key : keys_) one.keys.push_back(select::sort_value(key.field->get(row, context_), arena_));
  return one;
}

void FirstRows::take(const Socket& row) {
  const std::uint64_t number = count_++;
  if (limit_ == 0) return;
  const auto earlier = [this](const Kept& a, const Kept& b) { return before(a, b); };
  if (heap_.size() == limit_) {
    if (is_late(row)) return;
    std::pop_heap(heap_.begin(), heap_.end(), earlier);
    heap_.pop_back();
    ++gone_;
  }
  heap_.push_back(kept(row, number));
  std::push_heap(heap_.begin(), heap_.end(), earlier);
  constexpr std::size_t few = 1000;
  if (gone_ > limit_ + few) leave_the_gone();
}

/// An arena frees nothing: those that stay move into another one.
void FirstRows::leave_the_gone() {
  Arena old;
  std::swap(old, arena_);
  for (Kept& one : heap_) one = kept(*one.row, one.number);
  gone_ = 0;
}

std::vector<const Socket*> FirstRows::sorted() {
  std::sort_heap(heap_.begin(), heap_.end(), [this](const Kept& a, const Kept& b) { return before(a, b); });
  std::vector<const Socket*> rows;
  rows.reserve(heap_.size());
  for (const Kept& one : heap_) rows.push_back(one.row);
  return rows;
}

}  // namespace skq
