// What must be fetched for a field to have a value. Fields say their needs; collect turns the union into requests.
#pragma once

#include <cstdint>

#include "skq/socket.h"

namespace skq {

/// What has to be fetched before a field has a value. A need that nobody has costs nothing.
enum class Need : std::uint8_t {
  queues,          ///< unix: UDIAG_SHOW_RQLEN; inet: always there
  name,            ///< unix: UDIAG_SHOW_NAME
  peer_inode,      ///< unix: UDIAG_SHOW_PEER, the dear one
  memory,          ///< SK_MEMINFO
  uid,             ///< unix: UDIAG_SHOW_UID
  vfs,             ///< unix: UDIAG_SHOW_VFS
  pending,         ///< unix: UDIAG_SHOW_ICONS, asked apart
  tcp_info,        ///< INET_DIAG_INFO, and with it INET_DIAG_MD5SIG and INET_DIAG_ULP_INFO
  congestion,      ///< INET_DIAG_CONG, INET_DIAG_VEGASINFO
  tos,             ///< INET_DIAG_TOS, INET_DIAG_TCLASS
  detail,          ///< packet: rings, fanout, memberships; netlink: groups, flags
  peer,            ///< join with the other end's row
  owners,          ///< walk /proc/*/fd
  peer_owners,     ///< owners of the other end
  process,         ///< read the first owner's cmdline and cgroup
  mark,            ///< INET_DIAG_MARK: the kernel sends it unasked, but only with CAP_NET_ADMIN
  users,           ///< the user database
  context,         ///< SELinux contexts of owners
  socket_context,  ///< and of the sockets they hold
  filter,          ///< packet: PACKET_DIAG_FILTER, which can have thousands of instructions
  netns,           ///< which network namespace
  unix_queue,      ///< unix: UnixPart::queue, by BPF where that works
};
using NeedSet = EnumSet<Need>;

/// What only a walk through /proc can tell.
inline constexpr NeedSet owner_needs{Need::owners, Need::peer_owners, Need::process};

}  // namespace skq
