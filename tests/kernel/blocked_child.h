// A process that blocks in a system call until the object goes away: what a look at its threads must see is known.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

#include "skq/types.h"

namespace skq::test {

inline std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Asks again until it is so, for at most ten seconds.
inline bool wait_until(const std::function<bool()>& is_so) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

inline std::string task_file(int pid, int tid, const char* name) {
  return read_text("/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/" + name);
}

/// Whether a thread sleeps in the call with that number.
inline bool is_in_call(int pid, int tid, long number) {
  const std::string stat = task_file(pid, tid, "stat");
  const std::size_t comm_end = stat.rfind(')');
  if (comm_end == std::string::npos || comm_end + 2 >= stat.size()) return false;
  const char state = stat[comm_end + 2];
  return (state == 'S' || state == 'D') && task_file(pid, tid, "syscall").starts_with(std::to_string(number) + " ");
}

inline Inode inode_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? static_cast<Inode>(status.st_ino) : Inode{};
}

inline std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

class BlockedChild {
 public:
  explicit BlockedChild(const std::function<void()>& body) {
    pid_ = ::fork();
    if (pid_ != 0) return;
    body();
    ::_exit(9);
  }
  BlockedChild(const BlockedChild&) = delete;
  BlockedChild& operator=(const BlockedChild&) = delete;
  ~BlockedChild() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGCONT);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] int pid() const { return pid_; }
  /// Until it sleeps in that call; false: it never did.
  [[nodiscard]] bool blocks_in(long number) const {
    return wait_until([&] { return is_in_call(pid_, pid_, number); });
  }

 private:
  int pid_ = -1;
};

}  // namespace skq::test
