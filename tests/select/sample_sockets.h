// Sockets made by hand, as small as a test needs them.
#pragma once

#include <string_view>

#include "select/address_prefix.h"
#include "skq/socket.h"

namespace skq::test {

using namespace std::string_view_literals;

inline Address address(std::string_view text) { return select::parse_prefix(text).value().address; }

inline Socket inet_socket(std::string_view local, std::uint16_t local_port, std::string_view peer,
                          std::uint16_t peer_port, State state = State::established) {
  Socket socket;
  socket.family = select::parse_prefix(local).value().family;
  socket.netid = Netid::tcp;
  socket.state = state;
  socket.inode = Inode{500};
  InetPart part;
  part.local = address(local);
  part.peer = address(peer);
  part.local_port = local_port;
  part.peer_port = peer_port;
  socket.part = part;
  return socket;
}

inline Socket unix_socket(std::string_view name, std::uint32_t inode, std::optional<std::uint32_t> peer = {},
                          State state = State::established) {
  Socket socket;
  socket.family = Family::unix_domain;
  socket.netid = Netid::u_str;
  socket.state = state;
  socket.inode = Inode{inode};
  UnixPart part;
  part.name = name;
  part.has_name = !name.empty();
  if (peer) part.peer_inode = Inode{*peer};
  socket.part = part;
  return socket;
}

inline Socket netlink_socket(std::uint8_t protocol, std::uint32_t portid) {
  Socket socket;
  socket.family = Family::netlink;
  socket.netid = Netid::nl;
  socket.state = State::close;
  NetlinkPart part;
  part.protocol = protocol;
  part.portid = portid;
  socket.part = part;
  return socket;
}

inline Socket packet_socket(std::uint16_t protocol, std::optional<std::uint32_t> interface) {
  Socket socket;
  socket.family = Family::packet;
  socket.netid = Netid::p_raw;
  socket.state = State::close;
  PacketPart part;
  part.protocol = protocol;
  part.interface = interface;
  socket.part = part;
  return socket;
}

inline Socket vsock_socket(std::uint32_t cid, std::uint32_t port, std::uint32_t peer_cid = VsockPart::any,
                           std::uint32_t peer_port = VsockPart::any) {
  Socket socket;
  socket.family = Family::vsock;
  socket.netid = Netid::v_str;
  socket.state = peer_cid == VsockPart::any ? State::listen : State::established;
  socket.part = VsockPart{cid, port, peer_cid, peer_port};
  return socket;
}

inline Socket xdp_socket(std::uint32_t interface, std::uint32_t queue) {
  Socket socket;
  socket.family = Family::xdp;
  socket.netid = Netid::xdp;
  socket.state = State::close;
  socket.part = XdpPart{interface, queue};
  return socket;
}

inline Socket tipc_socket(std::uint32_t ref, std::optional<std::uint32_t> peer = {}) {
  Socket socket;
  socket.family = Family::tipc;
  socket.netid = Netid::ti_st;
  socket.state = State::established;
  TipcPart part;
  part.ref = ref;
  if (peer) part.peer = TipcPeer{.node = 1, .ref = peer};
  socket.part = part;
  return socket;
}

}  // namespace skq::test
