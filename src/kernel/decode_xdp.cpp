#include <linux/xdp_diag.h>

#include "kernel/decode.h"
#include "kernel/family_table.h"

namespace skq::kernel {
namespace {

void read_info(ByteSpan value, XdpPart& part) {
  const auto info = read_at<xdp_diag_info>(value);
  if (!info) return;
  part.interface = info->ifindex;
  part.queue = info->queue_id;
}

std::optional<XdpUmem> umem(ByteSpan value) {
  const auto sent = read_at<xdp_diag_umem>(value);
  if (!sent) return std::nullopt;
  return XdpUmem{.size = sent->size,
                 .id = sent->id,
                 .pages = sent->num_pages,
                 .chunk_size = sent->chunk_size,
                 .headroom = sent->headroom,
                 .interface = sent->ifindex,
                 .queue = sent->queue_id,
                 .flags = sent->flags,
                 .refs = sent->refs};
}

std::optional<XdpStats> stats(ByteSpan value) {
  const auto sent = read_at<xdp_diag_stats>(value);
  if (!sent) return std::nullopt;
  return XdpStats{.rx_dropped = sent->n_rx_dropped,
                  .rx_invalid = sent->n_rx_invalid,
                  .rx_full = sent->n_rx_full,
                  .fill_ring_empty = sent->n_fill_ring_empty,
                  .tx_invalid = sent->n_tx_invalid,
                  .tx_ring_empty = sent->n_tx_ring_empty};
}

// As for packet sockets: Recv-Q is the memory that ss shows, and no queue to send is told of.
void read_memory_and_queues(ByteSpan value, Socket& to) {
  to.memory = read_memory(value);
  to.recv_q = to.memory.at(MemoryItem::rmem_alloc);
  if (to.memory.known != 0) to.send_q = 0;
}

// struct xdp_diag_ring is its one member, the number of descriptors. True: it goes into the detail.
bool read_detail(const Attribute& attribute, XdpDetail& detail) {
  const ByteSpan value = attribute.value;
  switch (attribute.type) {
    case XDP_DIAG_RX_RING:
      read_into(detail.rx_entries, value);
      return true;
    case XDP_DIAG_TX_RING:
      read_into(detail.tx_entries, value);
      return true;
    case XDP_DIAG_UMEM:
      detail.umem = umem(value);
      return true;
    case XDP_DIAG_UMEM_FILL_RING:
      read_into(detail.fill_entries, value);
      return true;
    case XDP_DIAG_UMEM_COMPLETION_RING:
      read_into(detail.completion_entries, value);
      return true;
    case XDP_DIAG_STATS:
      detail.stats = stats(value);
      return true;
    default:
      return false;
  }
}

void read_rest(const Attribute& attribute, Socket& to, XdpPart& part) {
  switch (attribute.type) {
    case XDP_DIAG_INFO:
      read_info(attribute.value, part);
      break;
    case XDP_DIAG_UID:
      read_into(to.uid, attribute.value);
      break;
    case XDP_DIAG_MEMINFO:
      read_memory_and_queues(attribute.value, to);
      break;
    default:
      break;
  }
}

}  // namespace

bool decode_xdp(Netid /*asked*/, ByteSpan payload, Arena& arena, Socket& to) {
  const auto message = read_at<xdp_diag_msg>(payload);
  if (!message || message->xdiag_family != af_xdp) return false;
  to.family = Family::xdp;
  to.netid = Netid::xdp;
  to.state = State::close;  // no state in the message; UNCONN in ss
  to.inode = Inode{message->xdiag_ino};
  to.cookie = read_cookie(message->xdiag_cookie);
  auto& part = to.part.emplace<XdpPart>();
  XdpDetail detail;
  bool has_detail = false;
  Attributes attributes(payload.subspan(sizeof(xdp_diag_msg)));
  for (Attribute attribute; attributes.next(attribute);) {
    if (read_detail(attribute, detail))
      has_detail = true;
    else
      read_rest(attribute, to, part);
  }
  if (has_detail) part.detail = arena.make<XdpDetail>(detail);
  return !attributes.garbled();
}

}  // namespace skq::kernel
