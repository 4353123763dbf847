#include "actor.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <new>
#include <utility>

#include "probe.h"

namespace why {

void Told::will_block() {
  since_ns = now_ns();
  tid = static_cast<int>(syscall(SYS_gettid));
}

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

Actor::Actor(const std::string& comm, const std::vector<int>& keep, const Part& part) : comm_(comm) {
  void* shared = mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) std::abort();
  told_ = new (shared) Told;
  pid_ = fork();
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, comm.c_str());
  std::signal(SIGPIPE, SIG_IGN);
  close_all_but(keep);
  part(*told_);
  for (;;) pause();
}

Actor::Actor(Actor&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), comm_(other.comm_), told_(std::exchange(other.told_, nullptr)) {}

Actor::~Actor() {
  end();
  if (told_ != nullptr) munmap(told_, sizeof(Told));
}

void Actor::end() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool Actor::blocks_in(long call) const {
  if (!await([&] { return told_->tid != 0 || told_->failed; }) || told_->failed) return false;
  if (!blocks(pid_, told_->tid, call)) return false;
  told_->seen_ns = now_ns();
  return true;
}

std::string Actor::in_words() const {
  if (told_->failed) return comm_ + " failed";
  return comm_ + ": " + why::in_words(pid_, told_->tid != 0 ? told_->tid.load() : pid_);
}

Waiting Actor::waits(int fd, const std::string& syscall) const {
  return {pid_, told_->tid, fd, comm_, syscall, told_->since_ns, told_->seen_ns};
}

bool Actor::stop() const {
  kill(pid_, SIGSTOP);
  return await([&] { return state_of(pid_) == 'T'; });
}

void Actor::go_on() const { kill(pid_, SIGCONT); }

Actor holder(const std::string& comm, const std::vector<int>& keep) {
  Actor made(comm, keep, [](Told& told) {
    told.will_block();
    pause();
  });
  if (!await([&] { return made.told().tid != 0; })) std::abort();
  return made;
}

Actor stopped_holder(const std::string& comm, const std::vector<int>& keep) {
  Actor made = holder(comm, keep);
  if (!made.stop()) std::abort();
  return made;
}

}  // namespace why
