#include "kernel/descriptor_question.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <optional>

#include "base/unique_fd.h"
#include "kernel/pidfd.h"

namespace skq::kernel {
namespace {

std::optional<int> option(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(fd, SOL_SOCKET, name, &value, &size) != 0) return std::nullopt;
  return value;
}

bool is_connected_datagram(int fd, Inode inode) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || status.st_ino != static_cast<std::uint64_t>(inode)) return false;
  if (option(fd, SO_DOMAIN) != AF_UNIX || option(fd, SO_TYPE) != SOCK_DGRAM) return false;
  sockaddr_un peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

std::optional<bool> ask_writable(LookContext& context, int pid, int tid, const SocketWait& wait) {
  const UniqueFd process = open_thread(pid, tid);
  if (!process.valid()) {
    context.note_shortage(errno);
    return std::nullopt;
  }
  const UniqueFd socket = duplicate_of(process, wait.fd);
  if (!socket.valid() || !is_connected_datagram(socket.get(), wait.inode)) return std::nullopt;
  pollfd asked{socket.get(), POLLOUT, 0};
  const int count = ::poll(&asked, 1, 0);
  if (count < 0) return std::nullopt;
  return count > 0;
}

}  // namespace

void ask_whether_ready(LookContext& context, int pid, int tid, SocketWait& wait) {
  if (wait.what != WaitFor::send || wait.fd < 0) return;
  if (context.duplicates_left.fetch_sub(1) <= 0) {
    context.left_unasked = true;
    return;
  }
  wait.ready = ask_writable(context, pid, tid, wait);
}

}  // namespace skq::kernel
