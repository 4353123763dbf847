// A process that opens, closes and passes on sockets as it is told, and sleeps in between.
#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "child_process.h"
#include "kernel/proc_dir.h"
#include "skq/types.h"

namespace skq::test {

class Puppet {
 public:
  /// What it did, by its own word.
  struct Done {
    int fd = -1;
    Inode inode{};
    int pid = 0;
  };

  Puppet() {
    std::array<int, 2> mine{}, shared{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, mine.data()) != 0 ||
        ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, shared.data()) != 0)
      return;
    strings_ = UniqueFd(mine[0]);
    second_strings_ = UniqueFd(shared[0]);
    pid_ = ::fork();
    if (pid_ == 0) {
      end_with_parent();
      ::close(mine[0]);
      ::close(shared[0]);
      second_ = shared[1];
      obey(mine[1]);
    }
    ::close(mine[1]);
    ::close(shared[1]);
  }
  Puppet(const Puppet&) = delete;
  Puppet& operator=(const Puppet&) = delete;
  ~Puppet() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    for (const int pid : others_) ::kill(pid, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    const auto is_gone = [this](int pid) {
      const std::string stat = file("/stat", pid);
      return stat.empty() || stat.find(") Z ") != std::string::npos;
    };
    for (const int pid : others_) wait([&] { return is_gone(pid); });
  }

  [[nodiscard]] int pid() const { return pid_; }

  Done open() { return tell(strings_, {'o'}, pid_); }
  void close(int fd) { tell(strings_, {'c', fd}, pid_); }
  /// Another socket at the same number.
  Done swap(int fd) { return tell(strings_, {'s', fd}, pid_); }
  /// One of ours in the place of one of its own; -1: beside them.
  Done take(int ours, int place) { return tell(strings_, {'t', place}, pid_, ours); }
  /// A child with copies of all descriptors.
  Done fork() { return remember(tell(strings_, {'f'}, pid_)); }
  /// A process that shares the very table, and swaps for it.
  Done share() { return remember(tell(strings_, {'h'}, pid_)); }
  Done swap_by_other(int fd) { return tell(second_strings_, {'s', fd}, others_.back()); }
  /// A thread with a table and a socket of its own.
  Done thread() { return tell(strings_, {'p'}, pid_); }
  void exec() {
    tell(strings_, {'e'}, 0);
    wait([&] { return file("/comm") == "sleep\n" && file("/stat").find(") S ") != std::string::npos; });
  }

 private:
  struct Order {
    char what = 0;
    int fd = -1;
  };

  /// Returns when it sleeps again: the kernel accounts for what a thread did when it leaves the processor.
  Done tell(const UniqueFd& strings, Order order, int pid, int passed = -1) {
    Done done;
    if (!send(strings.get(), order, passed) || ::recv(strings.get(), &done, sizeof done, 0) != sizeof done) return {};
    const int whose = pid;
    if (whose != 0) wait([&] { return file("/stat", whose).find(") S ") != std::string::npos; });
    return done;
  }
  Done remember(Done done) {
    others_.push_back(done.pid);
    wait([&] { return file("/stat", done.pid).find(") S ") != std::string::npos; });
    return done;
  }
  [[nodiscard]] std::string file(const char* name, int pid = 0) const {
    std::string text;
    kernel::read_file_at(AT_FDCWD, kernel::ProcPath("/proc/", pid != 0 ? pid : pid_, name).c_str(), 4096, text);
    return text;
  }
  template <class Condition>
  static void wait(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  static bool send(int through, Order order, int passed) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    iovec data{&order, sizeof order};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    if (passed >= 0) {
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      cmsghdr* const head = CMSG_FIRSTHDR(&message);
      head->cmsg_level = SOL_SOCKET;
      head->cmsg_type = SCM_RIGHTS;
      head->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(head), &passed, sizeof passed);
    }
    return ::sendmsg(through, &message, 0) == static_cast<ssize_t>(sizeof order);
  }

  // --- in the child

  static void end_with_parent() { ::prctl(PR_SET_PDEATHSIG, SIGKILL); }
  static Inode inode_of(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 ? static_cast<Inode>(status.st_ino) : Inode{};
  }
  static int receive(int strings, Order& order) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    iovec data{&order, sizeof order};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(strings, &message, MSG_CMSG_CLOEXEC) != static_cast<ssize_t>(sizeof order)) ::_exit(0);
    int passed = -1;
    if (const cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr)
      std::memcpy(&passed, CMSG_DATA(head), sizeof passed);
    return passed;
  }
  static int put(int fd, int place) {
    if (place < 0) return fd;
    ::dup3(fd, place, O_CLOEXEC);
    ::close(fd);
    return place;
  }
  static int new_socket() { return ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); }

  [[noreturn]] static void obey(int strings) {
    for (;;) {
      Order order;
      const int passed = receive(strings, order);
      Done done;
      if (order.what == 'o') done.fd = new_socket();
      if (order.what == 'c') ::close(order.fd);
      if (order.what == 's') done.fd = put(new_socket(), order.fd);
      if (order.what == 't') done.fd = put(passed, order.fd);
      if (order.what == 'f') done.pid = fork_other();
      if (order.what == 'h') done.pid = share_table();
      if (order.what == 'p') done = start_thread();
      if (done.inode == Inode{}) done.inode = inode_of(done.fd);
      if (::send(strings, &done, sizeof done, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof done)) ::_exit(0);
      if (order.what == 'e') ::execlp("sleep", "sleep", "1000", nullptr);
    }
  }
  static int fork_other() {
    const int pid = ::fork();
    if (pid == 0) {
      end_with_parent();
      for (;;) ::pause();
    }
    return pid;
  }
  static int share_table() {
    const auto pid = static_cast<int>(::syscall(SYS_clone, CLONE_FILES | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
    if (pid == 0) {
      end_with_parent();
      obey(second_);
    }
    return pid;
  }
  static Done start_thread() {
    static Done told;
    pthread_barrier_t ready;
    pthread_barrier_init(&ready, nullptr, 2);
    static pthread_barrier_t* barrier;
    barrier = &ready;
    pthread_t thread{};
    ::pthread_create(
        &thread, nullptr,
        [](void*) -> void* {
          ::unshare(CLONE_FILES);
          told.fd = new_socket();
          told.inode = inode_of(told.fd);
          pthread_barrier_wait(barrier);
          for (;;) ::pause();
        },
        nullptr);
    pthread_barrier_wait(&ready);
    return told;
  }

  inline static int second_ = -1;
  UniqueFd strings_, second_strings_;
  int pid_ = -1;
  std::vector<int> others_;
};

}  // namespace skq::test
