#include "fields/composed_text.h"

#include <algorithm>
#include <array>

#include "base/quick_text.h"
#include "base/text_escape.h"
#include "base/units.h"
#include "fields/family_text.h"
#include "fields/inet_detail.h"
#include "fields/inet_text.h"
#include "fields/print.h"
#include "model/derived.h"

namespace skq::fields {
namespace {

void append_memory(std::string& out, std::uint64_t bytes, bool exact) {
  if (exact)
    append_number(out, bytes);
  else
    append_bytes_human(out, bytes);
}

// A quote inside a comm would let a process forge the owners beside it.
void append_comm(std::string& out, std::string_view comm) {
  for (std::size_t from = 0;;) {
    const std::size_t quote = comm.find('"', from);
    append_escaped(out, comm.substr(from, quote == std::string_view::npos ? quote : quote - from));
    if (quote == std::string_view::npos) return;
    out += "\\x22";
    from = quote + 1;
  }
}

// A context holds commas (s0:c1,c2), but never what would let it look like the keys beside it.
void append_context(std::string& out, std::string_view key, std::string_view context) {
  out += key;
  if (context.empty()) out += "unavailable";
  while (!context.empty()) {
    const std::size_t end = std::min(context.find_first_of("=()\""), context.size());
    append_escaped_word(out, context.substr(0, end));
    if (end == context.size()) return;
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(context[end]);
    ((out += "\\x") += digits[byte >> 4U]) += digits[byte & 15U];
    context.remove_prefix(end + 1);
  }
}

void append_users(std::string& out, std::span<const Owner> owners) {
  out += "users:(";
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const Owner& owner = owners[i];
    out += i == 0 ? "(\"" : ",(\"";
    append_comm(out, owner.comm);
    out += "\",pid=";
    append_number(out, static_cast<std::uint64_t>(owner.pid));
    if (owner.tid != 0) {
      out += ",tid=";
      append_number(out, static_cast<std::uint64_t>(owner.tid));
    }
    if (owner.security != nullptr) append_context(out, ",proc_ctx=", owner.security->process);
    out += ",fd=";
    append_number(out, static_cast<std::uint64_t>(owner.fd));
    if (owner.security != nullptr && owner.security->socket_asked_for)
      append_context(out, ",sock_ctx=", owner.security->socket);
    out += ')';
  }
  out += ')';
}

void append_shutdown(std::string& out, const Socket& socket) {
  if (!socket.shutdown) return;
  const auto mask = static_cast<unsigned>(*socket.shutdown);
  if (!out.empty()) out += ' ';
  out += (mask & 1U) != 0 ? '-' : '<';
  out += '-';
  out += (mask & 2U) != 0 ? '-' : '>';
}

void append_uid(std::string& out, const Socket& socket) {
  if (socket.uid.value_or(0) != 0) append_pair(out, "uid:", *socket.uid);
}

void append_identity(std::string& out, const Socket& socket) {
  append_uid(out, socket);
  append_pair(out, "ino:", static_cast<std::uint32_t>(socket.inode));
  if (socket.cookie == Cookie{0}) return;  // told by /proc, which has none
  out += " sk:";
  append_hex(out, static_cast<std::uint64_t>(socket.cookie));
}

void append_inet_details(std::string& out, const Socket& socket, const InetPart& part, TextContext& context) {
  append_identity(out, socket);
  if (part.mark.value_or(0) != 0) {
    out += " fwmark:0x";
    append_hex(out, *part.mark);
  }
  if (part.cgroup_id) {
    append_cgroup(out += " cgroup:", *part.cgroup_id, context);
  }
  if (part.v6only) out += *part.v6only ? " v6only:1" : " v6only:0";
  append_shutdown(out, socket);
}

void append_unix_details(std::string& out, const Socket& socket, const UnixPart& part) {
  append_shutdown(out, socket);
  if (part.vfs) {
    append_pair(out, "ino:", part.vfs->inode);
    append_pair(out, "dev:", part.vfs->major);
    out += '/';
    append_number(out, part.vfs->minor);
  }
  if (part.pending_known && !part.pending.empty()) {
    out += out.empty() ? "peers:" : " peers:";
    for (const Inode client : part.pending) {
      out += ' ';
      append_number(out, static_cast<std::uint32_t>(client));
    }
  }
  append_uid(out, socket);
  out += out.empty() ? "sk:" : " sk:";
  append_hex(out, static_cast<std::uint64_t>(socket.cookie));
  const auto status = peer_status(socket);
  if (status == PeerStatus::pending || status == PeerStatus::dead) {
    out += " peer:";
    out += to_text(*status);
  }
}

void append_netlink_details(std::string& out, const Socket& socket, TextContext& context) {
  append_identity(out, socket);
  TextContext own{.names = context.names};
  if (const auto groups = netlink_groups(socket, own)) (out += " groups=") += *groups;
}

// Old kernels have nothing better.
std::optional<std::string_view> old_mem_text(const Socket& socket, std::string& out) {
  const InetDetail* detail = inet_detail(socket);
  if (detail == nullptr || !detail->memory) return std::nullopt;
  append_number(out = "mem:(r", detail->memory->rmem);
  append_number(out += ",w", detail->memory->wmem);
  append_number(out += ",f", detail->memory->fmem);
  append_number(out += ",t", detail->memory->tmem);
  out += ')';
  return out;
}

}  // namespace

