// A process that does something and then waits to be killed: the subject of the owner scan's tests.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace skq::test {

class Child {
 public:
  /// Returns once `prepare` has run in the child.
  explicit Child(const std::function<void()>& prepare) {
    int ready[2];
    if (::pipe(ready) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ready[0]);
      prepare();
      tell(ready[1]);
      for (;;) ::pause();
    }
    ::close(ready[1]);
    char byte = 0;
    ready_ = ::read(ready[0], &byte, 1) == 1;
    ::close(ready[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] int pid() const { return pid_; }
  [[nodiscard]] bool ready() const { return ready_; }

 private:
  static void tell(int fd) {
    if (::write(fd, "r", 1) != 1) ::_exit(1);
    ::close(fd);
  }

  int pid_ = -1;
  bool ready_ = false;
};

}  // namespace skq::test
