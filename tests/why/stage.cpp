#include "stage.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "live/namespace.h"

namespace why {
namespace {

std::optional<std::string> reason;

std::string failure(const std::string& doing) { return doing + ": " + std::strerror(errno); }

[[noreturn]] void end_as(int status) {
  if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
  std::signal(WTERMSIG(status), SIG_DFL);
  raise(WTERMSIG(status));
  _exit(1);
}

int await(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// Pid 1 of a namespace reaps whom nobody else does, and all end with it.
[[noreturn]] void reap_until_end_of(pid_t program) {
  for (;;) {
    int status = 0;
    const pid_t ended = wait(&status);
    if (ended == program) _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    if (ended < 0 && errno != EINTR) _exit(1);
  }
}

// /run/netns names namespaces of the host, which are none of the play.
bool mount_own_proc() {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) return false;
  struct stat facts {};
  return stat("/run/netns", &facts) != 0 || mount("none", "/run/netns", "tmpfs", 0, nullptr) == 0;
}

/// In a trial child, as there is no way back out of a namespace: why the real one would fail.
std::optional<std::string> try_out() {
  const pid_t trial = fork();
  if (trial == 0) {
    if (live::enter_private_network()) _exit(1);
    if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) _exit(2);
    const pid_t inner = fork();
    if (inner == 0) _exit(mount_own_proc() ? 0 : 3);
    _exit(WEXITSTATUS(await(inner)));
  }
  const int status = await(trial);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return "no pid namespace with a /proc of its own is permitted here (step " + std::to_string(WEXITSTATUS(status)) +
         ")";
}

}  // namespace

const std::optional<std::string>& no_stage() { return reason; }

void enter_stage() {
  reason = try_out();
  if (reason) return;
  if ((reason = live::enter_private_network())) return;
  if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) {
    reason = failure("unshare");
    return;
  }
  const pid_t first = fork();
  if (first != 0) end_as(await(first));
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!mount_own_proc()) reason = failure("mount /proc");
  const pid_t program = fork();
  if (program != 0) reap_until_end_of(program);
}

}  // namespace why
