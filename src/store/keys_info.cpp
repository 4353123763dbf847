// tcp_info, mptcp_info and sctp_info: a key for each member that the catalogue has, and the struct's size, by which
// members that the kernel does not know stay absent.
#include <bit>
#include <cstring>
#include <string>

#include "fields/inet_detail.h"
#include "model/mptcp_info.h"
#include "model/sctp_info.h"
#include "model/tcp_info.h"
#include "store/build.h"
#include "store/key_chapters.h"

namespace skq::store {
namespace {

constexpr std::size_t largest_info = 4096;
constexpr NetidSet with_info{Netid::tcp, Netid::dccp, Netid::mptcp, Netid::sctp};

Value info_size(const Socket& s, TextContext& /*context*/) {
  const InetDetail* detail = fields::inet_detail(s);
  if (detail == nullptr || detail->tcp_info.empty()) return {};
  return std::uint64_t{detail->tcp_info.size()};
}

/// Writes the low bytes of a number where they stand in the struct; not beyond its end.
void put(std::span<std::byte> info, std::size_t offset, std::size_t size, std::uint64_t value) {
  if (info.size() < offset || info.size() - offset < size || size > sizeof value) return;
  const auto* from = reinterpret_cast<const std::byte*>(&value);
  if constexpr (std::endian::native == std::endian::big) from += sizeof value - size;
  std::memcpy(info.data() + offset, from, size);
}

bool set_info_size(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* detail = part_of<InetDetail>(b);
  if (detail == nullptr || cell.kind != CellKind::number || cell.number > largest_info) return false;
  b.info = b.arena.room<std::byte>(cell.number);
  std::fill(b.info.begin(), b.info.end(), std::byte{0});
  detail->tcp_info = b.info;
  if (b.socket.netid != Netid::tcp && b.socket.netid != Netid::dccp) return true;
  // The one member whose absence is a value: never measured.
  constexpr const model::TcpInfoMember& min_rtt = model::tcp_info_members[model::tcp_info_index("min_rtt")];
  put(b.info, min_rtt.offset, min_rtt.size, UINT32_MAX);
  return true;
}

bool number_of(const Cell& cell, std::uint64_t& value) {
  value = cell.number;
  return cell.kind == CellKind::number || cell.kind == CellKind::boolean;
}

bool set_tcp(Build& b, const Cell& cell, std::uint16_t at) {
  const model::TcpInfoMember& member = model::tcp_info_members.at(at);
  std::uint64_t value = 0;
  if (!number_of(cell, value) || b.info.size() < std::size_t{member.offset} + member.size) return false;
  if (member.bit_width == 0) {
    put(b.info, member.offset, member.size, value);
    return true;
  }
  const unsigned shift = std::endian::native == std::endian::little ? member.bit : 8U - member.bit - member.bit_width;
  const unsigned mask = (1U << member.bit_width) - 1U;
  b.info[member.offset] |= static_cast<std::byte>((value & mask) << shift);
  return true;
}

template <const auto& Members>
bool set_member(Build& b, const Cell& cell, std::uint16_t at) {
  const model::StructMember& member = Members.at(at);
  std::uint64_t value = 0;
  if (!number_of(cell, value) || b.info.size() < std::size_t{member.offset} + member.size) return false;
  put(b.info, member.offset, member.size, value);
  return true;
}

template <class Members>
void add(std::vector<Key>& keys, std::string_view prefix, const Members& members, decltype(Key::set) set) {
  for (std::size_t at = 0; at < members.size(); ++at) {
    keys.push_back(of_field(std::string(prefix) + std::string(members[at].name), set, static_cast<std::uint16_t>(at)));
    keys.back().member = true;
    keys.back().netids = find_field(keys.back().name)->netids;  // the same bytes are another struct elsewhere
  }
}

}  // namespace

std::vector<Key> info_keys() {
  std::vector<Key> keys{{.name = "info_size",
                         .get = info_size,
                         .set = set_info_size,
                         .families = FamilySet(Family::inet, Family::inet6),
                         .netids = with_info,
                         .needs = NeedSet(Need::tcp_info)}};
  add(keys, "tcp_", model::tcp_info_members, set_tcp);
  add(keys, "mptcp_", model::mptcp_info_members, set_member<model::mptcp_info_members>);
  add(keys, "sctp_", model::sctp_info_members, set_member<model::sctp_info_members>);
  return keys;
}

}  // namespace skq::store
