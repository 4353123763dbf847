// The kinds of sockets, their states, and the sets of both. An unknown number of a newer kernel survives in each enum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "skq/types.h"

namespace skq {

enum class Family : std::uint8_t { unix_domain, inet, inet6, netlink, packet, vsock, xdp, tipc };

/// The kind of socket, named as in the Netid column of ss.
enum class Netid : std::uint8_t {
  u_str,
  u_dgr,
  u_seq,
  tcp,
  udp,
  raw,
  mptcp,
  sctp,
  dccp,
  nl,
  p_raw,
  p_dgr,
  v_str,
  v_dgr,
  v_seq,
  xdp,
  ti_st,
  ti_dg,
  ti_rd,
  ti_sq
};

/// The kernel's state numbers (include/net/tcp_states.h), used by every family. A number without a name here survives
/// and prints as unknown(N).
enum class State : std::uint8_t {
  unknown = 0,
  established = 1,
  syn_sent,
  syn_recv,
  fin_wait_1,
  fin_wait_2,
  time_wait,
  close,
  close_wait,
  last_ack,
  listen,
  closing,
  new_syn_recv,
  bound_inactive,
};

/// States of an SCTP association (sctp_state in include/net/sctp/constants.h), a count of its own. A row of an
/// association has the nearest State, too, so that masks and `state` of a filter mean the same for it as for tcp.
enum class SctpState : std::uint8_t {
  closed,
  cookie_wait,
  cookie_echoed,
  established,
  shutdown_pending,
  shutdown_sent,
  shutdown_received,
  shutdown_ack_sent,
};

/// Which directions shutdown(2) has closed.
enum class Shutdown : std::uint8_t { none = 0, rd = 1, wr = 2, rdwr = 3 };

/// The nine SK_MEMINFO values in the kernel's order (include/uapi/linux/sock_diag.h).
enum class MemoryItem : std::uint8_t {
  rmem_alloc,
  rcvbuf,
  wmem_alloc,
  sndbuf,
  fwd_alloc,
  wmem_queued,
  optmem,
  backlog,
  drops
};
inline constexpr std::size_t memory_items = 9;

using FamilySet = EnumSet<Family>;
using NetidSet = EnumSet<Netid>;
using StateSet = EnumSet<State>;

/// The family that a netid's rows have; inet kinds may also be inet6.
Family family_of(Netid netid);

// Names as ss and the contract print them. An unknown value gives an empty view; the caller prints unknown(N).
std::string_view to_text(Family family);
std::string_view to_text(Netid netid);
std::string_view to_text(State state);
std::string_view to_text(Shutdown shutdown);
std::string_view to_text(SctpState state);

}  // namespace skq
