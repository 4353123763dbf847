// Closes sockets that were listed before, each by its full identity: addresses, ports, device and cookie, so that what
// is closed is the very socket that was shown, or nothing.
//
// A closed tcp socket is gone and both ends are told. The kernel "closes" a udp or raw socket by an error for its owner
// and by taking its peer; one that was bound goes on receiving (net/ipv4/udp.c, udp_abort) and is told as survived.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "skq/result.h"
#include "skq/socket.h"
#include "skq/source.h"

namespace skq {

/// Kinds that some kernel can close; no other is ever asked for. An MPTCP connection goes with its subflows, which are
/// tcp (net/mptcp/mptcp_diag.c has no destroy).
inline constexpr NetidSet destroyable{Netid::tcp, Netid::udp, Netid::raw};

/// A tcp socket that has a port, but is neither connected nor listening: nothing is there to close, and no look-up by
/// address leads to it (net/ipv4/inet_connection_sock.c, inet_csk_get_port). The kernel may call its state closed.
inline bool is_inactive(const Socket& socket) {
  return socket.netid == Netid::tcp && (socket.state == State::bound_inactive || socket.state == State::close);
}

struct Destruction {
  DestroyResult result{};
  int error = 0;  ///< errno, where the kernel refused
};

/// One answer a socket, in the same order. `source` is asked who is still there: of those that the kernel did not find
/// (gone, or out of reach of its look-up), and of killed ones that are no tcp. An Error means that nothing was closed.
/// `stop` is asked between two sockets: from true on, the rest is not tried.
Result<std::vector<Destruction>> destroy_sockets(std::span<const Socket* const> sockets, Source& source,
                                                 const std::function<bool()>& stop = {});

}  // namespace skq
