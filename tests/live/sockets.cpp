#include "sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

namespace live {
namespace {

struct UnixAddress {
  sockaddr_un address{};
  socklen_t length = 0;
};

UnixAddress unix_address(std::string_view name) {
  UnixAddress made;
  made.address.sun_family = AF_UNIX;
  const std::size_t size = std::min(name.size(), sizeof made.address.sun_path);
  std::memcpy(made.address.sun_path, name.data(), size);
  made.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
  return made;
}

template <class T>
T option_of(int fd, int option) {
  T value{};
  socklen_t size = sizeof value;
  getsockopt(fd, SOL_SOCKET, option, &value, &size);
  return value;
}

}  // namespace

Pair unix_pair(int type) {
  std::array<int, 2> ends{-1, -1};
  socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data());
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd unix_socket(int type) { return UniqueFd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0)); }

UniqueFd unix_bound(int type, std::string_view name) {
  UniqueFd made = unix_socket(type);
  const UnixAddress to = unix_address(name);
  if (!name.empty() && bind(made.get(), reinterpret_cast<const sockaddr*>(&to.address), to.length) != 0) return {};
  return made;
}

UniqueFd unix_listener(int type, std::string_view name, int backlog) {
  UniqueFd made = unix_bound(type, name);
  if (listen(made.get(), backlog) != 0) return {};
  return made;
}

bool unix_connect(int fd, std::string_view name) {
  const UnixAddress to = unix_address(name);
  return connect(fd, reinterpret_cast<const sockaddr*>(&to.address), to.length) == 0;
}

UniqueFd unix_client(int type, std::string_view name) {
  UniqueFd made = unix_socket(type | SOCK_NONBLOCK);
  if (!unix_connect(made.get(), name)) return {};
  return made;
}

InetAddress inet_address(const std::string& host, std::uint16_t port) {
  InetAddress made;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    std::memcpy(&made.storage, &v4, sizeof v4);
    made.length = sizeof v4;
    return made;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr);
  std::memcpy(&made.storage, &v6, sizeof v6);
  made.length = sizeof v6;
  return made;
}

UniqueFd inet_socket(const std::string& host, int type) {
  return UniqueFd(socket(inet_address(host, 0).storage.ss_family, type | SOCK_CLOEXEC, 0));
}

UniqueFd inet_bound(const std::string& host, std::uint16_t port, int type) {
  UniqueFd made = inet_socket(host, type);
  set_option(made.get(), SO_REUSEADDR, 1);
  const InetAddress at = inet_address(host, port);
  if (bind(made.get(), at.get(), at.length) != 0) return {};
  return made;
}

UniqueFd tcp_listener(const std::string& host, std::uint16_t port, int backlog) {
  UniqueFd made = inet_bound(host, port, SOCK_STREAM);
  if (listen(made.get(), backlog) != 0) return {};
  return made;
}

bool inet_connect(int fd, const std::string& host, std::uint16_t port) {
  const InetAddress to = inet_address(host, port);
  return connect(fd, to.get(), to.length) == 0;
}

UniqueFd inet_client(const std::string& host, std::uint16_t port, int type) {
  UniqueFd made = inet_socket(host, type);
  if (!inet_connect(made.get(), host, port)) return {};
  return made;
}

std::uint16_t local_port(int fd) {
  InetAddress at;
  at.length = sizeof at.storage;
  getsockname(fd, reinterpret_cast<sockaddr*>(&at.storage), &at.length);
  // The port stands at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&at.storage)->sin_port);
}

UniqueFd accepted(int listener) { return UniqueFd(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)); }

Pair tcp_pair(int listener, const std::string& host, std::uint16_t port) {
  UniqueFd client = inet_client(host, port);
  return {std::move(client), accepted(listener)};
}

UniqueFd netlink_socket(int protocol, std::uint32_t portid, std::uint32_t groups) {
  UniqueFd made(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  sockaddr_nl at{};
  at.nl_family = AF_NETLINK;
  at.nl_pid = portid;
  at.nl_groups = groups;
  if (bind(made.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) return {};
  return made;
}

int diag_error(std::uint8_t family, std::uint8_t protocol) {
  struct {
    nlmsghdr header;
    sock_diag_req request;
    std::array<std::uint32_t, 32> rest;
  } message{};
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.request = {family, protocol};
  // struct inet_diag_req_v2 is the longest, 56 bytes; what follows would be read as attributes.
  if (family == AF_INET) message.header.nlmsg_len = sizeof message.header + 56;
  const UniqueFd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (send(fd.get(), &message, message.header.nlmsg_len, 0) < 0) return errno;
  std::array<char, 8192> answer{};
  if (recv(fd.get(), answer.data(), answer.size(), 0) < static_cast<ssize_t>(sizeof(nlmsghdr) + sizeof(int)))
    return EIO;
  nlmsghdr header{};
  std::memcpy(&header, answer.data(), sizeof header);
  int error = 0;
  std::memcpy(&error, answer.data() + sizeof header, sizeof error);
  return header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE ? -error : 0;
}

void set_nonblocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

void set_option(int fd, int option, int value) { setsockopt(fd, SOL_SOCKET, option, &value, sizeof value); }

std::size_t send_until_full(int fd, std::size_t message_size) {
  const std::string message(message_size, 'x');
  std::size_t sent = 0;
  while (send(fd, message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) ++sent;
  return sent;
}

bool send_text(int fd, std::string_view text) {
  return send(fd, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

std::uint32_t inode_of(int fd) {
  struct stat facts {};
  fstat(fd, &facts);
  return static_cast<std::uint32_t>(facts.st_ino);
}

std::string cookie_of(int fd) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%llx",
                static_cast<unsigned long long>(option_of<std::uint64_t>(fd, SO_COOKIE)));
  return text.data();
}

std::array<std::uint32_t, 9> memory_of(int fd) { return option_of<std::array<std::uint32_t, 9>>(fd, SO_MEMINFO); }

int queued_out(int fd) {
  int bytes = -1;
  ioctl(fd, SIOCOUTQ, &bytes);
  return bytes;
}

int queued_in(int fd) {
  int bytes = -1;
  ioctl(fd, SIOCINQ, &bytes);
  return bytes;
}

bool can_write_now(int fd) {
  pollfd one{fd, POLLOUT, 0};
  return poll(&one, 1, 0) == 1 && (one.revents & POLLOUT) != 0;
}

bool reaches_tcp_state(int fd, int state) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_state == state) return true;
    usleep(1000);
  }
  return false;
}

std::size_t descriptors_left() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  constexpr rlim_t spare = 64, enough = 100000;
  return static_cast<std::size_t>(std::min(limit.rlim_cur, enough) - spare);
}

}  // namespace live
