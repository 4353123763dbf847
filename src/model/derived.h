// What follows from the kernel's numbers: fills, limits, and whether a writer would block. Pure functions on a socket
// (and its other end); an empty optional where the kernel did not say enough or the question makes no sense.
//
// Who is charged for what, in one place: the manual's section on columns tells users the same.
#pragma once

#include <cstdint>
#include <optional>

#include "skq/socket.h"
#include "skq/types.h"

namespace skq {

/// Whether a row is one of the states. The kernel gives a tcp socket that is bound and idle when asked for state 13
/// (TCPF_BOUND_INACTIVE in net/ipv4/inet_diag.c, linux 6.8), and says in the row that it is closed.
bool is_in(const Socket& socket, StateSet states);

/// The counter that this family compares with sndbuf before a writer may go on: unix, udp, raw, packet wmem_alloc
/// (truesize of what the receiver has not taken), tcp wmem_queued. Netlink charges the receiver: none.
std::optional<Bytes> send_mem(const Socket& socket);
std::optional<Percent> send_fill(const Socket& socket);

/// What poll(POLLOUT) says by the memory rule: unix_writable() in net/unix/af_unix.c, sk_stream_is_writeable() in
/// include/net/sock.h, sock_writeable() for the rest. Empty where the receiver decides (a datagram socket whose peer
/// is not connected back) and for listeners.
std::optional<bool> writable(const Socket& socket);

/// Memory held for data not yet read, and its limit. Unix stream and seqpacket: the sender is charged, so these are the
/// other end's wmem_alloc and sndbuf.
std::optional<Bytes> recv_mem(const Socket& socket);
std::optional<Bytes> recv_limit(const Socket& socket);
std::optional<Percent> recv_fill(const Socket& socket);

/// Payload held in percent of the memory charged for it. Unix stream and seqpacket: the peer's unread bytes against
/// this end's wmem_alloc; tcp: unacknowledged and unsent bytes against wmem_queued.
std::optional<Percent> payload_percent(const Socket& socket);

/// Listeners: connections waiting for accept(2), how many fit (backlog + 1), and their ratio.
std::optional<std::uint32_t> accept_queue(const Socket& socket);
std::optional<std::uint32_t> accept_limit(const Socket& socket);
std::optional<Percent> accept_fill(const Socket& socket);

/// Messages that a unix datagram socket holds, and how many fit before a sender that is not connected back has to wait
/// (unix_recvq_full() in net/unix/af_unix.c). Known where UnixPart::queue is.
std::optional<std::uint32_t> dgram_queue(const Socket& socket);
std::optional<std::uint32_t> dgram_limit(const Socket& socket);
std::optional<Percent> dgram_fill(const Socket& socket);
/// Whether the receiver that a datagram sender is connected to takes another message; empty: not known, or it is not
/// the receiver that decides.
std::optional<bool> receiver_has_room(const Socket& sender);

/// The fill that blocks somebody first: the largest of send, receive and accept fill.
std::optional<Percent> fill(const Socket& socket);

/// What a unix socket's missing or zero peer means.
enum class PeerStatus : std::uint8_t {
  none,       ///< never connected
  connected,  ///< the other end is in this snapshot
  elsewhere,  ///< the kernel names a peer that this dump does not have: another network namespace, or just closed
  pending,    ///< connected, but the listener has not accepted yet
  dead,       ///< the other end is gone
};
std::string_view to_text(PeerStatus status);
/// Empty for families without such a peer, and where pending and dead could not be told apart.
std::optional<PeerStatus> peer_status(const Socket& socket);

}  // namespace skq
