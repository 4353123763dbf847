#include <linux/vm_sockets_diag.h>
#include <sys/socket.h>

#include "kernel/decode.h"

namespace skq::kernel {
namespace {

std::optional<Netid> netid_of(std::uint8_t type) {
  if (type == SOCK_STREAM) return Netid::v_str;
  if (type == SOCK_DGRAM) return Netid::v_dgr;
  if (type == SOCK_SEQPACKET) return Netid::v_seq;  // linux 5.14
  return std::nullopt;
}

}  // namespace

// The message is all there is: net/vmw_vsock/diag.c sends no attribute, so queues, memory and user stay unknown.
bool decode_vsock(Netid /*asked*/, ByteSpan payload, Arena& /*arena*/, Socket& to) {
  const auto message = read_at<vsock_diag_msg>(payload);
  if (!message || message->vdiag_family != AF_VSOCK) return false;
  const auto netid = netid_of(message->vdiag_type);
  if (!netid) return false;
  to.family = Family::vsock;
  to.netid = *netid;
  to.state = static_cast<State>(message->vdiag_state);
  to.shutdown = static_cast<Shutdown>(message->vdiag_shutdown & 3U);
  to.inode = Inode{message->vdiag_ino};
  to.cookie = read_cookie(message->vdiag_cookie);
  auto& part = to.part.emplace<VsockPart>();
  part.local_cid = message->vdiag_src_cid;
  part.local_port = message->vdiag_src_port;
  part.peer_cid = message->vdiag_dst_cid;
  part.peer_port = message->vdiag_dst_port;
  Attributes attributes(payload.subspan(sizeof(vsock_diag_msg)));
  for (Attribute attribute; attributes.next(attribute);) continue;  // of a newer kernel
  return !attributes.garbled();
}

}  // namespace skq::kernel
