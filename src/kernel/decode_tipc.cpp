#include <linux/tipc_netlink.h>
#include <sys/socket.h>

#include "kernel/decode.h"

namespace skq::kernel {
namespace {

std::optional<Netid> netid_of(std::uint32_t type) {
  if (type == SOCK_STREAM) return Netid::ti_st;
  if (type == SOCK_DGRAM) return Netid::ti_dg;
  if (type == SOCK_RDM) return Netid::ti_rd;
  if (type == SOCK_SEQPACKET) return Netid::ti_sq;
  return std::nullopt;
}

// TIPC counts messages, not bytes (skb_queue_len in net/tipc/socket.c, tipc_sk_fill_sock_diag). Whether it is congested
// is said by a flag that is there or not.
void read_statistics(ByteSpan value, Socket& to, TipcPart& part) {
  std::optional<std::uint32_t> receive, send, drops;
  auto congestion = TipcCongestion::none;
  Attributes attributes(value);
  for (Attribute attribute; attributes.next(attribute);) {
    if (attribute.type == TIPC_NLA_SOCK_STAT_RCVQ) read_into(receive, attribute.value);
    if (attribute.type == TIPC_NLA_SOCK_STAT_SENDQ) read_into(send, attribute.value);
    if (attribute.type == TIPC_NLA_SOCK_STAT_DROP) read_into(drops, attribute.value);
    if (attribute.type == TIPC_NLA_SOCK_STAT_LINK_CONG) congestion = TipcCongestion::link;
    if (attribute.type == TIPC_NLA_SOCK_STAT_CONN_CONG && congestion == TipcCongestion::none)
      congestion = TipcCongestion::conn;
  }
  if (attributes.garbled()) return;
  to.recv_q = receive;
  to.send_q = send;
  part.drops = drops;
  part.congestion = congestion;
}

// Type and instance mean something only beside the flag.
std::optional<TipcPeer> peer(ByteSpan value) {
  TipcPeer to;
  bool by_service = false;
  Attributes attributes(value);
  for (Attribute attribute; attributes.next(attribute);) {
    if (attribute.type == TIPC_NLA_CON_FLAG) by_service = true;
    if (attribute.type == TIPC_NLA_CON_NODE) read_into(to.node, attribute.value);
    if (attribute.type == TIPC_NLA_CON_SOCK) read_into(to.ref, attribute.value);
    if (attribute.type == TIPC_NLA_CON_TYPE) read_into(to.type, attribute.value);
    if (attribute.type == TIPC_NLA_CON_INST) read_into(to.instance, attribute.value);
  }
  if (attributes.garbled()) return std::nullopt;
  if (!by_service) to.type = to.instance = std::nullopt;
  return to;
}

const TipcGroup* group(ByteSpan value, Arena& arena) {
  TipcGroup to;
  Attributes attributes(value);
  for (Attribute attribute; attributes.next(attribute);) {
    if (attribute.type == TIPC_NLA_SOCK_GROUP_ID) read_into(to.id, attribute.value);
    if (attribute.type == TIPC_NLA_SOCK_GROUP_INSTANCE) read_into(to.instance, attribute.value);
    if (attribute.type == TIPC_NLA_SOCK_GROUP_BC_SEND_NEXT) read_into(to.send_next, attribute.value);
    if (attribute.type == TIPC_NLA_SOCK_GROUP_OPEN) to.open = true;
    if (attribute.type == TIPC_NLA_SOCK_GROUP_NODE_SCOPE) to.node_scope = true;
    if (attribute.type == TIPC_NLA_SOCK_GROUP_CLUSTER_SCOPE) to.cluster_scope = true;
  }
  return attributes.garbled() ? nullptr : arena.make<TipcGroup>(to);
}

// False: not one of these.
bool read_identity(const Attribute& attribute, Socket& to, std::optional<Netid>& netid) {
  switch (attribute.type) {
    case TIPC_NLA_SOCK_TYPE:
      if (const auto type = read_at<std::uint32_t>(attribute.value)) netid = netid_of(*type);
      return true;
    // TIPC_OPEN, TIPC_LISTEN and so on are TCP's numbers (net/tipc/socket.c).
    case TIPC_NLA_SOCK_TIPC_STATE:
      if (const auto state = read_at<std::uint32_t>(attribute.value); state && *state <= 0xff)
        to.state = static_cast<State>(*state);
      return true;
    case TIPC_NLA_SOCK_INO:
      if (const auto inode = read_at<std::uint32_t>(attribute.value)) to.inode = Inode{*inode};
      return true;
    case TIPC_NLA_SOCK_UID:
      read_into(to.uid, attribute.value);
      return true;
    // Two halves in the order of sock_diag_save_cookie (net/tipc/diag.c), though the header calls it a u64.
    case TIPC_NLA_SOCK_COOKIE:
      if (const auto low = read_at<std::uint32_t>(attribute.value)) {
        const auto high = read_at<std::uint32_t>(attribute.value, sizeof(std::uint32_t));
        if (high) to.cookie = read_cookie({*low, *high});
      }
      return true;
    default:
      return false;
  }
}

void read_part(const Attribute& attribute, Arena& arena, Socket& to, TipcPart& part) {
  switch (attribute.type) {
    case TIPC_NLA_SOCK_ADDR:
      read_into(part.node, attribute.value);
      break;
    case TIPC_NLA_SOCK_REF:
      read_into(part.ref, attribute.value);
      break;
    case TIPC_NLA_SOCK_CON:
      part.peer = peer(attribute.value);
      break;
    case TIPC_NLA_SOCK_HAS_PUBL:
      part.published = true;
      break;
    case TIPC_NLA_SOCK_STAT:
      read_statistics(attribute.value, to, part);
      break;
    case TIPC_NLA_SOCK_GROUP:
      part.group = group(attribute.value, arena);
      break;
    default:
      break;
  }
}

}  // namespace

// No struct in front: the message is one attribute, in which all others are nested. A message without it stands for a
// socket in a state that was not asked for, so every state is asked for and none comes (request_tipc).
bool decode_tipc(Netid /*asked*/, ByteSpan payload, Arena& arena, Socket& to) {
  Attribute outer;
  Attributes top(payload);
  bool found = false;
  while (!found && top.next(outer)) found = outer.type == TIPC_NLA_SOCK;
  if (!found) return false;
  to.family = Family::tipc;
  auto& part = to.part.emplace<TipcPart>();
  std::optional<Netid> netid;
  Attributes attributes(outer.value);
  for (Attribute attribute; attributes.next(attribute);) {
    if (!read_identity(attribute, to, netid)) read_part(attribute, arena, to, part);
  }
  if (!netid || attributes.garbled()) return false;
  to.netid = *netid;
  return true;
}

}  // namespace skq::kernel
