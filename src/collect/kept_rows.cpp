#include "collect/kept_rows.h"

#include <algorithm>

#include "collect/flat_index.h"
#include "collect/peers.h"
#include "collect/pending_lists.h"

namespace skq::collecting {

void KeptRows::add(const PlannedDump& dump, std::size_t place, std::size_t from) {
  kept_.push_back({dump, place, from, storage_.rows.size()});
}

std::vector<Socket*> KeptRows::joined() {
  join();
  std::stable_sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.place < b.place; });
  std::vector<Socket*> shown;
  for (const Kept& kept : kept_) {
    for (Socket* const row : in_order(std::span(storage_.rows).subspan(kept.from, kept.to - kept.from)))
      if (is_shown(kept.dump, *row) && (!request_.wanted || request_.wanted(*row))) shown.push_back(row);
  }
  if (request_.limit && shown.size() > *request_.limit) shown.resize(*request_.limit);
  return shown;
}

// As a HeldDump has them: both ends of a unix connection as soon as both came, then the rest, and last those
// connections whose other end is not there.
std::vector<Socket*> KeptRows::in_order(std::span<Socket* const> rows) const {
  if (request_.kernels_order) return {rows.begin(), rows.end()};
  std::vector<Socket*> ordered, rest, alone;
  FlatIndex<Socket> seen(request_.needs.has(Need::peer) ? rows.size() : 0);
  for (Socket* const row : rows) {
    const UnixPart* const part = row->unix_part();
    const bool connected = request_.needs.has(Need::peer) && part != nullptr && is_unix_stream(*row) &&
                           part->peer_inode.value_or(Inode{0}) != Inode{0};
    const Socket* const other = row->other_end;
    if (!connected) {
      rest.push_back(row);
    } else if (other == nullptr || other == row || other->other_end != row || !is_unix_stream(*other)) {
      alone.push_back(row);
    } else if (Socket* const first = seen.find(hash_of(other->inode), [&](const Socket& s) { return &s == other; })) {
      ordered.insert(ordered.end(), {first, row});
    } else {
      seen.insert(hash_of(row->inode), row, [](const Socket&) { return false; });
    }
  }
  for (const auto* const others : {&rest, &alone}) ordered.insert(ordered.end(), others->begin(), others->end());
  return ordered;
}

void KeptRows::join() {
  if (request_.needs.has(Need::peer)) join_unix_peers(storage_.rows);
  if (request_.needs.has(Need::peer_owners)) join_inet_peers(storage_.rows);
  const bool doubtful = request_.needs.has(Need::peer) && has_doubtful_peers(storage_.rows);
  const bool asked = request_.needs.has(Need::pending);
  if (!asked && !doubtful) return;
  PendingLists lists(source_, storage_.arena, gaps_);
  lists.read();
  lists.give_to(storage_.rows, asked);
  const auto waiting = doubtful ? lists.clients() : std::nullopt;
  if (waiting) join_pending_clients(storage_.rows, *waiting);
}

}  // namespace skq::collecting
