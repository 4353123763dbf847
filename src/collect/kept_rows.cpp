#include "collect/kept_rows.h"

#include <algorithm>
#include <unordered_map>

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

// As a HeldDump has them: both ends of a unix connection as soon as both came, then the rest.
std::vector<Socket*> KeptRows::in_order(std::span<Socket* const> rows) const {
  std::vector<Socket*> ordered, rest;
  std::unordered_map<const Socket*, Socket*> waiting;
  for (Socket* const row : rows) {
    const Socket* const other = row->other_end;
    if (request_.keep || other == nullptr || other->other_end != row || !is_unix_connection(*row)) {
      rest.push_back(row);
    } else if (const auto first = waiting.find(other); first != waiting.end()) {
      ordered.insert(ordered.end(), {first->second, row});
      waiting.erase(first);
    } else {
      waiting.emplace(row, row);
    }
  }
  ordered.insert(ordered.end(), rest.begin(), rest.end());
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
