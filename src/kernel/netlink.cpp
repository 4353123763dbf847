#include "kernel/netlink.h"

#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace skq::kernel {

void NetlinkSocket::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

Result<NetlinkSocket> NetlinkSocket::open() {
  NetlinkSocket socket(mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC));
  if (!socket.socket_) return Error{"open a sock_diag netlink socket", errno};
  if (mnl_socket_bind(socket.socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return Error{"bind a sock_diag netlink socket", errno};
  }
  socket.prime();
  return socket;
}

// The kernel sizes a dump's chunks by the largest buffer it has seen on the socket, and the first chunk is made before
// any was seen: 3776 bytes. A listener whose pending clients do not fit into an empty chunk silently ends the whole
// dump (net/unix/diag.c, sk_diag_dump_icons). So let the kernel see a large buffer first: it acknowledges NLMSG_NOOP
// without asking any family (netlink_rcv_skb), and the answer is there when send returns.
void NetlinkSocket::prime() const {
  nlmsghdr noop{};
  noop.nlmsg_len = sizeof noop;
  noop.nlmsg_type = NLMSG_NOOP;
  noop.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  const auto bytes = std::as_bytes(std::span<const nlmsghdr>(&noop, 1));
  if (!send(bytes)) return;
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(chunk_size);
  static_cast<void>(receive({buffer.get(), chunk_size}, Wait::no));
}

std::uint32_t NetlinkSocket::portid() const { return mnl_socket_get_portid(socket_.get()); }

Status NetlinkSocket::send(ByteSpan request) const {
  while (mnl_socket_sendto(socket_.get(), request.data(), request.size()) < 0) {
    if (errno != EINTR) return Error{"send a sock_diag request", errno};
  }
  return Done{};
}

NetlinkSocket::Received NetlinkSocket::receive(std::span<std::byte> buffer, Wait wait) const {
  sockaddr_nl sender{};
  iovec vector{.iov_base = buffer.data(), .iov_len = buffer.size()};
  msghdr message{};
  message.msg_name = &sender;
  message.msg_namelen = sizeof sender;
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  const int flags = wait == Wait::no ? MSG_DONTWAIT : 0;
  for (;;) {
    // Not mnl_socket_recvfrom: it throws a cut datagram away, and does not say who sent it.
    const ssize_t size = recvmsg(mnl_socket_get_fd(socket_.get()), &message, flags);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return {.error = errno};
    return {
        .size = static_cast<std::size_t>(size),
        .cut = (message.msg_flags & MSG_TRUNC) != 0,
        .from_kernel = message.msg_namelen == sizeof sender && sender.nl_family == AF_NETLINK && sender.nl_pid == 0};
  }
}

int NetlinkSocket::fd() const { return mnl_socket_get_fd(socket_.get()); }

Status NetlinkSocket::join(std::uint32_t group) const {
  if (setsockopt(fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0)
    return Error{"join a multicast group of sock_diag", errno};
  return Done{};
}

void NetlinkSocket::enlarge_receive_buffer(int bytes) const {
  // Beyond net.core.rmem_max only with CAP_NET_ADMIN in the first user namespace.
  if (setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return;
  static_cast<void>(setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes));
}

std::optional<std::uint32_t> NetlinkSocket::dropped() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (getsockopt(fd(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return std::nullopt;
  if (size <= SK_MEMINFO_DROPS * sizeof(std::uint32_t)) return std::nullopt;
  return memory[SK_MEMINFO_DROPS];
}

}  // namespace skq::kernel
