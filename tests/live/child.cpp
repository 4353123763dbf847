#include "child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace live {
namespace {

void close_all_but(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned from = STDERR_FILENO + 1;
  for (const int fd : keep) {
    const auto kept = static_cast<unsigned>(fd);
    if (kept > from) close_range(from, kept - 1, 0);
    from = std::max(from, kept + 1);
  }
  close_range(from, ~0U, 0);
}

}  // namespace

Child::Child(const std::vector<int>& keep, const std::function<bool()>& body) {
  std::array<int, 2> ready{-1, -1};
  if (pipe2(ready.data(), O_CLOEXEC) != 0) std::abort();
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<int> kept = keep;
    kept.push_back(ready[1]);
    close_all_but(std::move(kept));
    const char answer = body() ? 'y' : 'n';
    if (write(ready[1], &answer, 1) != 1) _exit(1);
    close(ready[1]);
    for (;;) pause();
  }
  close(ready[1]);
  char answer = 'n';
  ok_ = read(ready[0], &answer, 1) == 1 && answer == 'y';
  close(ready[0]);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), ok_(other.ok_) {}

Child::~Child() { end(); }

void Child::end() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace live
