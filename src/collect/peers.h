// Joins the two ends of a connection: pure functions on the rows of one look.
#pragma once

#include <span>
#include <vector>

#include "skq/socket.h"

namespace skq::collecting {

/// Where it has an other end, the kernel has each of them point to the other; whom a datagram socket writes to need not
/// know of it.
inline bool is_unix_stream(const Socket& row) {
  return (row.netid == Netid::u_str || row.netid == Netid::u_seq) && row.inode != Inode{0};
}

/// Sets other_end of unix sockets by UNIX_DIAG_PEER.
void join_unix_peers(std::span<Socket* const> rows);

/// Sets other_end of tcp and udp sockets whose other end is on this host, too: the same two addresses and ports the
/// other way round, IPv4 and v4-mapped IPv6 taken as one. A connected udp client of an unconnected server gets that
/// server when just one socket can be meant.
void join_inet_peers(std::span<Socket* const> rows);

/// Hands the listeners among `rows` their lists of clients not yet accepted. `lists` is the dump that was asked apart,
/// matched by cookie. Returns how many lists are missing although clients wait.
std::size_t join_pending_lists(std::span<Socket* const> rows, std::span<const Socket* const> lists);

/// Everybody whom the lists name, sorted.
std::vector<Inode> clients_of(std::span<const Socket* const> lists);

/// Tells clients whose peer is 0 whether they are among the waiting ones. Only when no list is missing.
void join_pending_clients(std::span<Socket* const> rows, std::span<const Inode> waiting);

/// Whether the client's state can only be told by its listener's list: its peer is 0 and both directions are shut.
bool has_doubtful_peer(const Socket& row);
bool has_doubtful_peers(std::span<Socket* const> rows);

}  // namespace skq::collecting
