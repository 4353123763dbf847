#include "cli/interruption.h"

#include <poll.h>
#include <signal.h>

#include <array>
#include <ctime>

#include "cli/stdout_reader.h"

namespace skq::cli {
namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};

// Handlers may touch nothing else.
volatile sig_atomic_t arrived = 0;

void note(int signal) { arrived = signal; }

sigset_t set_of_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

}  // namespace

Interruption::Interruption() {
  arrived = 0;
  struct sigaction action {};
  action.sa_handler = note;
  // Without SA_RESTART, so that a wait ends. Reset after the first, so that a second Ctrl-C ends a stuck write.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : signals) {
    struct sigaction before {};
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

Interruption::~Interruption() {
  for (const int signal : signals) {
    struct sigaction before {};
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler == note) ::signal(signal, SIG_DFL);
  }
}

bool Interruption::came() const { return arrived != 0; }
int Interruption::signal() const { return arrived; }

Interruption::Woke Interruption::wait(int readable, bool writes_to_stdout,
                                      std::optional<std::chrono::milliseconds> timeout) const {
  std::array<pollfd, 2> waited{pollfd{readable, POLLIN, 0}, reader_of_stdout(writes_to_stdout)};
  timespec time{};
  if (timeout) {
    time.tv_sec = static_cast<time_t>(timeout->count() / 1000);
    time.tv_nsec = static_cast<long>(timeout->count() % 1000) * 1'000'000;
  }
  // Blocked but within ppoll: a signal that comes between the look and the wait is not lost.
  const sigset_t set = set_of_signals();
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &set, &before);
  const bool waits = arrived == 0;
  const int count = waits ? ppoll(waited.data(), waited.size(), timeout ? &time : nullptr, &before) : -1;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (came()) return Woke::interrupted;
  if (count > 0 && nobody_reads(waited[1])) return Woke::nobody_reads;
  return count > 0 ? Woke::readable : Woke::timeout;
}

}  // namespace skq::cli
