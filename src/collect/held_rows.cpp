#include "collect/held_rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

#include "collect/flat_index.h"

namespace skq::collecting {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 18;
constexpr std::size_t rows_of_part = 512;
constexpr std::size_t alignment = 8;
constexpr std::size_t units_of_block = block_size / alignment;
static_assert(alignof(Socket) <= alignment && std::is_trivially_copyable_v<Socket>);

/// What every packed row has. Behind it stand the numbers that it has of its own, and then its name.
struct Head {
  std::uint64_t cookie = 0;
  std::uint32_t inode = 0;
  std::uint16_t units = 0;  ///< its size, in units of the alignment
  std::uint16_t has = 0;
  std::uint16_t memory = 0;  ///< which of the values are not zero
  std::uint16_t name_size = 0;
  std::uint8_t netid = 0, state = 0, shutdown = 0, memory_known = 0;

  [[nodiscard]] bool tells(std::uint16_t bit) const { return (has & bit) != 0; }
};

namespace has {
constexpr std::uint16_t as_it_is = 1;  ///< a Socket follows
constexpr std::uint16_t shutdown = 4;
constexpr std::uint16_t recv_q = 8;
constexpr std::uint16_t send_q = 16;
constexpr std::uint16_t recv_q_zero = 32;  ///< said to be zero: no number follows
constexpr std::uint16_t send_q_zero = 64;
constexpr std::uint16_t uid = 128;
constexpr std::uint16_t peer_inode = 256;
constexpr std::uint16_t vfs = 512;
constexpr std::uint16_t name = 1024;
constexpr std::uint16_t netns = 2048;
}  // namespace has

constexpr std::size_t most_numbers = 4 + 3 + memory_items + 2;

/// 32 bit numbers on their way into a row.
struct Numbers {
  std::array<std::uint32_t, most_numbers> list{};
  std::size_t count = 0;

  void add(std::uint32_t number) { list[count++] = number; }
};

bool can_be_packed(const Socket& row) {
  const UnixPart* part = row.unix_part();
  return part != nullptr && part->queue == nullptr && part->pending.empty() && !part->pending_known &&
         !part->in_pending_list && row.family == Family::unix_domain && row.other_end == nullptr &&
         row.owners == nullptr && row.peer_owners == nullptr && row.fate == nullptr &&
         part->name.size() <= std::numeric_limits<std::uint16_t>::max();
}

constexpr unsigned bit_if(bool told, std::uint16_t bit) { return told ? bit : 0U; }

unsigned queue_bits(const std::optional<std::uint32_t>& queue, std::uint16_t some, std::uint16_t zero) {
  return bit_if(queue && *queue != 0, some) | bit_if(queue && *queue == 0, zero);
}

// All at once: bit by bit behind a branch each, gcc makes the numbers of every combination beforehand, for every row.
std::uint16_t what_it_has(const Socket& row, const UnixPart& part) {
  return static_cast<std::uint16_t>(
      bit_if(row.shutdown.has_value(), has::shutdown) | queue_bits(row.recv_q, has::recv_q, has::recv_q_zero) |
      queue_bits(row.send_q, has::send_q, has::send_q_zero) | bit_if(row.uid.has_value(), has::uid) |
      bit_if(part.peer_inode.has_value(), has::peer_inode) | bit_if(part.vfs.has_value(), has::vfs) |
      bit_if(part.has_name, has::name) | bit_if(row.netns != nullptr, has::netns));
}

void add_memory(const Memory& memory, Head& head, Numbers& numbers) {
  head.memory_known = memory.known;
  unsigned some = 0;
  for (std::size_t at = memory.values.size(); at-- > 0;) some = some << 1U | (memory.values[at] != 0 ? 1U : 0U);
  head.memory = static_cast<std::uint16_t>(some);
  for (; some != 0; some &= some - 1) numbers.add(memory.values[static_cast<std::size_t>(std::countr_zero(some))]);
}

Head packed(const Socket& row, const UnixPart& part, Numbers& numbers) {
  Head head;
  head.cookie = static_cast<std::uint64_t>(row.cookie);
  head.inode = static_cast<std::uint32_t>(row.inode);
  head.netid = static_cast<std::uint8_t>(row.netid);
  head.state = static_cast<std::uint8_t>(row.state);
  head.has = what_it_has(row, part);
  if (row.shutdown) head.shutdown = static_cast<std::uint8_t>(*row.shutdown);
  if (head.tells(has::recv_q)) numbers.add(*row.recv_q);
  if (head.tells(has::send_q)) numbers.add(*row.send_q);
  if (row.uid) numbers.add(*row.uid);
  if (part.peer_inode) numbers.add(static_cast<std::uint32_t>(*part.peer_inode));
  if (part.vfs)
    for (const std::uint32_t number : {part.vfs->inode, part.vfs->major, part.vfs->minor}) numbers.add(number);
  add_memory(row.memory, head, numbers);
  head.name_size = static_cast<std::uint16_t>(part.name.size());
  return head;
}

/// Takes the numbers out again, in the order in which they went in.
class Taker {
 public:
  explicit Taker(const std::byte* at) : at_(at) {}
  std::uint32_t number() {
    std::uint32_t value = 0;
    take(value);
    return value;
  }
  template <class T>
  void take(T& value) {
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
  }
  [[nodiscard]] const std::byte* at() const { return at_; }

