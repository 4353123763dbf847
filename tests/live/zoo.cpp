#include "zoo.h"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace live {
namespace {

std::string abstract(const std::string& name) { return std::string(1, '\0') + name; }

UniqueFd with_v6only(const std::string& host, std::uint16_t port, int type) {
  UniqueFd made = inet_socket(host, type);
  constexpr int on = 1;
  setsockopt(made.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  set_option(made.get(), SO_REUSEADDR, 1);
  const InetAddress at = inet_address(host, port);
  if (bind(made.get(), at.get(), at.length) != 0) return {};
  if (type == SOCK_STREAM && listen(made.get(), 7) != 0) return {};
  return made;
}

UniqueFd on_device(const std::string& host, std::uint16_t port, int type) {
  UniqueFd made = inet_socket(host, type);
  if (setsockopt(made.get(), SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0) return {};
  const InetAddress at = inet_address(host, port);
  if (bind(made.get(), at.get(), at.length) != 0) return {};
  if (type == SOCK_STREAM && listen(made.get(), 9) != 0) return {};
  return made;
}

UniqueFd multicast_receiver() {
  UniqueFd made = inet_bound("224.1.2.3", 5353, SOCK_DGRAM);
  ip_mreqn group{};
  group.imr_multiaddr.s_addr = htonl(0xe0010203);
  group.imr_ifindex = static_cast<int>(if_nametoindex("lo"));
  if (setsockopt(made.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group) != 0) return {};
  return made;
}

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
  add_unix_pairs();
  add_tcp_listeners();
  add_tcp_connections("127.0.0.1", "127.0.0.1", 4100);
  add_tcp_connections("::1", "::1", 4101);
  add_tcp_connections("::", "127.0.0.1", 4102);
  add_half_open();
  add_udp();
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

void Zoo::add_tcp_listeners() {
  keep(tcp_listener("0.0.0.0", 80, 5), "listener on a service's port");
  keep(tcp_listener("127.0.0.1", 8080, 128), "v4 listener");
  keep(tcp_listener("::", 22, 3), "dual listener");
  keep(with_v6only("::", 443, SOCK_STREAM), "v6only listener");
  keep(on_device("0.0.0.0", 4110, SOCK_STREAM), "listener on a device");
  keep(on_device("::", 4111, SOCK_STREAM), "v6 listener on a device");
  keep(inet_socket("127.0.0.1", SOCK_STREAM), "fresh tcp socket");
}

void Zoo::add_tcp_connections(const std::string& listener_host, const std::string& host, std::uint16_t port) {
  const int listener = keep(tcp_listener(listener_host, port, 10), "tcp listener");
  const auto connect_one = [&] { return tcp_pair(listener, host, port); };
  keep_pair(connect_one(), "tcp pair");
  Pair unread = connect_one();
  send_text(unread.a.get(), "unread");
  keep_pair(std::move(unread), "tcp pair with unread data");
  Pair half = connect_one();  // FIN-WAIT-2 and CLOSE-WAIT
  shutdown(half.a.get(), SHUT_WR);
  keep_pair(std::move(half), "half closed tcp pair");
  Pair stuck = connect_one();  // FIN-WAIT-1: the FIN waits behind data that nobody reads
  set_option(stuck.a.get(), SO_SNDBUF, 30000);
  set_option(stuck.b.get(), SO_RCVBUF, 3000);
  send_until_full(stuck.a.get(), 1000);
  shutdown(stuck.a.get(), SHUT_WR);
  keep_pair(std::move(stuck), "tcp pair with a FIN behind data");
  Pair last = connect_one();  // LAST-ACK: the same from the side that closes second
  set_option(last.b.get(), SO_SNDBUF, 30000);
  set_option(last.a.get(), SO_RCVBUF, 3000);
  shutdown(last.a.get(), SHUT_WR);
  if (!reaches_tcp_state(last.b.get(), TCP_CLOSE_WAIT)) failures_.emplace_back("CLOSE-WAIT");
  send_until_full(last.b.get(), 1000);
  shutdown(last.b.get(), SHUT_WR);
  keep_pair(std::move(last), "tcp pair in LAST-ACK");
  Pair gone = connect_one();  // TIME-WAIT
  gone.a.reset();
  gone.b.reset();
  keep(inet_client(host, port), "client not yet accepted");
}

void Zoo::add_half_open() {
  // Both queues are full: further connections stay in SYN-SENT.
  keep(tcp_listener("127.0.0.1", 4120, 0), "full listener");
  keep(inet_client("127.0.0.1", 4120), "the one that fits");
  const int refused = keep(inet_socket("127.0.0.1", SOCK_STREAM | SOCK_NONBLOCK), "client in SYN-SENT");
  inet_connect(refused, "127.0.0.1", 4120);
  // A listener that waits for data keeps the connection in SYN-RECV.
  const int deferring = keep(tcp_listener("127.0.0.1", 4121, 5), "deferring listener");
  constexpr int seconds = 60;
  setsockopt(deferring, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
  keep(inet_client("127.0.0.1", 4121), "client of a deferring listener");
}

void Zoo::add_udp() {
  keep(inet_bound("127.0.0.1", 53, SOCK_DGRAM), "udp server");
  keep(inet_client("127.0.0.1", 53, SOCK_DGRAM), "udp client");
  send_text(keep(inet_client("127.0.0.1", 53, SOCK_DGRAM), "udp client"), "question");
  keep(inet_bound("0.0.0.0", 4130, SOCK_DGRAM), "udp any");
  keep(inet_bound("::", 4131, SOCK_DGRAM), "udp dual");
  keep(with_v6only("::", 4132, SOCK_DGRAM), "udp v6only");
  keep(inet_bound("::1", 4133, SOCK_DGRAM), "udp v6");
  keep(inet_client("::1", 4133, SOCK_DGRAM), "udp v6 client");
  keep(inet_client("::ffff:127.0.0.1", 4130, SOCK_DGRAM), "udp mapped client");
  keep(on_device("0.0.0.0", 4134, SOCK_DGRAM), "udp on a device");
  keep(on_device("::", 4135, SOCK_DGRAM), "udp v6 on a device");
  keep(multicast_receiver(), "multicast receiver");
  keep(inet_socket("127.0.0.1", SOCK_DGRAM), "fresh udp socket");
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
