#include "collect/held_dump.h"

#include <algorithm>

#include "collect/peers.h"

namespace skq::collecting {
namespace {

constexpr std::size_t batch_size = 256;

/// What a row and its other end are unpacked into.
struct Pair {
  Socket row, other_end;
};

}  // namespace

bool HeldDump::add(const Socket& row) {
  doubtful_ |= joins_ && has_doubtful_peer(row);
  return rows_.add(row);
}

std::size_t HeldDump::hand_over(const Request& request, std::size_t most, const RowSink& sink) {
  if (rows_.size() == 0) return 0;
  if (joins_) rows_.make_index();
  std::vector<Pair> pairs(std::min(batch_size, rows_.size()));
  std::vector<const Socket*> batch;
  std::size_t handed = 0;
  const auto hand_batch = [&] {
    if (batch.empty()) return;
    handed += batch.size();
    sink(batch);
    batch.clear();
  };
  HeldRows::Walk walk(rows_);
  while (handed + batch.size() < most && walk.next(pairs[batch.size()].row)) {
    Pair& pair = pairs[batch.size()];
    join(pair.row, pair.other_end);
    if (!is_shown(*dump_, pair.row) || (request.wanted && !request.wanted(pair.row))) continue;
    batch.push_back(&pair.row);
    if (batch.size() == pairs.size()) hand_batch();
  }
  hand_batch();
  rows_ = {};
  return handed;
}

void HeldDump::join(Socket& row, Socket& other_end) {
  auto* const part = std::get_if<UnixPart>(&row.part);
  if (!joins_ || part == nullptr || !part->peer_inode) return;
  if (*part->peer_inode == Inode{0}) {
    if (waiting_) part->in_pending_list = std::binary_search(waiting_->begin(), waiting_->end(), row.inode);
  } else if (rows_.find(*part->peer_inode, other_end)) {
    row.other_end = &other_end;
  }
}

}  // namespace skq::collecting
