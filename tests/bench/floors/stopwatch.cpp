// Runs one command, takes its output through a pipe and throws it away, and prints what the command cost as JSON.
//
//   skq_stopwatch [--count] [--patience SECONDS] COMMAND...
//
// Small on purpose: a child's peak memory, as wait4 tells it, is never below that of the process that started it
// (fs/exec.c, exec_mmap), so an interpreter cannot measure it. --count also counts the lines that do not begin with a
// blank; that takes time from the command where cores are few, so timed runs do without. A command that takes longer
// than --patience is killed, which the JSON tells.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

extern char** environ;

namespace {

[[noreturn]] void fail(const char* what, int error) {
  std::fprintf(stderr, "skq_stopwatch: %s: %s\n", what, std::strerror(error));
  _exit(1);
}

long long now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

long long in_us(const timeval& time) { return time.tv_sec * 1'000'000LL + time.tv_usec; }

class LineCount {
 public:
  void feed(const char* at, const char* end) {
    while (at != end) {
      if (at_start_) lines_ += *at != ' ' && *at != '\t' && *at != '\n' ? 1 : 0;
      const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      at_start_ = newline != nullptr;
      at = newline != nullptr ? newline + 1 : end;
    }
  }
  [[nodiscard]] long lines() const { return lines_; }

 private:
  long lines_ = 0;
  bool at_start_ = true;
};

volatile pid_t running = 0;

void kill_at_alarm(int seconds) {
  if (std::signal(SIGALRM, [](int) { kill(running, SIGKILL); }) == SIG_ERR) fail("signal", errno);
  alarm(static_cast<unsigned>(seconds));
}

pid_t start(char** command, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t child = 0;
  if (const int error = posix_spawnp(&child, command[0], &actions, nullptr, command, environ)) fail(command[0], error);
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

char buffer[1U << 16U];

}  // namespace

int main(int argc, char** argv) {
  const bool count = argc > 1 && std::strcmp(argv[1], "--count") == 0;
  char** command = argv + (count ? 2 : 1);
  int patience = 0;
  if (command[0] != nullptr && command[1] != nullptr && std::strcmp(command[0], "--patience") == 0) {
    patience = std::atoi(command[1]);
    command += 2;
  }
  int ends[2];
  if (*command == nullptr) return 2;
  if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe", errno);
  LineCount lines;
  long long bytes = 0;
  const long long began = now_ns();
  const pid_t child = start(command, ends[1]);
  running = child;
  if (patience > 0) kill_at_alarm(patience);
  close(ends[1]);
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0; bytes += got) {
    if (count) lines.feed(buffer, buffer + got);
  }
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) != child) fail("wait4", errno);
  const long long wall = now_ns() - began;
  std::printf(R"({"wall_ns":%lld,"user_us":%lld,"system_us":%lld,"maxrss_kib":%ld,"bytes":%lld,"lines":%ld,)"
              R"("exit":%d,"signal":%d})"
              "\n",
              wall, in_us(used.ru_utime), in_us(used.ru_stime), used.ru_maxrss, bytes, count ? lines.lines() : -1L,
              WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  return 0;
}
