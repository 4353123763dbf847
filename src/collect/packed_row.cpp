#include "collect/packed_row.h"

#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

namespace skq::collecting {
namespace {

static_assert(alignof(Socket) <= packed_unit && std::is_trivially_copyable_v<Socket>);
static_assert(sizeof(PackedHead) % packed_unit == 0);
static_assert(memory_items <= std::numeric_limits<decltype(PackedHead::memory)>::digits);

namespace has {
constexpr std::uint16_t as_it_is = 1;  ///< a Socket follows
constexpr std::uint16_t shown = 2;
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
constexpr std::uint16_t is_unix = 4096;
constexpr std::uint16_t queue = 8192;
}  // namespace has

bool tells(const PackedHead& head, std::uint16_t bit) { return (head.has & bit) != 0; }

std::size_t size_of(const PackedHead& head) {
  const std::size_t size = tells(head, has::as_it_is)
                               ? sizeof head + sizeof(Socket)
                               : sizeof head + (tells(head, has::netns) ? sizeof(Socket::netns) : 0) +
                                     (tells(head, has::queue) ? sizeof(UnixPart::queue) : 0) +
                                     head.numbers * sizeof(std::uint32_t) + head.name_size;
  return (size + packed_unit - 1) / packed_unit * packed_unit;
}

bool can_be_packed(const Socket& row) {
  const UnixPart* part = row.unix_part();
  return part != nullptr && part->pending.empty() && !part->pending_known && !part->in_pending_list &&
         row.family == Family::unix_domain && row.other_end == nullptr && row.owners == nullptr &&
         row.peer_owners == nullptr && row.fate == nullptr &&
         part->name.size() <= std::numeric_limits<std::uint16_t>::max();
}

constexpr unsigned bit_if(bool told, std::uint16_t bit) { return told ? bit : 0U; }

unsigned queue_bits(const std::optional<std::uint32_t>& queue, std::uint16_t some, std::uint16_t zero) {
  return bit_if(queue && *queue != 0, some) | bit_if(queue && *queue == 0, zero);
}

// All at once: bit by bit behind a branch each, gcc makes the numbers of every combination beforehand, for every row.
unsigned what_it_has(const Socket& row, const UnixPart& part) {
  return bit_if(row.shutdown.has_value(), has::shutdown) | queue_bits(row.recv_q, has::recv_q, has::recv_q_zero) |
         queue_bits(row.send_q, has::send_q, has::send_q_zero) | bit_if(row.uid.has_value(), has::uid) |
         bit_if(part.peer_inode.has_value(), has::peer_inode) | bit_if(part.vfs.has_value(), has::vfs) |
         bit_if(part.has_name, has::name) | bit_if(row.netns != nullptr, has::netns) |
         bit_if(part.queue != nullptr, has::queue);
}

unsigned memory_bits(const Memory& memory) {
  unsigned some = 0;
  for (std::size_t at = memory.values.size(); at-- > 0;) some = some << 1U | (memory.values[at] != 0 ? 1U : 0U);
  return some;
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

void take_queue(std::optional<std::uint32_t>& queue, std::uint16_t some, std::uint16_t zero, const PackedHead& head,
                Taker& from) {
  if (tells(head, zero)) queue = 0;
  if (tells(head, some)) queue = from.number();
}

void take_memory(Memory& memory, const PackedHead& head, Taker& from) {
  memory.known = head.memory_known;
  for (unsigned some = head.memory; some != 0; some &= some - 1)
    memory.values[static_cast<std::size_t>(std::countr_zero(some))] = from.number();
}

void unpack_unix(const PackedHead& head, Taker from, Socket& row) {
  row.family = Family::unix_domain;
  row.netid = static_cast<Netid>(head.netid);
  row.state = static_cast<State>(head.state);
  row.inode = Inode{head.inode};
  row.cookie = Cookie{head.cookie};
  if (tells(head, has::shutdown)) row.shutdown = static_cast<Shutdown>(head.shutdown);
  auto& part = row.part.emplace<UnixPart>();
  if (tells(head, has::netns)) from.take(row.netns);
  if (tells(head, has::queue)) from.take(part.queue);
  take_queue(row.recv_q, has::recv_q, has::recv_q_zero, head, from);
  take_queue(row.send_q, has::send_q, has::send_q_zero, head, from);
  if (tells(head, has::uid)) row.uid = from.number();
  if (tells(head, has::peer_inode)) part.peer_inode = Inode{from.number()};
  if (tells(head, has::vfs)) {
    auto& vfs = part.vfs.emplace();
    for (std::uint32_t* number : {&vfs.inode, &vfs.major, &vfs.minor}) *number = from.number();
  }
  take_memory(row.memory, head, from);
  part.has_name = tells(head, has::name);
  part.name = {reinterpret_cast<const char*>(from.at()), head.name_size};
}

}  // namespace

Packing::Packing(const Socket& row, bool shown) : row_(row) {
  head_.inode = static_cast<std::uint32_t>(row.inode);
  unsigned told = bit_if(shown, has::shown) | bit_if(row.unix_part() != nullptr, has::is_unix);
  if (can_be_packed(row)) {
    const UnixPart& part = *row.unix_part();
    told |= what_it_has(row, part);
    head_.cookie = static_cast<std::uint64_t>(row.cookie);
    head_.netid = static_cast<std::uint8_t>(row.netid);
    head_.state = static_cast<std::uint8_t>(row.state);
    head_.name_size = static_cast<std::uint16_t>(part.name.size());
    head_.memory_known = row.memory.known;
    head_.memory = static_cast<std::uint16_t>(memory_bits(row.memory));
    if (row.shutdown) head_.shutdown = static_cast<std::uint8_t>(*row.shutdown);
    std::size_t count = 0;
    const auto add = [&](std::uint32_t number) { numbers_[count++] = number; };
    if (row.recv_q.value_or(0) != 0) add(*row.recv_q);
    if (row.send_q.value_or(0) != 0) add(*row.send_q);
    if (row.uid) add(*row.uid);
    if (part.peer_inode) add(static_cast<std::uint32_t>(*part.peer_inode));
    if (part.vfs)
      for (const std::uint32_t number : {part.vfs->inode, part.vfs->major, part.vfs->minor}) add(number);
    for (unsigned some = head_.memory; some != 0; some &= some - 1)
      add(row.memory.values[static_cast<std::size_t>(std::countr_zero(some))]);
    head_.numbers = static_cast<std::uint16_t>(count);
  } else {
    told |= has::as_it_is;
  }
  head_.has = static_cast<std::uint16_t>(told);
  size_ = size_of(head_);
}

bool Packing::refers_to_more() const { return tells(head_, has::as_it_is) || tells(head_, has::queue); }

void Packing::write(std::byte* to) const {
  std::memcpy(to, &head_, sizeof head_);
  to += sizeof head_;
  const auto put = [&to](const auto& value) {
    std::memcpy(to, &value, sizeof value);
    to += sizeof value;
  };
  if (tells(head_, has::as_it_is)) return put(row_);
  if (tells(head_, has::netns)) put(row_.netns);
  if (tells(head_, has::queue)) put(row_.unix_part()->queue);
  const std::size_t numbers_size = head_.numbers * sizeof numbers_[0];
  std::memcpy(to, numbers_.data(), numbers_size);
  if (head_.name_size != 0) std::memcpy(to + numbers_size, row_.unix_part()->name.data(), head_.name_size);
}

PackedRow::PackedRow(const std::byte* bytes) : bytes_(bytes) {
  std::memcpy(&head_, bytes, sizeof head_);
  size_ = size_of(head_);
}

bool PackedRow::is_unix() const { return tells(head_, has::is_unix); }

bool PackedRow::shown() const { return tells(head_, has::shown); }

void PackedRow::unpack(Socket& row) const {
  if (tells(head_, has::as_it_is)) {
    std::memcpy(&row, bytes_ + sizeof head_, sizeof row);
    return;
  }
  row = {};
  unpack_unix(head_, Taker(bytes_ + sizeof head_), row);
}

}  // namespace skq::collecting
