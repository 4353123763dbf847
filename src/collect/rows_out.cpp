#include "collect/rows_out.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "collect/dump_plan.h"

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

RowsOut::RowsOut(const Request& request, const RowSink& sink)
    : request_(request),
      sink_(sink),
      crew_(request.limit ? nullptr : request.crew),
      chosen_by_join_(chooses_by_join(request)) {}

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

void RowsOut::go(Snapshot& storage) {
  handed_ += storage.rows.size();
  if (crew_ == nullptr) return show(constant(storage.rows));
  crew_->take(batches_.taken_from(storage));
}

void RowsOut::pairs(Pairs pairs) {
  if (pairs.rows() == 0) return;
  if (crew_ == nullptr || chosen_by_join_)
    return pairs.hand_over(told([this](std::span<const Socket* const> rows) { show_wanted(rows); }));
  handed_ += pairs.rows();
  crew_->take(
      [this, pairs = std::make_shared<Pairs>(std::move(pairs))](const RowSink& sink) { pairs->hand_over(told(sink)); });
}

void RowsOut::held(std::shared_ptr<HeldDump> dump) {
  for (Pairs& aside : dump->take_aside()) pairs(std::move(aside));
  for (std::size_t part = 0; part < dump->parts() && !done(); ++part) {
    if (crew_ == nullptr || chosen_by_join_)
      dump->hand_over(part, told([this](std::span<const Socket* const> rows) { show_wanted(rows); }));
    else
      crew_->take([this, dump, part](const RowSink& sink) { dump->hand_over(part, told(sink)); });
  }
}

JoinedSink RowsOut::told(const RowSink& sink) const {
  return [this, sink](std::span<Socket* const> rows) {
    if (owners_ != nullptr)
      for (Socket* const row : rows) static_cast<void>(owners_->tell(*row));
    sink(constant(rows));
  };
}

void RowsOut::finish() {
  if (crew_ != nullptr) crew_->finish();
}

void RowsOut::show_wanted(std::span<const Socket* const> rows) {
  wanted_.clear();
  for (const Socket* const row : rows)
    if (!done(wanted_.size()) && (!chosen_by_join_ || request_.wanted(*row))) wanted_.push_back(row);
  handed_ += wanted_.size();
  if (!wanted_.empty()) show(wanted_);
}

void RowsOut::show(std::span<const Socket* const> rows) {
  if (crew_ == nullptr) return sink_(rows);
  crew_->take([rows](const RowSink& sink) { sink(rows); });
  crew_->finish();
}

}  // namespace skq::collecting
