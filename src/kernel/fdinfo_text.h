// The lines of /proc/PID/fdinfo/FD that tell who waits for what: epoll instances, io_uring rings, unix sockets. Pure
// functions of any bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "skq/activity.h"

namespace skq::kernel {

/// One registration with an epoll instance (fs/eventpoll.c, ep_show_fdinfo).
struct EpollEntry {
  int fd = -1;  ///< as it was when registered: goes stale by dup and close
  std::uint32_t events = 0;
  std::optional<std::uint64_t> inode;  ///< empty before Linux 4.14
  std::uint32_t device = 0;            ///< the kernel's dev_t
};
void for_each_epoll_entry(std::string_view fdinfo, const std::function<void(const EpollEntry&)>& visit);

/// What a ring says (io_uring/fdinfo.c).
struct RingText {
  std::vector<Inode> sockets;  ///< registered files that are sockets
  std::vector<WaitFor> waits;  ///< each kind once: what requests wait for in the ring's poll list
};
RingText parse_ring(std::string_view fdinfo);

/// Descriptors that travel to this unix socket (scm_fds); 0: none, or not told.
std::uint32_t parse_descriptors_in_flight(std::string_view fdinfo);

/// The inode in "socket:[71]"; 0 for anything else.
Inode parse_socket_name(std::string_view link);

}  // namespace skq::kernel
