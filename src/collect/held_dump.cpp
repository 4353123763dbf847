#include "collect/held_dump.h"

#include <algorithm>

#include "collect/peers.h"

namespace skq::collecting {
namespace {

constexpr std::size_t batch_size = 128;

/// What a row and its other end are unpacked into.
struct Pair {
  Socket row, other_end;
  HeldRows::Place other_place{};
};

}  // namespace

/// Rows on their way from the packed ones to a sink, some at a time.
class HeldDump::Unpacking {
 public:
  Unpacking(const HeldDump& dump, std::size_t most_rows) : dump_(dump), pairs_(std::min(batch_size, most_rows)) {
    rows_.reserve(pairs_.size());
  }

  /// The next rows of the walk that are shown, with their other ends. None: there are no more.
  std::span<const Socket* const> next(HeldRows::Walk& walk) {
    rows_.clear();
    while (rows_.empty()) {
      const std::size_t count = unpack(walk);
      if (count == 0) break;
      for (Pair& pair : std::span(pairs_).first(count)) pair.other_place = dump_.place_of_other(pair.row);
      for (Pair& pair : std::span(pairs_).first(count)) {
        dump_.join(pair.row, pair.other_place, pair.other_end);
        if (is_shown(dump_.dump_, pair.row)) rows_.push_back(&pair.row);
      }
    }
    return rows_;
  }

 private:
  std::size_t unpack(HeldRows::Walk& walk) {
    std::size_t count = 0;
    for (; count < pairs_.size() && walk.next(pairs_[count].row); ++count)
      if (const Inode other = dump_.other_of(pairs_[count].row); other != Inode{0}) dump_.rows_.about_to_find(other);
    return count;
  }

  const HeldDump& dump_;
  std::vector<Pair> pairs_;
  std::vector<const Socket*> rows_;
};

bool HeldDump::add(const Socket& row) {
  doubtful_ |= joins_ && has_doubtful_peer(row);
  return rows_.add(row);
}

std::size_t HeldDump::hand_over(const Request& request, std::size_t most, const RowSink& sink) {
  HeldRows::Walk walk(rows_);
  Unpacking unpacking(*this, rows_.size());
  std::vector<const Socket*> wanted;
  std::size_t handed = 0;
  for (auto rows = unpacking.next(walk); !rows.empty() && handed < most; rows = unpacking.next(walk)) {
    wanted.clear();
    for (const Socket* const row : rows)
      if (handed + wanted.size() < most && (!request.wanted || request.wanted(*row))) wanted.push_back(row);
    if (wanted.empty()) continue;
    handed += wanted.size();
    sink(wanted);
  }
  rows_ = {};
  return handed;
}

void HeldDump::hand_over(std::shared_ptr<HeldDump> dump, RowCrew& crew) {
  for (std::size_t part = 0; part < dump->rows_.parts(); ++part)
    crew.take([dump, part](const RowSink& sink) { dump->hand_over_part(part, sink); });
}

void HeldDump::hand_over_part(std::size_t part, const RowSink& sink) const {
  HeldRows::Walk walk(rows_, part);
  Unpacking unpacking(*this, rows_.size());
  for (auto rows = unpacking.next(walk); !rows.empty(); rows = unpacking.next(walk)) sink(rows);
}

Inode HeldDump::other_of(const Socket& row) const {
  const UnixPart* const part = joins_ ? row.unix_part() : nullptr;
  return part != nullptr ? part->peer_inode.value_or(Inode{0}) : Inode{0};
}

HeldRows::Place HeldDump::place_of_other(const Socket& row) const {
  const Inode other = other_of(row);
  return other != Inode{0} ? rows_.find(other) : HeldRows::Place{};
}

void HeldDump::join(Socket& row, HeldRows::Place place, Socket& other_end) const {
  if (place != HeldRows::Place{}) {
    rows_.take(place, other_end);
    row.other_end = &other_end;
    return;
  }
  auto* const part = std::get_if<UnixPart>(&row.part);
  if (joins_ && waiting_ && part != nullptr && part->peer_inode == Inode{0})
    part->in_pending_list = std::binary_search(waiting_->begin(), waiting_->end(), row.inode);
}

}  // namespace skq::collecting