std::optional<std::string_view> mem_text(const Socket& socket, TextContext& context) {
  std::string& out = context.scratch;
  out.clear();
  if (const auto queue = accept_queue(socket); queue && accept_limit(socket)) {
    append_number(out, *queue);
    out += '/';
    append_number(out, *accept_limit(socket));
    return out;
  }
  const auto used = send_mem(socket);
  const auto limit = socket.memory.at(MemoryItem::sndbuf);
  if (!used || !limit) return std::nullopt;
  append_memory(out, used->value, context.exact_bytes);
  out += '/';
  append_memory(out, *limit, context.exact_bytes);
  return out;
}

std::optional<std::string_view> netns_text(const Socket& socket, TextContext& context) {
  if (socket.netns == nullptr) return std::nullopt;
  context.scratch.clear();
  if (socket.netns->name.empty())
    append_number(context.scratch, socket.netns->inode);
  else
    append_escaped(context.scratch, socket.netns->name);
  return context.scratch;
}

std::optional<std::string_view> process_text(const Socket& socket, TextContext& context) {
  if (socket.owners == nullptr || socket.owners->list.empty()) return std::nullopt;
  context.scratch.clear();
  append_users(context.scratch, socket.owners->list);
  return context.scratch;
}

std::optional<std::string_view> peer_process_text(const Socket& socket, TextContext& context) {
  if (socket.peer_owners != nullptr && !socket.peer_owners->list.empty()) {
    context.scratch.clear();
    append_users(context.scratch, socket.peer_owners->list);
    return context.scratch;
  }
  const auto status = peer_status(socket);
  if (status == PeerStatus::pending) return "(not accepted yet)";
  if (status == PeerStatus::dead) return "(gone)";
  if (status == PeerStatus::elsewhere) return "(elsewhere)";
  if (status == PeerStatus::connected) return socket.peer_owners != nullptr ? "(held by nobody)" : "(not visible)";
  const UnixPart* part = socket.unix_part();
  if (part != nullptr && !status) return "(gone, or not accepted yet)";
  return std::nullopt;
}

std::optional<std::string_view> details_text(const Socket& socket, TextContext& context) {
  std::string& out = context.scratch;
  out.clear();
  if (const UnixPart* part = socket.unix_part()) append_unix_details(out, socket, *part);
  if (const InetPart* inet = socket.inet()) append_inet_details(out, socket, *inet, context);
  if (socket.packet() != nullptr) append_identity(out, socket);
  if (socket.netlink() != nullptr) append_netlink_details(out, socket, context);
  if (socket.vsock() != nullptr || socket.xdp() != nullptr || socket.tipc() != nullptr) append_identity(out, socket);
  if (socket.vsock() != nullptr) append_shutdown(out, socket);
  if (const XdpPart* xdp = socket.xdp()) append_xdp_details(out, *xdp);
  if (out.empty()) return std::nullopt;
  return out;
}

std::optional<std::string_view> skmem_text(const Socket& socket, TextContext& context) {
  constexpr std::array<std::string_view, memory_items> keys{"r", "rb", "t", "tb", "f", "w", "o", "bl", "d"};
  std::string& out = context.scratch;
  if (socket.memory.known == 0) return old_mem_text(socket, out);
  constexpr std::string_view before = "skmem:(";
  constexpr std::size_t longest = 4 + most_digits;  // a comma, a key and a number
  std::array<char, before.size() + memory_items * longest> text;
  char* at = copy_short(text.data(), before.data(), before.size());
  for (std::size_t i = 0; i < socket.memory.known && i < keys.size(); ++i) {
    if (i > 0) *at++ = ',';
    at = put_digits(copy_short(at, keys[i].data(), keys[i].size()), socket.memory.values[i]);
  }
  out.assign(text.data(), static_cast<std::size_t>(at - text.data()));
  out += ')';
  return out;
}

}  // namespace skq::fields
