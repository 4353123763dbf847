#include "collect/held_dump.h"

#include <algorithm>

#include "collect/peers.h"

namespace skq::collecting {
namespace {

constexpr std::size_t batch_size = 128;

/// What a row and its other end are unpacked into.
struct Pair {
  Socket row, other_end;
};

/// Unpacked rows on their way to a sink.
class Batch {
 public:
  Batch(std::size_t size, const RowSink& sink) : pairs_(size), sink_(sink) { rows_.reserve(size); }
  /// For the next row.
  Pair& room() { return pairs_[rows_.size()]; }
  /// The row that stands there.
  void keep() {
    rows_.push_back(&room().row);
    if (rows_.size() == pairs_.size()) hand_over();
  }
  void hand_over() {
    if (rows_.empty()) return;
    handed_ += rows_.size();
    sink_(rows_);
    rows_.clear();
  }
  [[nodiscard]] std::size_t count() const { return handed_ + rows_.size(); }

 private:
  std::vector<Pair> pairs_;
  std::vector<const Socket*> rows_;
  const RowSink& sink_;
  std::size_t handed_ = 0;
};

}  // namespace

bool HeldDump::add(const Socket& row) {
  doubtful_ |= joins_ && has_doubtful_peer(row);
  return rows_.add(row);
}

std::size_t HeldDump::hand_over(const Request& request, std::size_t most, const RowSink& sink) {
  if (rows_.size() == 0) return 0;
  if (joins_) rows_.make_index();
  HeldRows::Walk walk(rows_);
  Batch batch(std::min(batch_size, rows_.size()), sink);
  while (batch.count() < most && walk.next(batch.room().row)) {
    Pair& pair = batch.room();
    join(pair.row, pair.other_end);
    if (is_shown(dump_, pair.row) && (!request.wanted || request.wanted(pair.row))) batch.keep();
  }
  batch.hand_over();
  rows_ = {};
  return batch.count();
}

void HeldDump::hand_over(std::shared_ptr<HeldDump> dump, RowCrew& crew) {
  if (dump->joins_) dump->rows_.make_index();
  for (std::size_t part = 0; part < dump->rows_.parts(); ++part)
    crew.take([dump, part](const RowSink& sink) { dump->hand_over_part(part, sink); });
}

void HeldDump::hand_over_part(std::size_t part, const RowSink& sink) const {
  HeldRows::Walk walk(rows_, part);
  Batch batch(batch_size, sink);
  while (walk.next(batch.room().row)) {
    Pair& pair = batch.room();
    join(pair.row, pair.other_end);
    if (is_shown(dump_, pair.row)) batch.keep();
  }
  batch.hand_over();
}

void HeldDump::join(Socket& row, Socket& other_end) const {
  auto* const part = std::get_if<UnixPart>(&row.part);
  if (!joins_ || part == nullptr || !part->peer_inode) return;
  if (*part->peer_inode == Inode{0}) {
    if (waiting_) part->in_pending_list = std::binary_search(waiting_->begin(), waiting_->end(), row.inode);
  } else if (rows_.find(*part->peer_inode, other_end)) {
    row.other_end = &other_end;
  }
}

}  // namespace skq::collecting