 private:
  const std::byte* at_;
};

void take_queue(std::optional<std::uint32_t>& queue, std::uint16_t some, std::uint16_t zero, const Head& head,
                Taker& from) {
  if (head.tells(zero)) queue = 0;
  if (head.tells(some)) queue = from.number();
}

void take_memory(Memory& memory, const Head& head, Taker& from) {
  memory.known = head.memory_known;
  for (unsigned some = head.memory; some != 0; some &= some - 1)
    memory.values[static_cast<std::size_t>(std::countr_zero(some))] = from.number();
}

void unpack_unix(const Head& head, Taker from, Socket& row) {
  row.family = Family::unix_domain;
  row.netid = static_cast<Netid>(head.netid);
  row.state = static_cast<State>(head.state);
  row.inode = Inode{head.inode};
  row.cookie = Cookie{head.cookie};
  if (head.tells(has::shutdown)) row.shutdown = static_cast<Shutdown>(head.shutdown);
  auto& part = row.part.emplace<UnixPart>();
  if (head.tells(has::netns)) from.take(row.netns);
  take_queue(row.recv_q, has::recv_q, has::recv_q_zero, head, from);
  take_queue(row.send_q, has::send_q, has::send_q_zero, head, from);
  if (head.tells(has::uid)) row.uid = from.number();
  if (head.tells(has::peer_inode)) part.peer_inode = Inode{from.number()};
  if (head.tells(has::vfs)) {
    auto& vfs = part.vfs.emplace();
    for (std::uint32_t* number : {&vfs.inode, &vfs.major, &vfs.minor}) *number = from.number();
  }
  take_memory(row.memory, head, from);
  part.has_name = head.tells(has::name);
  part.name = {reinterpret_cast<const char*>(from.at()), head.name_size};
}

constexpr std::size_t aligned(std::size_t size) { return (size + alignment - 1) & ~(alignment - 1); }

std::uint16_t units_of(std::size_t size) { return static_cast<std::uint16_t>(aligned(size) / alignment); }

Head head_at(const std::byte* bytes) {
  Head head;
  std::memcpy(&head, bytes, sizeof head);
  return head;
}

std::uint64_t hash_of(Inode inode) { return mix(static_cast<std::uint32_t>(inode)); }

}  // namespace

std::byte* HeldRows::room(std::size_t units) {
  const std::size_t size = units * alignment;
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

bool HeldRows::add(const Socket& row) {
  if (!can_be_packed(row)) {
    Head head;
    head.has = has::as_it_is;
    head.inode = static_cast<std::uint32_t>(row.inode);
    head.units = units_of(aligned(sizeof head) + sizeof row);
    std::byte* const to = room(head.units);
    if (row.unix_part() != nullptr) note_place(row.inode, to);
    std::memcpy(to, &head, sizeof head);
    std::memcpy(to + aligned(sizeof head), &row, sizeof row);
    return false;
  }
  const UnixPart& part = *row.unix_part();
  Numbers numbers;
  Head head = packed(row, part, numbers);
  const std::size_t netns_size = row.netns != nullptr ? sizeof row.netns : 0;
  const std::size_t numbers_size = numbers.count * sizeof numbers.list[0];
  head.units = units_of(sizeof head + netns_size + numbers_size + part.name.size());
  std::byte* to = room(head.units);
  note_place(row.inode, to);
  std::memcpy(to, &head, sizeof head);
  to += sizeof head;
  if (netns_size != 0) std::memcpy(to, &row.netns, netns_size);
  to += netns_size;
  std::memcpy(to, numbers.list.data(), numbers_size);
  if (!part.name.empty()) std::memcpy(to + numbers_size, part.name.data(), part.name.size());
  return true;
}

void HeldRows::unpack(const std::byte* from, Socket& row) {
  const Head head = head_at(from);
  if (head.tells(has::as_it_is)) {
    std::memcpy(&row, from + aligned(sizeof head), sizeof row);
    return;
  }
  row = {};
  unpack_unix(head, Taker(from + sizeof head), row);
}

const std::byte* HeldRows::bytes_at(Place place) const {
  const std::size_t unit = static_cast<std::uint32_t>(place) - std::size_t{1};
  return blocks_[unit / units_of_block].bytes.get() + unit % units_of_block * alignment;
}

HeldRows::Walk::Walk(const HeldRows& rows, std::size_t part)
    : rows_(rows),
      block_(rows.parts_[part].block),
      at_(rows.parts_[part].at),
      left_(std::min(rows_of_part, rows.count_ - part * rows_of_part)) {}

bool HeldRows::Walk::next(Socket& row) {
  if (left_ == 0) return false;
  --left_;
  while (block_ < rows_.blocks_.size() && at_ == rows_.blocks_[block_].used) ++block_, at_ = 0;
  const std::byte* const bytes = rows_.blocks_[block_].bytes.get() + at_;
  unpack(bytes, row);
  at_ += head_at(bytes).units * alignment;
  return true;
}

void HeldRows::note_place(Inode inode, const std::byte* row) {
  if (inode == Inode{0}) return;
  if (index_.size() < 2 * (indexed_ + 1)) grow_index();
  Slot& slot = index_[slot_of(inode)];
  if (slot.place != Place{}) return;  // of rows with one inode the first counts
  const auto offset = static_cast<std::size_t>(row - blocks_.back().bytes.get());
  const std::size_t unit = (blocks_.size() - 1) * units_of_block + offset / alignment;
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
