#include <linux/packet_diag.h>
#include <sys/socket.h>

#include <array>

#include "kernel/decode.h"

namespace skq::kernel {
namespace {

// SOCK_PACKET is the old interface that SOCK_RAW replaced; ss counts it as p_raw, too.
std::optional<Netid> netid_of(std::uint8_t type) {
  if (type == SOCK_RAW || type == SOCK_PACKET) return Netid::p_raw;
  if (type == SOCK_DGRAM) return Netid::p_dgr;
  return std::nullopt;
}

void read_info(ByteSpan value, PacketPart& part, PacketDetail& detail) {
  const auto info = read_at<packet_diag_info>(value);
  if (!info) return;
  part.interface = info->pdi_index;
  detail.version = info->pdi_version;
  detail.reserve = info->pdi_reserve;
  detail.copy_thresh = info->pdi_copy_thresh;
  detail.tstamp = info->pdi_tstamp;
  detail.flags = info->pdi_flags;
}

std::optional<Ring> ring(ByteSpan value) {
  const auto sent = read_at<packet_diag_ring>(value);
  if (!sent) return std::nullopt;
  return Ring{sent->pdr_block_size, sent->pdr_block_nr,    sent->pdr_frame_size, sent->pdr_frame_nr,
              sent->pdr_retire_tmo, sent->pdr_sizeof_priv, sent->pdr_features};
}

std::span<const PacketMembership> memberships(ByteSpan value, Arena& arena) {
  const std::span<PacketMembership> kept = arena.room<PacketMembership>(value.size() / sizeof(packet_diag_mclist));
  std::size_t at = 0;
  for (PacketMembership& to : kept) {
    const auto sent = read_at<packet_diag_mclist>(value, at);
    at += sizeof(packet_diag_mclist);
    to = PacketMembership{.interface = sent->pdmc_index, .count = sent->pdmc_count, .type = sent->pdmc_type};
    to.address_length = static_cast<std::uint8_t>(std::min<std::size_t>(sent->pdmc_alen, to.address.size()));
    std::memcpy(to.address.data(), sent->pdmc_addr, to.address.size());
  }
  return kept;
}

// Recv-Q is the memory of what waits to be read, as in ss. The kernel tells nothing like a send queue; ss shows 0.
void read_queues(Socket& to) {
  to.recv_q = to.memory.at(MemoryItem::rmem_alloc);
  if (to.memory.known != 0) to.send_q = 0;
}

void read_attribute(const Attribute& attribute, Arena& arena, Socket& to, PacketPart& part, PacketDetail& detail) {
  const ByteSpan value = attribute.value;
  switch (attribute.type) {
    case PACKET_DIAG_INFO:
      read_info(value, part, detail);
      break;
    case PACKET_DIAG_MCLIST:
      detail.memberships = memberships(value, arena);
      break;
    case PACKET_DIAG_RX_RING:
      detail.rx_ring = ring(value);
      break;
    case PACKET_DIAG_TX_RING:
      detail.tx_ring = ring(value);
      break;
    case PACKET_DIAG_FANOUT:
      read_into(detail.fanout, value);
      break;
    case PACKET_DIAG_UID:
      read_into(to.uid, value);
      break;
    case PACKET_DIAG_MEMINFO:
      to.memory = read_memory(value);
      read_queues(to);
      break;
    case PACKET_DIAG_FILTER:
      detail.filter = arena.keep(value);
      break;
    default:
      break;
  }
}

}  // namespace

bool decode_packet(Netid /*asked*/, ByteSpan payload, Arena& arena, Socket& to) {
  const auto message = read_at<packet_diag_msg>(payload);
  if (!message || message->pdiag_family != AF_PACKET) return false;
  const auto netid = netid_of(message->pdiag_type);
  if (!netid) return false;
  to.family = Family::packet;
  to.netid = *netid;
  to.state = State::close;  // no state in the message; UNCONN in ss
  to.inode = Inode{message->pdiag_ino};
  to.cookie = read_cookie(message->pdiag_cookie);
  auto& part = to.part.emplace<PacketPart>();
  part.protocol = message->pdiag_num;  // already in host byte order (net/packet/diag.c, sk_diag_fill)
  PacketDetail detail;
  bool has_detail = false;
  Attributes attributes(payload.subspan(sizeof(packet_diag_msg)));
  for (Attribute attribute; attributes.next(attribute);) {
    read_attribute(attribute, arena, to, part, detail);
    has_detail = true;
  }
  if (has_detail) part.detail = arena.make<PacketDetail>(detail);
  return !attributes.garbled();
}

}  // namespace skq::kernel
