#include "cli/check_watchdog.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>
#include <thread>

#include "skq/check.h"

namespace skq::cli {
namespace {

enum class Stage : int { looking, answering, answered };
std::atomic<Stage> stage = Stage::looking;

void write_line(const std::string& line) {
  std::size_t at = 0;
  while (at < line.size()) {
    const ssize_t count = ::write(STDOUT_FILENO, line.data() + at, line.size() - at);
    if (count < 0 && errno != EINTR) return;
    if (count > 0) at += static_cast<std::size_t>(count);
  }
}

/// A thread of its own: a signal would wait as long as the thread that hangs.
void wait_and_end(const timespec& end, const std::string& line) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nullptr) == EINTR) continue;
  if (begin_answer()) write_line(line);
  if (stage == Stage::answered) return;
  ::_exit(static_cast<int>(CheckStatus::unknown));
}

}  // namespace

bool limit_time(double seconds) {
  timespec end{};
  ::clock_gettime(CLOCK_MONOTONIC, &end);
  const auto whole = static_cast<time_t>(seconds);
  end.tv_sec += whole;
  end.tv_nsec += static_cast<long>((seconds - static_cast<double>(whole)) * 1e9);
  if (end.tv_nsec >= 1'000'000'000) {
    ++end.tv_sec;
    end.tv_nsec -= 1'000'000'000;
  }
  // Made now: later there may be no memory.
  std::string line = plugin_text({.text = fmt::format("no answer within {:g} s (-t)", seconds)});
  try {
    std::thread([end, line = std::move(line)] { wait_and_end(end, line); }).detach();
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

bool begin_answer() {
  Stage expected = Stage::looking;
  return stage.compare_exchange_strong(expected, Stage::answering);
}

void end_answer() { stage = Stage::answered; }

}  // namespace skq::cli
