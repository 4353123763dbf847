// Makes sockets, and asks the very sockets for the truth that skq must tell.
//
// Everything is made close-on-exec: what the tests hold must not turn up as owned by the commands that they run.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.h"

namespace live {

using skq::UniqueFd;

struct Pair {
  UniqueFd a, b;
};

/// socketpair(2) of unix sockets.
Pair unix_pair(int type);
UniqueFd unix_socket(int type);
/// The name is a path, or abstract where it begins with NUL. An empty one: not bound.
UniqueFd unix_bound(int type, std::string_view name);
UniqueFd unix_listener(int type, std::string_view name, int backlog);
bool unix_connect(int fd, std::string_view name);
/// Connected, and not blocking where the queue is full.
UniqueFd unix_client(int type, std::string_view name);

/// A socket address that is large enough for both.
struct InetAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
/// Numeric, "127.0.0.1" or "::1".
InetAddress inet_address(const std::string& host, std::uint16_t port);
UniqueFd inet_socket(const std::string& host, int type);
UniqueFd inet_bound(const std::string& host, std::uint16_t port, int type);
UniqueFd tcp_listener(const std::string& host, std::uint16_t port, int backlog = 128);
bool inet_connect(int fd, const std::string& host, std::uint16_t port);
UniqueFd inet_client(const std::string& host, std::uint16_t port, int type = SOCK_STREAM);
std::uint16_t local_port(int fd);
/// A client (a) and the server's accepted end (b) of one connection to that listener.
Pair tcp_pair(int listener, const std::string& host, std::uint16_t port);
UniqueFd accepted(int listener);

UniqueFd netlink_socket(int protocol, std::uint32_t portid, std::uint32_t groups);

/// What this kernel says to a dump of that family and protocol: 0, or why it has none, ENOENT where it cannot be asked.
int diag_error(std::uint8_t family, std::uint8_t protocol);

void set_nonblocking(int fd);
void set_option(int fd, int option, int value);
/// Sends messages of that size until the kernel would let the sender wait. Gives how many went out.
std::size_t send_until_full(int fd, std::size_t message_size);
bool send_text(int fd, std::string_view text);

// The truth.
std::uint32_t inode_of(int fd);
/// As skq prints it: hexadecimal.
std::string cookie_of(int fd);
enum MemoryIndex : std::uint8_t {
  rmem_alloc,
  rcvbuf,
  wmem_alloc,
  sndbuf,
  fwd_alloc,
  wmem_queued,
  optmem,
  backlog,
  drops
};
/// SO_MEMINFO.
std::array<std::uint32_t, 9> memory_of(int fd);
/// SIOCOUTQ and SIOCINQ.
int queued_out(int fd);
int queued_in(int fd);
bool can_write_now(int fd);

/// TCP_INFO's word for the state, a number of net/tcp_states.h; waits up to a second for it.
bool reaches_tcp_state(int fd, int state);

/// How many descriptors this process may still open, after the limit was raised as far as permitted.
std::size_t descriptors_left();

}  // namespace live
