#include <linux/unix_diag.h>
#include <sys/socket.h>

#include "kernel/decode.h"

namespace skq::kernel {
namespace {

// udiag_type is sk_type (net/unix/diag.c, sk_diag_fill).
std::optional<Netid> netid_of(std::uint8_t type) {
  if (type == SOCK_STREAM) return Netid::u_str;
  if (type == SOCK_DGRAM) return Netid::u_dgr;
  if (type == SOCK_SEQPACKET) return Netid::u_seq;
  return std::nullopt;
}

// The kernel keeps a path with the NUL that ends it; an abstract name begins with one and may hold others.
void read_name(ByteSpan value, Arena& arena, UnixPart& to) {
  to.has_name = true;
  const bool is_path = !value.empty() && value.front() != std::byte{0};
  if (is_path && value.back() == std::byte{0}) value = value.first(value.size() - 1);
  to.name = keep_text(value, arena);
}

// udiag_vfs_dev is the kernel's own dev_t (s_dev), not the one that stat(2) gives: 12 bits major, 20 bits minor.
void read_vfs(ByteSpan value, UnixPart& to) {
  const auto vfs = read_at<unix_diag_vfs>(value);
  if (!vfs) return;
  to.vfs = VfsObject{vfs->udiag_vfs_ino, vfs->udiag_vfs_dev >> 20, vfs->udiag_vfs_dev & 0xfffffU};
}

void read_pending(ByteSpan value, Arena& arena, UnixPart& to) {
  if (value.size() % sizeof(Inode) != 0) return;
  to.pending = keep_array<Inode>(value, arena);
  to.pending_known = true;
}

void read_queues(ByteSpan value, Socket& to) {
  const auto queues = read_at<unix_diag_rqlen>(value);
  if (!queues) return;
  to.recv_q = queues->udiag_rqueue;
  to.send_q = queues->udiag_wqueue;
}

void read_attribute(const Attribute& attribute, Arena& arena, Socket& to, UnixPart& part) {
  switch (attribute.type) {
    case UNIX_DIAG_NAME:
      read_name(attribute.value, arena, part);
      break;
    case UNIX_DIAG_VFS:
      read_vfs(attribute.value, part);
      break;
    case UNIX_DIAG_PEER:
      if (const auto peer = read_at<std::uint32_t>(attribute.value)) part.peer_inode = Inode{*peer};
      break;
    case UNIX_DIAG_ICONS:
      read_pending(attribute.value, arena, part);
      break;
    case UNIX_DIAG_RQLEN:
      read_queues(attribute.value, to);
      break;
    case UNIX_DIAG_MEMINFO:
      to.memory = read_memory(attribute.value);
      break;
    case UNIX_DIAG_SHUTDOWN:
      if (const auto how = read_at<std::uint8_t>(attribute.value)) to.shutdown = static_cast<Shutdown>(*how & 3U);
      break;
    case UNIX_DIAG_UID:
      read_into(to.uid, attribute.value);
      break;
    default:
      break;
  }
}

}  // namespace

bool decode_unix(Netid /*asked*/, ByteSpan payload, Arena& arena, Socket& to) {
  const auto message = read_at<unix_diag_msg>(payload);
  if (!message || message->udiag_family != AF_UNIX) return false;
  const auto netid = netid_of(message->udiag_type);
  if (!netid) return false;
  to.family = Family::unix_domain;
  to.netid = *netid;
  to.state = static_cast<State>(message->udiag_state);
  to.inode = Inode{message->udiag_ino};
  to.cookie = read_cookie(message->udiag_cookie);
  auto& part = to.part.emplace<UnixPart>();
  Attributes attributes(payload.subspan(sizeof(unix_diag_msg)));
  for (Attribute attribute; attributes.next(attribute);) read_attribute(attribute, arena, to, part);
  return !attributes.garbled();
}

}  // namespace skq::kernel
