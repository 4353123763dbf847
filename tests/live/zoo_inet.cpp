// The zoo's inet sockets.
#include <net/if.h>
#include <netinet/tcp.h>

#include "zoo.h"

namespace live {
namespace {

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

}  // namespace

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
  Pair closing = connect_one();  // CLOSING and FIN-WAIT-2: the other's FIN comes while our own waits behind data
  set_option(closing.a.get(), SO_SNDBUF, 30000);
  set_option(closing.b.get(), SO_RCVBUF, 3000);
  send_until_full(closing.a.get(), 1000);
  shutdown(closing.a.get(), SHUT_WR);
  if (!reaches_tcp_state(closing.a.get(), TCP_FIN_WAIT1)) failures_.emplace_back("FIN-WAIT-1");
  shutdown(closing.b.get(), SHUT_WR);
  keep_pair(std::move(closing), "tcp pair in CLOSING");
  Pair gone = connect_one();  // TIME-WAIT
  gone.a.reset();
  gone.b.reset();
  keep(inet_client(host, port), "client not yet accepted");
}

void Zoo::add_half_open(const std::string& host, std::uint16_t port) {
  // Both queues are full: further connections stay in SYN-SENT.
  keep(tcp_listener(host, port, 0), "full listener");
  keep(inet_client(host, port), "the one that fits");
  const int refused = keep(inet_socket(host, SOCK_STREAM | SOCK_NONBLOCK), "client in SYN-SENT");
  inet_connect(refused, host, port);
  // A listener that waits for data keeps the connection in SYN-RECV.
  const auto deferred = static_cast<std::uint16_t>(port + 1);
  const int deferring = keep(tcp_listener(host, deferred, 5), "deferring listener");
  constexpr int seconds = 60;
  setsockopt(deferring, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
  keep(inet_client(host, deferred), "client of a deferring listener");
  keep(inet_bound(host, static_cast<std::uint16_t>(port + 10), SOCK_STREAM), "bound tcp socket");
}

void Zoo::add_tcp_options(const std::string& host, std::uint16_t port) {
  const int listener = keep(tcp_listener(host, port, 20), "tcp listener");
  const bool v6 = host.find(':') != std::string::npos;
  constexpr int class_of_service = 0x10;
  const auto pair_with = [&](int level, int option, const void* value, socklen_t size, const char* what) {
    Pair pair = tcp_pair(listener, host, port);
    if (setsockopt(pair.a.get(), level, option, value, size) != 0) failures_.emplace_back(what);
    keep_pair(std::move(pair), what);
  };
  const auto number_with = [&](int level, int option, int value, const char* what) {
    pair_with(level, option, &value, sizeof value, what);
  };
  number_with(SOL_SOCKET, SO_KEEPALIVE, 1, "tcp pair with keepalive");
  number_with(SOL_SOCKET, SO_MARK, 0x2a, "tcp pair with a mark");
  number_with(SOL_SOCKET, SO_SNDBUF, 10000, "tcp pair with a small send buffer");
  number_with(IPPROTO_TCP, TCP_NODELAY, 1, "tcp pair without delay");
  number_with(v6 ? int{IPPROTO_IPV6} : int{IPPROTO_IP}, v6 ? IPV6_TCLASS : IP_TOS, class_of_service,
              "tcp pair with a class of service");
  pair_with(IPPROTO_TCP, TCP_CONGESTION, "reno", 4, "tcp pair with reno");
  Pair shut = tcp_pair(listener, host, port);
  shutdown(shut.a.get(), SHUT_RD);
  keep_pair(std::move(shut), "tcp pair that reads no more");
  for (int waiting = 0; waiting < 3; ++waiting) keep(inet_client(host, port), "client not yet accepted");
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
  for (const char* const host : {"127.0.0.1", "::1"}) {
    // Connected to each other, one with unread data.
    const int one = keep(inet_bound(host, 4150, SOCK_DGRAM), "udp end");
    const int other = keep(inet_bound(host, 4151, SOCK_DGRAM), "udp end");
    inet_connect(one, host, 4151);
    inet_connect(other, host, 4150);
    send_text(one, "unread");
    shutdown(keep(inet_client(host, 4151, SOCK_DGRAM), "udp socket that writes no more"), SHUT_WR);
    keep(on_device(host, 4152, SOCK_DGRAM), "udp socket on a device");
  }
}

void Zoo::add_raw() {
  for (const int protocol : {IPPROTO_ICMP, IPPROTO_UDPLITE}) {
    keep(UniqueFd(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, protocol)), "raw socket");
    const int connected = keep(UniqueFd(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, protocol)), "connected raw socket");
    inet_connect(connected, "127.0.0.1", 0);
  }
  keep(UniqueFd(socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6)), "raw v6 socket");
}

}  // namespace live
