// What every family has: kind, state, queues, names of both ends, memory.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string>

#include "model/name_tables.h"
#include "store/build.h"
#include "store/key_chapters.h"
#include "store/text_values.h"

namespace skq::store {
namespace {

bool set_family(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  const auto number = number_named(cell.text(), family_names);
  if (!number || *number >= family_names.size()) return false;
  b.socket.family = static_cast<Family>(*number);
  switch (b.socket.family) {
    case Family::unix_domain:
      b.socket.part.emplace<UnixPart>();
      return true;
    case Family::inet:
    case Family::inet6:
      b.socket.part.emplace<InetPart>();
      return true;
    case Family::netlink:
      b.socket.part.emplace<NetlinkPart>();
      return true;
    case Family::packet:
      b.socket.part.emplace<PacketPart>();
      return true;
    case Family::vsock:
      b.socket.part.emplace<VsockPart>();
      return true;
    case Family::xdp:
      b.socket.part.emplace<XdpPart>();
      return true;
    case Family::tipc:
      b.socket.part.emplace<TipcPart>();
      return true;
  }
  return false;
}

bool set_netid(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  const auto number = number_named(cell.text(), netid_names);
  if (!number || *number >= netid_names.size()) return false;
  b.socket.netid = static_cast<Netid>(*number);
  return true;
}

bool set_association(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* inet = part_of<InetPart>(b);
  bool is_one = false;
  if (inet == nullptr || !assign(is_one, cell)) return false;
  if (is_one) inet->association = SctpState::closed;  // until its state is read
  return true;
}

bool set_state(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  auto* inet = part_of<InetPart>(b);
  const bool association = inet != nullptr && inet->association;
  const auto number =
      association ? number_named(cell.text(), sctp_state_names) : number_named(cell.text(), state_names);
  if (!number || *number > UINT8_MAX) return false;
  if (association)
    inet->association = static_cast<SctpState>(*number);
  else
    b.socket.state = static_cast<State>(*number);
  return true;
}

Value near_state(const Socket& s, TextContext& /*context*/) {
  if (s.inet() == nullptr || !s.inet()->association) return {};
  return static_cast<std::uint64_t>(s.state);
}

bool set_shutdown(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  const auto number = number_named(cell.text(), shutdown_names);
  if (!number || *number >= shutdown_names.size()) return false;
  b.socket.shutdown = static_cast<Shutdown>(*number);
  return true;
}

bool set_cookie(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  const std::string_view digits = cell.text();
  std::uint64_t cookie = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), cookie, 16);
  if (digits.empty() || read.ptr != digits.data() + digits.size() || read.ec != std::errc()) return false;
  b.socket.cookie = Cookie{cookie};
  return true;
}

bool set_address(Build& b, const Cell& cell, std::uint16_t peer) {
  auto* inet = part_of<InetPart>(b);
  const auto address = address_of(cell.text(), b.socket.family);
  if (inet == nullptr || !address) return false;
  (peer != 0 ? inet->peer : inet->local) = *address;
  return true;
}

bool set_port(Build& b, const Cell& cell, std::uint16_t peer) {
  if (auto* vsock = part_of<VsockPart>(b)) return assign(peer != 0 ? vsock->peer_port : vsock->local_port, cell);
  auto* inet = part_of<InetPart>(b);
  return inet != nullptr && assign(peer != 0 ? inet->peer_port : inet->local_port, cell);
}

std::optional<std::uint32_t> index_of(const Socket& s) {
  if (const InetPart* inet = s.inet()) return inet->interface != 0 ? std::optional(inet->interface) : std::nullopt;
  if (const PacketPart* packet = s.packet()) return packet->interface;
  if (const XdpPart* xdp = s.xdp()) return xdp->interface;
  return std::nullopt;
}

Value ifindex(const Socket& s, TextContext& /*context*/) { return fields::to_value(index_of(s)); }

