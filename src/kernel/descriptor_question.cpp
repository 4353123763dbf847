#include "kernel/descriptor_question.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "base/unique_fd.h"

namespace skq::kernel {
namespace {

// Headers of Linux 5.5 and before lack the second; since then a call has the same number on every machine but one.
#ifdef SYS_pidfd_getfd
constexpr long pidfd_open_number = SYS_pidfd_open, pidfd_getfd_number = SYS_pidfd_getfd;
#else
constexpr long pidfd_open_number = 434, pidfd_getfd_number = 438;
#endif

/// By the thread, which may have a table of its own; before Linux 6.9 only by the process.
UniqueFd open_process(int pid, int tid) {
  constexpr unsigned thread_flag = O_EXCL;  // PIDFD_THREAD
  UniqueFd thread(static_cast<int>(::syscall(pidfd_open_number, tid, thread_flag)));
  if (thread.valid()) return thread;
  return UniqueFd(static_cast<int>(::syscall(pidfd_open_number, pid, 0)));
}

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
  const UniqueFd process = open_process(pid, tid);
  if (!process.valid()) {
    context.note_shortage(errno);
    return std::nullopt;
  }
  const UniqueFd socket(static_cast<int>(::syscall(pidfd_getfd_number, process.get(), wait.fd, 0)));
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
