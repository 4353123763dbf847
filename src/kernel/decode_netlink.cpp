#include <linux/netlink_diag.h>
#include <sys/socket.h>

#include "kernel/decode.h"

namespace skq::kernel {
namespace {

// NETLINK_CONNECTED of net/netlink/af_netlink.h; a socket that never connected has TCP_CLOSE or 0 here.
constexpr std::uint8_t netlink_connected = 1;

const Ring* ring(ByteSpan value, Arena& arena) {
  const auto sent = read_at<netlink_diag_ring>(value);
  if (!sent) return nullptr;
  return arena.make<Ring>(Ring{.block_size = sent->ndr_block_size,
                               .block_nr = sent->ndr_block_nr,
                               .frame_size = sent->ndr_frame_size,
                               .frame_nr = sent->ndr_frame_nr});
}

// What ss shows as Recv-Q and Send-Q: netlink has no queue attribute, only the memory behind the queues.
void read_queues(Socket& to) {
  to.recv_q = to.memory.at(MemoryItem::rmem_alloc);
  to.send_q = to.memory.at(MemoryItem::wmem_alloc);
}

void read_attribute(const Attribute& attribute, Arena& arena, Socket& to, NetlinkPart& part) {
  switch (attribute.type) {
    case NETLINK_DIAG_MEMINFO:
      to.memory = read_memory(attribute.value);
      read_queues(to);
      break;
    // The mask is sent in longs (net/netlink/diag.c, sk_diag_dump_groups), 32 groups a word on little endian.
    case NETLINK_DIAG_GROUPS:
      part.groups = keep_array<std::uint32_t>(attribute.value, arena);
      break;
    case NETLINK_DIAG_RX_RING:
      part.rx_ring = ring(attribute.value, arena);
      break;
    case NETLINK_DIAG_TX_RING:
      part.tx_ring = ring(attribute.value, arena);
      break;
    case NETLINK_DIAG_FLAGS:
      read_into(part.flags, attribute.value);
      break;
    default:
      break;
  }
}

}  // namespace

bool decode_netlink(Netid /*asked*/, ByteSpan payload, Arena& arena, Socket& to) {
  const auto message = read_at<netlink_diag_msg>(payload);
  if (!message || message->ndiag_family != AF_NETLINK) return false;
  to.family = Family::netlink;
  to.netid = Netid::nl;
  // ndiag_state tells only whether connect(2) set a destination; ss shows UNCONN for both, and the destination.
  to.state = State::close;
  to.inode = Inode{message->ndiag_ino};
  to.cookie = read_cookie(message->ndiag_cookie);
  auto& part = to.part.emplace<NetlinkPart>();
  part.connected = message->ndiag_state == netlink_connected;
  part.portid = message->ndiag_portid;
  part.dst_portid = message->ndiag_dst_portid;
  part.dst_group = message->ndiag_dst_group;
  part.protocol = message->ndiag_protocol;
  part.type = message->ndiag_type;
  Attributes attributes(payload.subspan(sizeof(netlink_diag_msg)));
  for (Attribute attribute; attributes.next(attribute);) read_attribute(attribute, arena, to, part);
  return !attributes.garbled();
}

}  // namespace skq::kernel
