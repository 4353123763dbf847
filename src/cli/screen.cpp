#include "cli/screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "cli/screen_line.h"
#include "cli/terminal.h"
#include "kernel/output.h"

namespace skq::cli {
namespace {

// Another screen, no cursor, long lines cut instead of wrapped; and back.
constexpr std::string_view enter_text = "\033[?1049h\033[?25l\033[?7l\033[H\033[2J";
constexpr std::string_view leave_text = "\033[0m\033[?7h\033[?25h\033[?1049l";

constexpr std::array fatal_signals{SIGHUP,  SIGINT,  SIGQUIT,   SIGTERM, SIGPIPE, SIGABRT, SIGSEGV,
                                   SIGBUS,  SIGFPE,  SIGILL,    SIGSYS,  SIGUSR1, SIGUSR2, SIGALRM,
                                   SIGPROF, SIGXCPU, SIGVTALRM, SIGIO,   SIGPWR};

// What signal handlers have to reach.
termios usual_mode{};
volatile std::sig_atomic_t held = 0;
volatile std::sig_atomic_t mode_changed = 0;
volatile std::sig_atomic_t size_changed = 0;
sigset_t usual_mask{};

void put(std::string_view text) {
  // Nothing can be done about a terminal that is gone.
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) return;
}

// From here on only what signal-safety(7) allows.

/// Whether the shell has this terminal, or another job of it. What is no terminal, or not that of our session, knows no
/// jobs: tcgetpgrp() fails.
bool is_of_others(int terminal) {
  const pid_t owner = ::tcgetpgrp(terminal);
  return owner >= 0 && owner != ::getpgrp();
}

bool in_background() { return is_of_others(STDOUT_FILENO) || is_of_others(STDIN_FILENO); }

/// In the background nothing is ours to give: tcsetattr() would stop us by SIGTTOU, where a signal is to end us.
void give_back() {
  if (held == 0 || in_background()) return;
  held = 0;
  put(leave_text);
  if (mode_changed != 0) ::tcsetattr(STDIN_FILENO, TCSANOW, &usual_mode);
}

/// Stopped by SIGTTOU until the shell gives us that terminal. False: there is no shell that could.
bool await(int terminal) {
  while (is_of_others(terminal)) {
    // Of all that asks for the foreground it is what changes nothing (drivers/tty/tty_io.c, tty_ioctl).
    if (::tcdrain(terminal) == 0) break;
    if (errno != EINTR) return false;
  }
  return true;
}

bool take_over() {
  const bool lost = in_background();
  if (!await(STDOUT_FILENO) || !await(STDIN_FILENO)) return false;
  if (held != 0 && !lost) return true;
  // Not before: while the shell had the terminal, the mode was the shell's.
  if (held == 0) mode_changed = ::tcgetattr(STDIN_FILENO, &usual_mode) == 0 ? 1 : 0;
  held = 1;
  if (mode_changed != 0) {
    termios mode = usual_mode;
    mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &mode);
  }
  put(enter_text);
  return true;
}

/// Lets the signal do what it does without us.
void raise_anew(int number) {
  std::signal(number, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  ::pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(number);
}

void on_fatal(int number) {
  give_back();
  raise_anew(number);
}

void on_stop(int number);

void set_handler(int number, void (*handler)(int)) {
  struct sigaction before {};
  // nohup and the like have it ignored: that stays.
  if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  ::sigaction(number, &action, nullptr);
}

/// Ctrl-Z: raise_anew() returns when the shell lets us go on, take_over() when that is in the foreground.
void on_stop(int number) {
  const int error = errno;
  give_back();
  raise_anew(number);
  set_handler(number, on_stop);
  take_over();
  size_changed = 1;
  errno = error;
}

void on_size(int) { size_changed = 1; }

}  // namespace

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

Screen::Screen() {
  reads_keys_ = ::isatty(STDIN_FILENO) == 1;
  utf8_ = look_at_terminal().utf8;
  // Heard only while we wait, so that none is missed and no call is cut short.
  sigset_t heard_late;
  sigemptyset(&heard_late);
  sigaddset(&heard_late, SIGWINCH);
  ::pthread_sigmask(SIG_BLOCK, &heard_late, &usual_mask);
  sigdelset(&usual_mask, SIGWINCH);
  for (const int number : fatal_signals) set_handler(number, on_fatal);
  set_handler(SIGTSTP, on_stop);
  set_handler(SIGWINCH, on_size);
}

Screen::~Screen() {
  for (const int number : fatal_signals) {
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler == on_fatal) std::signal(number, SIG_DFL);
  }
  std::signal(SIGTSTP, SIG_DFL);
  std::signal(SIGWINCH, SIG_DFL);
  give_back();
  ::pthread_sigmask(SIG_SETMASK, &usual_mask, nullptr);
}

ScreenSize Screen::size() const {
  winsize size{};
  ScreenSize known;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return known;
  if (size.ws_row > 0) known.rows = size.ws_row;
  if (size.ws_col > 0) known.columns = size.ws_col;
  return known;
}

Status Screen::draw(std::string_view text) const {
  if (!take_over()) return Error{"write to stdout", EIO};
  const ScreenSize now = size();
  std::string frame = "\033[H";
  // A row is emptied before it is written: behind one that is full the cursor still stands on its last cell.
  for (int left = now.rows; left > 0; --left) {
    if (text.empty()) {
      frame += "\033[J";
      break;
    }
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    frame += "\033[K";
    frame += fit_to_row(line, now.columns, utf8_);
    frame += "\033[0m";
    if (left > 1) frame += "\r\n";  // behind the last row the terminal would scroll
  }
  auto output = kernel::Output::to_stdout();
  if (!output) return output.error();
  return output->write(frame);
}

bool Screen::quits(const char* keys, long count, bool& redraw) const {
  for (long at = 0; at < count; ++at) {
    if (keys[at] == 'q' || keys[at] == 'Q') return true;
    redraw = redraw || keys[at] == ' ';
  }
  return false;
}

Screen::Event Screen::wait(std::int64_t until_ns) {
  for (;;) {
    if (size_changed != 0) {
      size_changed = 0;
      return Event::redraw;
    }
    const std::int64_t left = until_ns - monotonic_ns();
    if (left <= 0) return Event::due;
    const timespec timeout{left / 1'000'000'000, left % 1'000'000'000};
    pollfd keys{reads_keys_ ? STDIN_FILENO : -1, POLLIN, 0};
    if (::ppoll(&keys, 1, &timeout, &usual_mask) <= 0 || keys.revents == 0) continue;
    std::array<char, 64> typed{};
    const long count = ::read(STDIN_FILENO, typed.data(), typed.size());
    bool redraw = false;
    // Nobody will type any more.
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) reads_keys_ = false;
    if (quits(typed.data(), count, redraw)) return Event::quit;
    if (redraw) return Event::redraw;
  }
}

}  // namespace skq::cli
