#include "collect/held_dump.h"

#include <algorithm>

#include "collect/peers.h"

namespace skq::collecting {
namespace {

constexpr std::size_t batch_size = 128;

}  // namespace

/// Rows on their way from the packed ones to a sink, some at a time.
class HeldDump::Unpacking {
 public:
  explicit Unpacking(const HeldDump& dump) : dump_(dump), pairs_(std::min(batch_size, dump.rows_.size())) {
    rows_.reserve(pairs_.size());
  }

  /// The next rows of the walk that are shown, with their other ends. None: there are no more.
  std::span<Socket* const> next(HeldRows::Walk& walk) {
    rows_.clear();
    const std::span<Pair> pairs = unpacked(walk);
    for (Pair& pair : pairs) pair.other_place = dump_.place_of_other(pair.row);
    for (Pair& pair : pairs) {
      dump_.join(pair.row, pair.other_place, pair.other_end);
      rows_.push_back(&pair.row);
    }
    return rows_;
  }

 private:
  /// What a row and its other end are unpacked into.
  struct Pair {
    Socket row, other_end;
    HeldRows::Place other_place{};
  };

  std::span<Pair> unpacked(HeldRows::Walk& walk) {
    std::size_t count = 0;
    while (count < pairs_.size()) {
      const auto packed = walk.next();
      if (!packed) break;
      if (!packed->shown()) continue;
      Socket& row = pairs_[count++].row;
      packed->unpack(row);
      if (const Inode other = dump_.other_of(row); other != Inode{0}) dump_.rows_.about_to_find(other);
    }
    return std::span(pairs_).first(count);
  }

  const HeldDump& dump_;
  std::vector<Pair> pairs_;
  std::vector<Socket*> rows_;
};

bool HeldDump::add(const Socket& row, bool shown) {
  doubtful_ = doubtful_ || (joins_ && has_doubtful_peer(row));
  const Packing packing(row, shown);
  Arrival& arrival = arrivals_[arrived_ % settle_after];
  if (arrived_ >= settle_after) settle(arrival);
  arrival.bytes.resize(packing.size());
  packing.write(arrival.bytes.data());
  arrival.inode = row.inode;
  arrival.other = is_unix_stream(row) ? other_of(row) : Inode{0};
  if (arrival.other == Inode{0}) {
    rows_.add(PackedRow(arrival.bytes.data()));
    arrival.bytes.clear();
  } else {
    for (const Inode inode : {arrival.inode, arrival.other}) waiting_for_other_.about_to_ask(inode);
  }
  if (++arrived_ > look_after) look_for_other(arrivals_[(arrived_ - look_after - 1) % settle_after]);
  return !packing.refers_to_more();
}

void HeldDump::end() {
  for (std::size_t at = arrived_ - std::min(arrived_, look_after); at < arrived_; ++at)
    look_for_other(arrivals_[at % settle_after]);
  for (std::size_t at = arrived_ - std::min(arrived_, settle_after); at < arrived_; ++at)
    settle(arrivals_[at % settle_after]);
  arrived_ = 0;
  waiting_for_other_.for_each([&](const std::byte* bytes) { rows_.add(PackedRow(bytes)); });
  waiting_for_other_ = {};
}

void HeldDump::look_for_other(Arrival& row) {
  if (row.bytes.empty()) return;
  row.first = waiting_for_other_.take(row.inode, row.other);
  if (row.first != nullptr) return;
  // Who has a place to wait has nothing to settle.
  if (waiting_for_other_.add(row.other, PackedRow(row.bytes.data()))) row.bytes.clear();
}

void HeldDump::settle(Arrival& row) {
  if (row.bytes.empty()) return;
  const PackedRow packed(row.bytes.data());
  if (row.first == nullptr) return rows_.add(packed);
  pairs_.add(PackedRow(row.first), packed);
  waiting_for_other_.release(row.first);
}

void HeldDump::hand_over(std::size_t part, const JoinedSink& sink) const {
  HeldRows::Walk walk(rows_, part);
  Unpacking unpacking(*this);
  for (auto rows = unpacking.next(walk); !rows.empty(); rows = unpacking.next(walk)) sink(rows);
}

void HeldDump::hand_over(const JoinedSink& sink) const {
  for (const Pairs& pairs : aside_) pairs.hand_over(sink);
  for (std::size_t part = 0; part < parts(); ++part) hand_over(part, sink);
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
  if (joins_ && not_accepted_ && part != nullptr && part->peer_inode == Inode{0})
    part->in_pending_list = std::binary_search(not_accepted_->begin(), not_accepted_->end(), row.inode);
}

}  // namespace skq::collecting
