#include "collect/rows_out.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

namespace skq::collecting {
namespace {

std::span<const Socket* const> constant(std::span<Socket* const> rows) { return {rows.data(), rows.size()}; }

}  // namespace

RowsOut::~RowsOut() {
  try {
    finish();
  } catch (...) {
    // Something else failed before, and is on its way.
  }
}

void RowsOut::stay(std::span<Socket* const> rows) {
  for (std::size_t at = 0; at < rows.size(); at += rows_at_once) {
    const auto part = constant(rows.subspan(at, std::min(rows_at_once, rows.size() - at)));
    handed_ += part.size();
    if (crew_ == nullptr)
      sink_(part);
    else
      crew_->take([part](const RowSink& sink) { sink(part); });
  }
}

void RowsOut::go(Snapshot& storage, bool arena_in_use) {
  handed_ += storage.rows.size();
  if (crew_ == nullptr || arena_in_use) return show(constant(storage.rows));
  crew_->take(batches_.taken_from(storage));
}

void RowsOut::held(std::vector<HeldDump> dumps, bool beside) {
  for (HeldDump& dump : dumps) {
    // What is wanted is asked of one row after another.
    if (crew_ != nullptr && !request_.wanted) {
      HeldDump::hand_over(std::make_shared<HeldDump>(std::move(dump)), *crew_);
    } else {
      const std::size_t most = request_.limit.value_or(SIZE_MAX) - handed_;
      handed_ += dump.hand_over(request_, most, [this](std::span<const Socket* const> rows) { show(rows); });
    }
  }
  if (beside) finish();
}

void RowsOut::finish() {
  if (crew_ != nullptr) crew_->finish();
}

void RowsOut::show(std::span<const Socket* const> rows) {
  if (crew_ == nullptr) return sink_(rows);
  crew_->take([rows](const RowSink& sink) { sink(rows); });
  crew_->finish();
}

}  // namespace skq::collecting
