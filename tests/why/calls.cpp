#include "calls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "live/sockets.h"

namespace why {
namespace {

std::array<char, 4096> block_of_bytes{};

msghdr message_of(iovec& piece) {
  piece = {block_of_bytes.data(), 1000};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  return message;
}

void by_write(int fd) { (void)!write(fd, block_of_bytes.data(), 1000); }
void by_send(int fd) { (void)!send(fd, block_of_bytes.data(), 1000, 0); }

void by_sendmsg(int fd) {
  iovec piece{};
  const msghdr message = message_of(piece);
  (void)!sendmsg(fd, &message, 0);
}

void by_sendmmsg(int fd) {
  iovec piece{};
  mmsghdr message{};
  message.msg_hdr = message_of(piece);
  (void)!sendmmsg(fd, &message, 1, 0);
}

void by_sendfile(int fd) {
  const int file = memfd_create("source", 0);
  (void)!write(file, block_of_bytes.data(), block_of_bytes.size());
  off_t offset = 0;
  (void)!sendfile(fd, file, &offset, 4096);
}

void by_splice(int fd) {
  std::array<int, 2> ends{};
  (void)!pipe(ends.data());
  (void)!write(ends[1], block_of_bytes.data(), 4096);
  (void)!splice(ends[0], nullptr, fd, nullptr, 4096, 0);
}

// The raw calls: which of them a libc's poll() or select() becomes differs.
void by_ppoll(int fd) {
  pollfd wanted{fd, POLLOUT, 0};
  syscall(SYS_ppoll, &wanted, 1, nullptr, nullptr, 0);
}

void by_pselect(int fd) {
  fd_set wanted;
  FD_ZERO(&wanted);
  FD_SET(fd, &wanted);
  syscall(SYS_pselect6, fd + 1, nullptr, &wanted, nullptr, nullptr, nullptr);
}

#ifdef SYS_poll
void by_poll(int fd) {
  pollfd wanted{fd, POLLOUT, 0};
  syscall(SYS_poll, &wanted, 1, -1);
}

void by_select(int fd) {
  fd_set wanted;
  FD_ZERO(&wanted);
  FD_SET(fd, &wanted);
  syscall(SYS_select, fd + 1, nullptr, &wanted, nullptr, nullptr);
}
#endif

int epoll_of(int fd, std::uint32_t events) {
  const int instance = epoll_create1(0);
  epoll_event event{};
  event.events = events;
  epoll_ctl(instance, EPOLL_CTL_ADD, fd, &event);
  return instance;
}

void wait_on(int instance) {
  epoll_event event{};
  syscall(SYS_epoll_pwait, instance, &event, 1, -1, nullptr, 0);
}

void by_epoll(int fd) { wait_on(epoll_of(fd, EPOLLOUT)); }
void by_nested_epoll(int fd) { wait_on(epoll_of(epoll_of(fd, EPOLLOUT), EPOLLIN)); }

// Its number in the table is stale: the descriptor that was registered is closed, and the socket lives by another.
void by_epoll_of_a_copy(int fd) {
  const int copy = dup(fd);
  const int instance = epoll_of(copy, EPOLLOUT);
  close(copy);
  wait_on(instance);
}

sockaddr_un address_of(std::string_view name, socklen_t& length) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), std::min(name.size(), sizeof address.sun_path));
  length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (name.starts_with('\0') ? 0 : 1));
  return address;
}

}  // namespace

const long write_number = SYS_write;

const std::vector<Call>& send_calls() {
  static const std::vector<Call> all{{"write", "write", SYS_write, by_write},
                                     {"send", "sendto", SYS_sendto, by_send},
                                     {"sendmsg", "sendmsg", SYS_sendmsg, by_sendmsg},
                                     {"sendmmsg", "sendmmsg", SYS_sendmmsg, by_sendmmsg}};
  return all;
}

const std::vector<Call>& stream_only_calls() {
  static const std::vector<Call> all{{"sendfile", "sendfile", SYS_sendfile, by_sendfile},
                                     {"splice", "splice", SYS_splice, by_splice}};
  return all;
}

const std::vector<Call>& wait_calls() {
  static const std::vector<Call> all{{"ppoll", "ppoll", SYS_ppoll, by_ppoll},
                                     {"pselect", "pselect6", SYS_pselect6, by_pselect},
#ifdef SYS_poll
                                     {"poll", "poll", SYS_poll, by_poll},
                                     {"select", "select", SYS_select, by_select},
#endif
                                     {"epoll", "epoll_pwait", SYS_epoll_pwait, by_epoll},
                                     {"nested_epoll", "epoll_pwait", SYS_epoll_pwait, by_nested_epoll},
                                     {"epoll_of_a_copy", "epoll_pwait", SYS_epoll_pwait, by_epoll_of_a_copy}};
  return all;
}

Actor blocked_in(const Call& call, const std::string& comm, int fd, const std::vector<int>& keep) {
  std::vector<int> kept = keep;
  kept.push_back(fd);
  return Actor(comm, kept, [&](Told& told) {
    live::send_until_full(fd, 1000);
    told.will_block();
    call.block(fd);
  });
}

Actor blocked_writer(const std::string& comm, int fd, const std::vector<int>& keep) {
  return blocked_in(send_calls()[0], comm, fd, keep);
}

void send_to_name(int fd, std::string_view name) {
  socklen_t length = 0;
  const sockaddr_un address = address_of(name, length);
  (void)!sendto(fd, "x", 1, 0, reinterpret_cast<const sockaddr*>(&address), length);
}

void send_message_to_name(int fd, std::string_view name) {
  iovec piece{};
  msghdr message = message_of(piece);
  piece.iov_len = 1;
  socklen_t length = 0;
  sockaddr_un address = address_of(name, length);
  message.msg_name = &address;
  message.msg_namelen = length;
  (void)!sendmsg(fd, &message, 0);
}

}  // namespace why
