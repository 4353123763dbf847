#include "kernel/event_stream.h"

#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "kernel/decode.h"

namespace skq::kernel {
namespace {

// An event takes about a kilobyte of it: room for a burst of some ten thousand.
constexpr int receive_buffer = 32 << 20;

struct GroupRow {
  Family family;
  Netid netid;
  std::uint32_t group;
};
constexpr std::array groups{
    GroupRow{Family::inet, Netid::tcp, SKNLGRP_INET_TCP_DESTROY},
    GroupRow{Family::inet, Netid::udp, SKNLGRP_INET_UDP_DESTROY},
    GroupRow{Family::inet6, Netid::tcp, SKNLGRP_INET6_TCP_DESTROY},
    GroupRow{Family::inet6, Netid::udp, SKNLGRP_INET6_UDP_DESTROY},
};

}  // namespace

bool decode_event(ByteSpan payload, Arena& arena, Socket& to) {
  if (!decode_inet(Netid::tcp, payload, arena, to)) return false;
  const auto protocol = to.inet()->protocol;
  if (!protocol || (*protocol != IPPROTO_TCP && *protocol != IPPROTO_UDP)) return false;
  if (*protocol == IPPROTO_UDP) {
    to.netid = Netid::udp;
    // wmem_alloc less the socket's own reference, which has been given back by now: -1 (sk_wmem_alloc_get).
    to.send_q.reset();
  }
  // The message has room for both and never fills them: a 0 here is not root's.
  to.uid.reset();
  to.inode = Inode{0};
  return true;
}

Result<EventStream> EventStream::open() {
  Result<NetlinkSocket> socket = NetlinkSocket::open();
  if (!socket) return socket.error();
  socket->enlarge_receive_buffer(receive_buffer);
  EventStream stream(std::move(*socket));
  stream.buffer_ = std::make_unique_for_overwrite<std::byte[]>(chunk_size);
  return stream;
}

Status EventStream::join(Family family, Netid netid) const {
  const auto* const row = std::find_if(groups.begin(), groups.end(),
                                       [&](const GroupRow& r) { return r.family == family && r.netid == netid; });
  if (row == groups.end()) return Error{"listen for the end of such sockets", EPROTONOSUPPORT};
  return socket_.join(row->group);
}

EventStream::Heard EventStream::read(Arena& arena, Socket& to) {
  const auto received = socket_.receive({buffer_.get(), chunk_size}, NetlinkSocket::Wait::no);
  if (received.error == EAGAIN) return Heard::nothing;
  if (received.error == ENOBUFS) {
    ++overruns_;
    return Heard::overrun;
  }
  if (received.error != 0) {
    error_ = received.error;
    return Heard::failed;
  }
  if (!received.from_kernel) return Heard::other;
  const ByteSpan datagram(buffer_.get(), received.size);
  const auto header = read_at<nlmsghdr>(datagram);
  const bool whole =
      header && !received.cut && header->nlmsg_len >= sizeof(nlmsghdr) && header->nlmsg_len <= datagram.size();
  if (whole && header->nlmsg_type != SOCK_DIAG_BY_FAMILY) return Heard::other;
  if (whole && decode_event(datagram.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr)), arena, to))
    return Heard::event;
  ++malformed_;
  return Heard::other;
}

std::uint64_t EventStream::lost() const {
  if (const auto dropped = socket_.dropped()) return *dropped;
  return overruns_;
}

}  // namespace skq::kernel
