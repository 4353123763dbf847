#include "collect/waiting_rows.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "collect/flat_index.h"

namespace skq::collecting {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 18;
constexpr std::size_t units_of_block = block_size / packed_unit;
static_assert(block_size > longest_packed);

// With its label.
std::size_t units_of(const PackedRow& row) { return 1 + row.size() / packed_unit; }

}  // namespace

void WaitingRows::about_to_ask(Inode awaited) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[hash_of(awaited) & (slots_.size() - 1)]);
}

bool WaitingRows::add(Inode awaited, const PackedRow& row) {
  if (slots_.size() < 2 * (count_ + 1)) grow();
  Slot& slot = slots_[slot_of(awaited)];
  if (slot.place != Place{}) return false;
  slot = {awaited, row.inode(), room(units_of(row))};
  ++count_;
  std::byte* const bytes = bytes_at(slot.place);
  const Label label{numbered_++, slot.place};
  std::memcpy(bytes, &label, sizeof label);
  std::memcpy(bytes + sizeof label, row.bytes(), row.size());
  return true;
}

const std::byte* WaitingRows::take(Inode awaited, Inode waiting) {
  if (slots_.empty()) return nullptr;
  const std::size_t at = slot_of(awaited);
  const Place place = slots_[at].place;
  if (place == Place{} || slots_[at].waiting != waiting) return nullptr;
  empty_slot(at);
  --count_;
  const std::byte* const bytes = bytes_at(place) + sizeof(Label);
  __builtin_prefetch(bytes);
  return bytes;
}

void WaitingRows::release(const std::byte* taken) {
  const std::size_t units = units_of(PackedRow(taken));
  if (units >= free_.size()) return;
  Label label;
  std::memcpy(&label, taken - sizeof label, sizeof label);
  std::swap(label.place, free_[units]);
  std::memcpy(bytes_at(free_[units]), &label, sizeof label);
}

std::size_t WaitingRows::bytes() const { return blocks_.size() * block_size; }

std::size_t WaitingRows::slot_of(Inode awaited) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash_of(awaited) & mask;
  while (slots_[at].place != Place{} && slots_[at].awaited != awaited) at = (at + 1) & mask;
  return at;
}

// Those behind it move up, so that who looks for one of them meets no hole on the way.
void WaitingRows::empty_slot(std::size_t at) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t next = (at + 1) & mask; slots_[next].place != Place{}; next = (next + 1) & mask) {
    const std::size_t begin = hash_of(slots_[next].awaited) & mask;
    if (((next - begin) & mask) < ((next - at) & mask)) continue;
    slots_[at] = slots_[next];
    at = next;
  }
  slots_[at] = {};
}

void WaitingRows::grow() {
  std::vector<Slot> before(table_size(count_ + 1));
  before.swap(slots_);
  for (const Slot& slot : before)
    if (slot.place != Place{}) slots_[slot_of(slot.awaited)] = slot;
}

WaitingRows::Place WaitingRows::room(std::size_t units) {
  if (units < free_.size() && free_[units] != Place{}) {
    const Place place = free_[units];
    Label label;
    std::memcpy(&label, bytes_at(place), sizeof label);
    free_[units] = label.place;
    return place;
  }
  if (blocks_.empty() || used_ + units > units_of_block) {
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(block_size));
    used_ = 0;
  }
  const std::size_t unit = (blocks_.size() - 1) * units_of_block + used_;
  used_ += units;
  return Place{static_cast<std::uint32_t>(unit + 1)};
}

std::byte* WaitingRows::bytes_at(Place place) const {
  const std::size_t unit = static_cast<std::uint32_t>(place) - std::size_t{1};
  return blocks_[unit / units_of_block].get() + unit % units_of_block * packed_unit;
}

std::vector<WaitingRows::Place> WaitingRows::places_in_order() const {
  struct Numbered {
    std::uint32_t number;
    Place place;
  };
  std::vector<Numbered> waiting;
  waiting.reserve(count_);
  for (const Slot& slot : slots_) {
    if (slot.place == Place{}) continue;
    Label label;
    std::memcpy(&label, bytes_at(slot.place), sizeof label);
    waiting.push_back({label.number, slot.place});
  }
  std::sort(waiting.begin(), waiting.end(), [](const Numbered& a, const Numbered& b) { return a.number < b.number; });
  std::vector<Place> places;
  places.reserve(waiting.size());
  for (const Numbered& one : waiting) places.push_back(one.place);
  return places;
}

}  // namespace skq::collecting
