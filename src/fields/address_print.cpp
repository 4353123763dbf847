#include "fields/address_print.h"

#include <algorithm>

#include "fields/print.h"
#include "model/address_text.h"

namespace skq::fields {
namespace {

// ss shows every NUL of an abstract name as '@'; the path field keeps the bytes apart.
void append_unix_name(std::string& out, const UnixPart& part) {
  if (!part.has_name) {
    out += '*';
    return;
  }
  const std::size_t from = out.size();
  out += part.name;
  if (is_abstract(part)) std::replace(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), '\0', '@');
}

bool is_any(const Address& address) {
  return std::all_of(address.bytes.begin(), address.bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

// A v6 wildcard that also serves v4 is "*", one for v6 only "[::]".
void append_host(std::string& out, const Socket& socket, const InetPart& part, const Address& address,
                 TextContext& context) {
  if (socket.family == Family::inet6 && is_any(address) && !part.v6only.value_or(false)) {
    out += '*';
    return;
  }
  if (context.names != nullptr) {
    if (const auto name = context.names->host(socket.family, address); !name.empty()) {
      out += name;
      return;
    }
  }
  const bool brackets = socket.family == Family::inet6;
  if (brackets) out += '[';
  append_address(out, socket.family, address);
  if (brackets) out += ']';
}

void append_port(std::string& out, const Socket& socket, std::uint16_t port, TextContext& context) {
  if (port == 0) {
    out += '*';
    return;
  }
  if (context.names != nullptr) {
    const auto name = socket.netid == Netid::raw ? context.names->ip_protocol(static_cast<std::uint8_t>(port))
                                                 : context.names->service(socket.netid, port);
    if (!name.empty()) {
      out += name;
      return;
    }
  }
  append_number(out, port);
}

void append_inet(std::string& out, const Socket& socket, const InetPart& part, bool local, TextContext& context) {
  append_host(out, socket, part, local ? part.local : part.peer, context);
  if (local && part.interface != 0) {
    // device() composes in the scratch we are writing to when the interface has no name, so ask the names directly.
    const auto name = interface_name(socket, part.interface, context);
    out += '%';
    if (name.empty()) {
      out += "if";
      append_number(out, part.interface);
    } else {
      out += name;
    }
  }
  out += ':';
  append_port(out, socket, local ? part.local_port : part.peer_port, context);
}

// Port ids are 32 bits that ss prints as signed; those that are a pid get the process's name.
void append_netlink_local(std::string& out, const Socket& socket, const NetlinkPart& part, TextContext& context) {
  const auto protocol = context.names != nullptr ? context.names->netlink_protocol(part.protocol) : std::string_view{};
  if (protocol.empty())
    append_number(out, part.protocol);
  else
    out += protocol;
  out += ':';
  const auto port = static_cast<std::int32_t>(part.portid);
  if (port == -1) {
    out += '*';
    return;
  }
  // Without names (-n) the kernel's port is 0, as in ss. A port that is a pid may be one of the container's.
  const bool other_pids = port != 0 && socket.netns != nullptr && socket.netns->foreign;
  const auto comm = context.names != nullptr && !other_pids ? context.names->process(part.portid) : std::string_view{};
  if (!comm.empty()) {
    out += comm;
    if (port == 0) return;
    out += '/';
  }
  if (port < 0) out += '-';
  append_number(out, port < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(std::int64_t{port})
                              : static_cast<std::uint64_t>(port));
}

void append_packet_local(std::string& out, const Socket& socket, const PacketPart& part, TextContext& context) {
  constexpr std::uint16_t every_protocol = 3;  // ETH_P_ALL
  if (part.protocol == every_protocol) {
    out += '*';
  } else {
    const auto name = context.names != nullptr ? context.names->ethernet_protocol(part.protocol) : std::string_view{};
    if (name.empty()) {
      out += '[';
      append_number(out, part.protocol);
      out += ']';
    } else {
      out += name;
    }
  }
  out += ':';
  const std::uint32_t index = part.interface.value_or(0);
  const auto device = index != 0 ? interface_name(socket, index, context) : std::string_view{};
  if (index == 0) {
    out += '*';
  } else if (device.empty()) {
    out += "if";
    append_number(out, index);
  } else {
    out += device;
  }
}

void append_unless_any(std::string& out, std::uint32_t value) {
  if (value == VsockPart::any)
    out += '*';
  else
    append_number(out, value);
}

void append_vsock(std::string& out, std::uint32_t cid, std::uint32_t port) {
  append_unless_any(out, cid);
  out += ':';
  append_unless_any(out, port);
}

void append_xdp_local(std::string& out, const Socket& socket, const XdpPart& part, TextContext& context) {
  const std::uint32_t index = part.interface.value_or(0);
  if (index == 0) {
    out += '*';
    return;
  }
  const auto device = interface_name(socket, index, context);
  if (device.empty()) {
    out += "if";
    append_number(out, index);
  } else {
    out += device;
  }
  out += ":q";
  append_number(out, part.queue.value_or(0));
}

void append_tipc(std::string& out, std::optional<std::uint32_t> node, std::optional<std::uint32_t> ref) {
  if (!node && !ref) {
    out += '-';
    return;
  }
  append_number(out, node.value_or(0));
  out += ':';
  append_number(out, ref.value_or(0));
}

}  // namespace

bool is_abstract(const UnixPart& part) { return !part.name.empty() && part.name.front() == '\0'; }

std::string_view local_text(const Socket& socket, TextContext& context) {
  std::string& out = context.scratch;
  out.clear();
  if (const UnixPart* part = socket.unix_part()) {
    append_unix_name(out, *part);
    out += ' ';
    append_number(out, static_cast<std::uint32_t>(socket.inode));
  } else if (const InetPart* inet = socket.inet()) {
    append_inet(out, socket, *inet, true, context);
  } else if (const NetlinkPart* netlink = socket.netlink()) {
    append_netlink_local(out, socket, *netlink, context);
  } else if (const PacketPart* packet = socket.packet()) {
    append_packet_local(out, socket, *packet, context);
  } else if (const VsockPart* vsock = socket.vsock()) {
    append_vsock(out, vsock->local_cid, vsock->local_port);
  } else if (const XdpPart* xdp = socket.xdp()) {
    append_xdp_local(out, socket, *xdp, context);
  } else if (const TipcPart* tipc = socket.tipc()) {
    append_tipc(out, tipc->node, tipc->ref);
  }
  return out;
}

std::string_view peer_text(const Socket& socket, TextContext& context) {
  std::string& out = context.scratch;
  out.clear();
  if (const UnixPart* part = socket.unix_part()) {
    out += "* ";
    append_number(out, static_cast<std::uint32_t>(part->peer_inode.value_or(Inode{0})));
  } else if (const InetPart* inet = socket.inet()) {
    append_inet(out, socket, *inet, false, context);
  } else if (const NetlinkPart* netlink = socket.netlink(); netlink != nullptr && netlink->connected) {
    append_number(out, netlink->dst_group);
    out += ':';
    append_number(out, netlink->dst_portid);
  } else if (const VsockPart* vsock = socket.vsock()) {
    append_vsock(out, vsock->peer_cid, vsock->peer_port);
  } else if (const TipcPart* tipc = socket.tipc()) {
    const TipcPeer none;
    const TipcPeer& peer = tipc->peer ? *tipc->peer : none;
    append_tipc(out, peer.node, peer.ref);
  } else {
    out += '*';
  }
  return out;
}

}  // namespace skq::fields