bool set_ifindex(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  if (auto* packet = part_of<PacketPart>(b)) return assign(packet->interface, cell);
  if (auto* xdp = part_of<XdpPart>(b)) return assign(xdp->interface, cell);
  auto* inet = part_of<InetPart>(b);
  return inet != nullptr && assign(inet->interface, cell);
}

bool set_dev(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  const auto index = index_of(b.socket);
  if (!index || cell.kind != CellKind::text) return false;
  b.names.interfaces.emplace(*index, cell.text());
  return true;
}

bool set_user(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  if (!b.socket.uid || cell.kind != CellKind::text) return false;
  b.names.users.emplace(*b.socket.uid, cell.text());
  return true;
}

Value netns(const Socket& s, TextContext& /*context*/) { return s.netns != nullptr ? Value{s.netns->inode} : Value{}; }

Value netns_name(const Socket& s, TextContext& /*context*/) {
  if (s.netns == nullptr || s.netns->name.empty()) return {};
  return std::string_view(s.netns->name);
}

bool set_netns(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  std::uint64_t inode = 0;
  if (!assign(inode, cell)) return false;
  const auto [at, fresh] = b.names.namespace_at.emplace(inode, nullptr);
  if (fresh) at->second = &b.names.namespaces.emplace_back(NetNamespace{inode, {}});
  b.socket.netns = at->second;
  return true;
}

bool set_netns_name(Build& b, const Cell& cell, std::uint16_t /*argument*/) {
  if (b.socket.netns == nullptr || cell.kind != CellKind::text) return false;
  NetNamespace& here = *b.names.namespace_at.at(b.socket.netns->inode);
  if (here.name.empty()) here.name = cell.text();
  return true;
}

// The kernel sends a beginning of the nine: how many is told by the last.
bool set_memory(Build& b, const Cell& cell, std::uint16_t item) {
  Memory& memory = b.socket.memory;
  if (!assign(memory.values.at(item), cell)) return false;
  memory.known = std::max(memory.known, static_cast<std::uint8_t>(item + 1));
  return true;
}

constexpr std::array<std::string_view, memory_items> memory_names{
    "rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued", "optmem", "sk_backlog", "drops"};

}  // namespace

std::optional<Address> address_of(std::string_view text, Family family) {
  std::array<char, 64> name{};  // with the NUL that inet_pton wants
  if (text.size() >= name.size()) return std::nullopt;
  std::copy(text.begin(), text.end(), name.begin());
  Address address;
  const int kind = family == Family::inet ? AF_INET : AF_INET6;
  if (::inet_pton(kind, name.data(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

std::vector<Key> identity_keys() {
  std::vector<Key> keys{
      of_field("family", set_family),
      of_field("netid", set_netid),
      of_field("sctp_association", set_association),
      of_field("state", set_state),
      {.name = "near_state", .get = near_state, .set = set<&Socket::state>, .netids = NetidSet(Netid::sctp)},
      of_field("recv_q", set<&Socket::recv_q>),
      of_field("send_q", set<&Socket::send_q>),
      of_field("local_addr", set_address, 0),
      of_field("local_port", set_port, 0),
      of_field("peer_addr", set_address, 1),
      of_field("peer_port", set_port, 1),
      {.name = "ifindex",
       .get = ifindex,
       .set = set_ifindex,
       .families = FamilySet(Family::inet, Family::inet6, Family::packet, Family::xdp)},
      of_field("dev", set_dev),
      of_field("inode", set<&Socket::inode>),
      of_field("cookie", set_cookie),
      {.name = "netns", .get = netns, .set = set_netns},
      {.name = "netns_name", .get = netns_name, .set = set_netns_name},
      of_field("uid", set<&Socket::uid>),
      of_field("user", set_user),
      of_field("shutdown", set_shutdown),
  };
  for (std::uint16_t item = 0; item < memory_items; ++item)
    keys.push_back(of_field(memory_names[item], set_memory, item));
  return keys;
}

}  // namespace skq::store
