#include "collect/held_rows.h"

#include <algorithm>
#include <cstring>

#include "collect/flat_index.h"

namespace skq::collecting {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 18;
static_assert(block_size > longest_packed);
constexpr std::size_t rows_of_part = 512;
constexpr std::size_t units_of_block = block_size / packed_unit;

}  // namespace

std::byte* HeldRows::room(std::size_t size) {
  if (blocks_.empty() || blocks_.back().used + size > block_size)
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(block_size), 0});
  Block& block = blocks_.back();
  if (count_ % rows_of_part == 0) parts_.push_back({blocks_.size() - 1, block.used});
  ++count_;
  std::byte* const at = block.bytes.get() + block.used;
  block.used += size;
  return at;
}

std::size_t HeldRows::bytes() const { return blocks_.size() * block_size; }

void HeldRows::add(const PackedRow& row) {
  std::byte* const to = room(row.size());
  if (row.is_unix()) note_place(row.inode(), to);
  std::memcpy(to, row.bytes(), row.size());
}

const std::byte* HeldRows::bytes_at(Place place) const {
  const std::size_t unit = static_cast<std::uint32_t>(place) - std::size_t{1};
  return blocks_[unit / units_of_block].bytes.get() + unit % units_of_block * packed_unit;
}

HeldRows::Walk::Walk(const HeldRows& rows, std::size_t part)
    : rows_(rows),
      block_(rows.parts_[part].block),
      at_(rows.parts_[part].at),
      left_(std::min(rows_of_part, rows.count_ - part * rows_of_part)) {}

std::optional<PackedRow> HeldRows::Walk::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  while (at_ == rows_.blocks_[block_].used) ++block_, at_ = 0;
  const PackedRow row(rows_.blocks_[block_].bytes.get() + at_);
  at_ += row.size();
  return row;
}

void HeldRows::note_place(Inode inode, const std::byte* row) {
  if (inode == Inode{0}) return;
  if (index_.size() < 2 * (indexed_ + 1)) grow_index();
  Slot& slot = index_[slot_of(inode)];
  if (slot.place != Place{}) return;  // of rows with one inode the first counts
  const auto offset = static_cast<std::size_t>(row - blocks_.back().bytes.get());
  const std::size_t unit = (blocks_.size() - 1) * units_of_block + offset / packed_unit;
  slot = {inode, Place{static_cast<std::uint32_t>(unit + 1)}};
  ++indexed_;
}

void HeldRows::grow_index() {
  std::vector<Slot> before(table_size(indexed_ + 1));
  before.swap(index_);
  for (const Slot& slot : before)
    if (slot.place != Place{}) index_[slot_of(slot.inode)] = slot;
}

std::size_t HeldRows::slot_of(Inode inode) const {
  const std::size_t mask = index_.size() - 1;
  std::size_t at = hash_of(inode) & mask;
  while (index_[at].place != Place{} && index_[at].inode != inode) at = (at + 1) & mask;
  return at;
}

void HeldRows::about_to_find(Inode inode) const {
  if (!index_.empty()) __builtin_prefetch(&index_[hash_of(inode) & (index_.size() - 1)]);
}

HeldRows::Place HeldRows::find(Inode inode) const {
  const Place place = index_.empty() ? Place{} : index_[slot_of(inode)].place;
  if (place != Place{}) __builtin_prefetch(bytes_at(place));
  return place;
}

}  // namespace skq::collecting
