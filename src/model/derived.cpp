#include "model/derived.h"

#include <algorithm>
#include <array>

#include "model/name_tables.h"

namespace skq {
namespace {

bool is_stream_like(const Socket& socket) { return socket.netid == Netid::u_str || socket.netid == Netid::u_seq; }

bool is_listener(const Socket& socket) {
  return socket.state == State::listen && (is_stream_like(socket) || socket.netid == Netid::tcp ||
                                           socket.netid == Netid::mptcp || socket.netid == Netid::sctp);
}

std::optional<Bytes> bytes(std::optional<std::uint32_t> value) {
  if (!value) return std::nullopt;
  return Bytes{*value};
}

std::optional<Percent> ratio(std::optional<Bytes> part, std::optional<Bytes> whole) {
  if (!part || !whole || whole->value == 0) return std::nullopt;
  return Percent{100.0 * static_cast<double>(part->value) / static_cast<double>(whole->value)};
}

// A datagram socket that sends to somebody who is not connected back waits on the receiver's queue, not on memory
// (unix_dgram_poll in net/unix/af_unix.c).
bool receiver_decides(const Socket& socket) {
  if (socket.netid != Netid::u_dgr) return false;
  const UnixPart* part = socket.unix_part();
  if (part == nullptr || !part->peer_inode) return false;
  const UnixPart* other = socket.other_end != nullptr ? socket.other_end->unix_part() : nullptr;
  return other == nullptr || other->peer_inode != socket.inode;
}

}  // namespace

bool is_in(const Socket& socket, StateSet states) {
  if (states.has(socket.state)) return true;
  const bool connects = socket.netid == Netid::tcp || socket.netid == Netid::dccp;
  return connects && socket.state == State::close && states.has(State::bound_inactive);
}

std::optional<Bytes> send_mem(const Socket& socket) {
  switch (socket.netid) {
    case Netid::tcp:
    case Netid::mptcp:
      return bytes(socket.memory.at(MemoryItem::wmem_queued));
    case Netid::nl:
      return std::nullopt;
    case Netid::u_str:
    case Netid::u_dgr:
    case Netid::u_seq:
    case Netid::udp:
    case Netid::raw:
    case Netid::sctp:
    case Netid::dccp:
    case Netid::p_raw:
    case Netid::p_dgr:
    case Netid::v_str:
    case Netid::v_dgr:
    case Netid::v_seq:
    case Netid::xdp:
    case Netid::ti_st:
    case Netid::ti_dg:
    case Netid::ti_rd:
    case Netid::ti_sq:
      return bytes(socket.memory.at(MemoryItem::wmem_alloc));
  }
  return std::nullopt;
}

std::optional<Percent> send_fill(const Socket& socket) {
  return ratio(send_mem(socket), bytes(socket.memory.at(MemoryItem::sndbuf)));
}

std::optional<bool> writable(const Socket& socket) {
  const auto used = send_mem(socket);
  const auto limit = socket.memory.at(MemoryItem::sndbuf);
  if (!used || !limit || is_listener(socket)) return std::nullopt;
  const std::uint64_t held = used->value;
  switch (socket.family) {
    case Family::unix_domain: {
      // The kernel counts from 1 (sk_wmem_alloc starts at 1 and sock_diag takes it off again).
      const bool room = (held + 1) * 4 <= *limit;
      if (room && receiver_decides(socket)) return std::nullopt;
      return room;
    }
    case Family::inet:
    case Family::inet6:
      if (socket.netid == Netid::tcp || socket.netid == Netid::mptcp)
        return held <= *limit && *limit - held >= held / 2;
      return held + 1 < *limit / 2;
    case Family::packet:
      return held + 1 < *limit / 2;
    case Family::netlink:
    case Family::vsock:
    case Family::xdp:
    case Family::tipc:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Bytes> recv_mem(const Socket& socket) {
  if (socket.family != Family::unix_domain) return bytes(socket.memory.at(MemoryItem::rmem_alloc));
  if (!is_stream_like(socket) || socket.other_end == nullptr) return std::nullopt;
  return bytes(socket.other_end->memory.at(MemoryItem::wmem_alloc));
}

std::optional<Bytes> recv_limit(const Socket& socket) {
  if (socket.family != Family::unix_domain) return bytes(socket.memory.at(MemoryItem::rcvbuf));
  if (!is_stream_like(socket) || socket.other_end == nullptr) return std::nullopt;
  return bytes(socket.other_end->memory.at(MemoryItem::sndbuf));
}

std::optional<Percent> recv_fill(const Socket& socket) { return ratio(recv_mem(socket), recv_limit(socket)); }

std::optional<Percent> payload_percent(const Socket& socket) {
  if (socket.state == State::listen) return std::nullopt;
  if (socket.netid == Netid::tcp) return ratio(bytes(socket.send_q), send_mem(socket));
  if (!is_stream_like(socket) || socket.other_end == nullptr) return std::nullopt;
  return ratio(bytes(socket.other_end->recv_q), send_mem(socket));
}

std::optional<std::uint32_t> accept_queue(const Socket& socket) {
  if (!is_listener(socket)) return std::nullopt;
  return socket.recv_q;
}

std::optional<std::uint32_t> accept_limit(const Socket& socket) {
  if (!is_listener(socket) || !socket.send_q) return std::nullopt;
  // The kernel refuses when the queue is longer than the backlog, so one more than the backlog fits.
  return *socket.send_q == UINT32_MAX ? UINT32_MAX : *socket.send_q + 1;
}

std::optional<Percent> accept_fill(const Socket& socket) {
  return ratio(bytes(accept_queue(socket)), bytes(accept_limit(socket)));
}

std::optional<std::uint32_t> dgram_queue(const Socket& socket) {
  const UnixPart* part = socket.unix_part();
  if (socket.netid != Netid::u_dgr || part == nullptr || part->queue == nullptr) return std::nullopt;
  return part->queue->length;
}

std::optional<std::uint32_t> dgram_limit(const Socket& socket) {
  const UnixPart* part = socket.unix_part();
  if (socket.netid != Netid::u_dgr || part == nullptr || part->queue == nullptr) return std::nullopt;
  return part->queue->limit;
}

std::optional<bool> receiver_has_room(const Socket& sender) {
  if (!receiver_decides(sender) || sender.other_end == nullptr) return std::nullopt;
  const auto queue = dgram_queue(*sender.other_end), limit = dgram_limit(*sender.other_end);
  if (!queue || !limit) return std::nullopt;
  return *queue < *limit;
}

std::optional<Percent> dgram_fill(const Socket& socket) {
  return ratio(bytes(dgram_queue(socket)), bytes(dgram_limit(socket)));
}

std::optional<Percent> fill(const Socket& socket) {
  std::optional<Percent> largest;
  for (const auto& one : {send_fill(socket), recv_fill(socket), accept_fill(socket), dgram_fill(socket)}) {
    if (one && (!largest || *one > *largest)) largest = one;
  }
  return largest;
}

std::string_view to_text(PeerStatus status) { return peer_status_names.at(static_cast<std::size_t>(status)); }

std::optional<PeerStatus> peer_status(const Socket& socket) {
  const UnixPart* part = socket.unix_part();
  if (part == nullptr) return std::nullopt;
  if (!part->peer_inode) return PeerStatus::none;
  if (*part->peer_inode != Inode{0}) return socket.other_end != nullptr ? PeerStatus::connected : PeerStatus::elsewhere;
  // A stream whose other end died has both directions shut (unix_release_sock); before accept(2) they are open.
  // A client that shut down both while it waits looks the same, and only the listener's list tells: see collect.
  if (is_stream_like(socket) && socket.shutdown != Shutdown::rdwr) return PeerStatus::pending;
  if (!is_stream_like(socket)) return PeerStatus::dead;
  if (!part->in_pending_list) return std::nullopt;
  return *part->in_pending_list ? PeerStatus::pending : PeerStatus::dead;
}

}  // namespace skq
