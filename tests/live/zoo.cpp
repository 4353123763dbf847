#include "zoo.h"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <unistd.h>

namespace live {
namespace {

std::string abstract(const std::string& name) { return std::string(1, '\0') + name; }

// With a filter that takes nothing: retransmissions on loopback would fill it between two looks.
UniqueFd packet_socket(int type, std::uint16_t protocol, bool on_lo) {
  UniqueFd made(socket(AF_PACKET, type | SOCK_CLOEXEC, 0));
  sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{1, &nothing};
  if (setsockopt(made.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) return {};
  sockaddr_ll at{};
  at.sll_family = AF_PACKET;
  at.sll_protocol = htons(protocol);
  at.sll_ifindex = on_lo ? static_cast<int>(if_nametoindex("lo")) : 0;
  if (bind(made.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) return {};
  return made;
}

}  // namespace

Zoo::Zoo(const std::string& folder) {
  add_unix(folder);
  add_unix_names(folder);
  add_unix_pairs();
  add_tcp_listeners();
  add_tcp_connections("127.0.0.1", "127.0.0.1", 4100);
  add_tcp_connections("::1", "::1", 4101);
  add_tcp_connections("::", "127.0.0.1", 4102);
  add_tcp_connections("0.0.0.0", "127.0.0.2", 4103);
  add_tcp_connections("::", "::1", 4104);
  add_half_open("127.0.0.1", 4120);
  add_half_open("::1", 4122);
  add_tcp_options("127.0.0.1", 4140);
  add_tcp_options("::1", 4141);
  add_udp();
  add_raw();
  add_netlink();
  add_packet();
  usleep(300'000);  // until acknowledgements and FINs have settled
}

int Zoo::keep(UniqueFd fd, const char* what) {
  if (!fd.valid()) failures_.emplace_back(what);
  const int number = fd.get();
  kept_.push_back(std::move(fd));
  return number;
}

void Zoo::keep_pair(Pair pair, const char* what) {
  keep(std::move(pair.a), what);
  keep(std::move(pair.b), what);
}

void Zoo::add_unix(const std::string& folder) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    const std::string name = folder + "/listener" + std::to_string(type);
    const int listener = keep(unix_listener(type, name, 4), "unix listener");
    keep(unix_client(type, name), "unix client");
    send_text(keep(unix_client(type, name), "unix client"), "hello");
    keep(accepted(listener), "unix server");
    keep(unix_client(type, name), "waiting unix client");
    keep(unix_listener(type, abstract("abstract" + std::to_string(type)), 0), "abstract listener");
    keep(unix_client(type, abstract("abstract" + std::to_string(type))), "client of an abstract name");
    keep(unix_socket(type), "fresh unix socket");
    keep(unix_bound(type, folder + "/bound" + std::to_string(type)), "bound unix socket");
  }
  const std::string log = folder + "/log";
  keep(unix_bound(SOCK_DGRAM, log), "dgram server");
  send_text(keep(unix_client(SOCK_DGRAM, log), "dgram client"), "one");
  send_text(keep(unix_client(SOCK_DGRAM, log), "dgram client"), "three");
  keep(unix_bound(SOCK_DGRAM, abstract("log")), "abstract dgram");
  keep(unix_socket(SOCK_DGRAM), "fresh dgram");
  const int autobound = keep(unix_socket(SOCK_DGRAM), "autobound dgram");
  constexpr int on = 1;
  setsockopt(autobound, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  sockaddr any{};
  any.sa_family = AF_UNIX;
  bind(autobound, &any, sizeof any.sa_family);
}

void Zoo::add_unix_names(const std::string& folder) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
    const std::string kind = std::to_string(type);
    constexpr std::size_t longest = 107;  // sun_path's 108 bytes and the NUL that ends them
    std::string longest_path = folder + "/" + kind;
    longest_path.resize(longest, 'x');
    keep(unix_bound(type, longest_path), "longest path");
    keep(unix_bound(type, abstract(kind + std::string(100, 'y'))), "long abstract name");
    keep(unix_bound(type, folder + "/with:colon,comma=" + kind), "path with punctuation");
    const std::string removed = folder + "/removed" + kind;
    keep(unix_bound(type, removed), "path that is gone");
    unlink(removed.c_str());
    Pair named = unix_pair(type);
    keep_pair(std::move(named), "idle pair");
    Pair shut = unix_pair(type);
    shutdown(shut.a.get(), SHUT_RDWR);
    keep_pair(std::move(shut), "pair that is shut down");
  }
  const std::string busy = folder + "/busy";
  const int listener = keep(unix_listener(SOCK_STREAM, busy, 8), "busy listener");
  for (int i = 0; i < 6; ++i) {
    send_text(keep(unix_client(SOCK_STREAM, busy), "client of a busy listener"), "request");
    if (i % 2 == 0) keep(accepted(listener), "server of a busy listener");
  }
}

void Zoo::add_unix_pairs() {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
    Pair filled = unix_pair(type);
    send_until_full(filled.a.get(), 100);
    keep_pair(std::move(filled), "filled pair");
    Pair half = unix_pair(type);
    shutdown(half.a.get(), SHUT_WR);
    keep_pair(std::move(half), "half closed pair");
    Pair widowed = unix_pair(type);
    widowed.b.reset();
    keep(std::move(widowed.a), "socket whose peer died");
  }
}

void Zoo::add_netlink() {
  keep(netlink_socket(NETLINK_ROUTE, 900001, 0), "rtnl");
  keep(netlink_socket(NETLINK_ROUTE, 900002, RTMGRP_LINK | RTMGRP_IPV6_ROUTE), "rtnl in groups");
  keep(netlink_socket(NETLINK_ROUTE, 0xf0000001, 0), "rtnl with a port beyond 2^31");
  keep(netlink_socket(NETLINK_GENERIC, 900003, 0), "genl");
  keep(netlink_socket(NETLINK_KOBJECT_UEVENT, 900004, 1), "uevent");
  keep(netlink_socket(NETLINK_USERSOCK, 900005, 3), "usersock");
  keep(netlink_socket(NETLINK_SOCK_DIAG, 900006, 0), "sock_diag");
  const int connected = keep(netlink_socket(NETLINK_ROUTE, 900007, 0), "connected rtnl");
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  connect(connected, reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
  const int to_group = keep(netlink_socket(NETLINK_USERSOCK, 900008, 0), "usersock connected to a group");
  sockaddr_nl group = kernel;
  group.nl_pid = 900005;
  group.nl_groups = 2;
  connect(to_group, reinterpret_cast<const sockaddr*>(&group), sizeof group);
}

void Zoo::add_packet() {
  keep(packet_socket(SOCK_RAW, ETH_P_ALL, true), "packet raw on lo");
  keep(packet_socket(SOCK_RAW, ETH_P_ARP, false), "packet raw arp");
  keep(packet_socket(SOCK_DGRAM, ETH_P_IP, false), "packet dgram ip");
  keep(packet_socket(SOCK_DGRAM, 0x88b5, true), "packet dgram of a protocol without a name");
  keep(UniqueFd(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)), "packet raw unbound");
}

}  // namespace live
