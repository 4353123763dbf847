// -W under a shell with job control: Ctrl-Z, fg, bg and kill. In the background the terminal is the shell's.
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "live_test.h"

namespace live {
namespace {

constexpr const char* enter = "\033[?1049h";
constexpr const char* leave = "\033[0m\033[?7h\033[?25h\033[?1049l";

/// skq as the job of a shell that does what it is told, and tells what became of the job.
class Job {
 public:
  explicit Job(const std::vector<std::string>& arguments) {
    std::vector<std::string> words = skq(arguments);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const winsize size{.ws_row = 12, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
    int master = -1, slave = -1;
    if (openpty(&master, &slave, nullptr, nullptr, &size) != 0) std::abort();
    master_ = UniqueFd(master);
    slave_ = UniqueFd(slave);
    Pair orders = unix_pair(SOCK_SEQPACKET);
    shell_ = fork();
    if (shell_ == 0) {
      close(master);
      orders.a.reset();
      be_shell(slave, orders.b.get(), argv);
    }
    orders_ = std::move(orders.a);
  }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job() {
    // The session ends with its leader, and its jobs with it.
    kill(shell_, SIGKILL);
    waitpid(shell_, nullptr, 0);
  }

  /// As fg, bg and kill of a shell do.
  enum class Order : char { foreground, background, terminate };
  void tell(Order order) const { ASSERT_EQ(send(orders_.get(), &order, sizeof order, MSG_NOSIGNAL), 1); }
  void type(const std::string& keys) const {
    ASSERT_EQ(write(master_.get(), keys.data(), keys.size()), std::ssize(keys));
  }

  /// How it was stopped or ended, of waitpid(2); -1: for ten seconds it was not.
  int next_status() {
    int status = -1;
    if (wait_for(orders_.get()) && recv(orders_.get(), &status, sizeof status, 0) != sizeof status) status = -1;
    while (read_some(0)) {
    }
    return status;
  }
  bool shows(const std::string& piece, int times = 1) {
    while (count(piece) < times) {
      if (!read_some(10000)) return false;
    }
    return true;
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  void forget() { text_.clear(); }
  [[nodiscard]] tcflag_t modes() const {
    termios mode{};
    EXPECT_EQ(tcgetattr(slave_.get(), &mode), 0);
    return mode.c_lflag;
  }
  void set_modes(tcflag_t modes) const {
    termios mode{};
    ASSERT_EQ(tcgetattr(slave_.get(), &mode), 0);
    mode.c_lflag = modes;
    ASSERT_EQ(tcsetattr(slave_.get(), TCSANOW, &mode), 0);
  }

 private:
  [[noreturn]] static void be_shell(int slave, int orders, const std::vector<char*>& argv) {
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    login_tty(slave);
    std::signal(SIGTTOU, SIG_IGN);
    const pid_t job = fork();
    if (job == 0) {
      setpgid(0, 0);
      tcsetpgrp(STDIN_FILENO, getpid());
      std::signal(SIGTTOU, SIG_DFL);
      execv(argv[0], argv.data());
      _exit(127);
    }
    Order order{};
    do {
      int status = 0;
      waitpid(job, &status, WUNTRACED);
      tcsetpgrp(STDIN_FILENO, getpid());
      if (send(orders, &status, sizeof status, MSG_NOSIGNAL) < 0) _exit(0);
      if (recv(orders, &order, sizeof order, 0) != 1) _exit(0);
      if (order == Order::foreground) tcsetpgrp(STDIN_FILENO, job);
      if (order == Order::terminate) kill(-job, SIGTERM);
      kill(-job, SIGCONT);
    } while (true);
  }
  bool wait_for(int fd) {
    for (;;) {
      std::array<pollfd, 2> ends{pollfd{fd, POLLIN, 0}, pollfd{master_.get(), POLLIN, 0}};
      if (poll(ends.data(), ends.size(), 10000) <= 0) return false;
      if (ends[0].revents != 0) return true;
      if (!read_some(0)) return false;
    }
  }
  bool read_some(int milliseconds) {
    pollfd ready{master_.get(), POLLIN, 0};
    if (poll(&ready, 1, milliseconds) <= 0) return false;
    std::array<char, 65536> chunk{};
    const ssize_t got = read(master_.get(), chunk.data(), chunk.size());
    if (got > 0) text_.append(chunk.data(), static_cast<std::size_t>(got));
    return got > 0;
  }
  [[nodiscard]] int count(const std::string& piece) const {
    int found = 0;
    for (std::size_t at = text_.find(piece); at != std::string::npos; at = text_.find(piece, at + 1)) ++found;
    return found;
  }

  UniqueFd master_, slave_, orders_;
  pid_t shell_ = -1;
  std::string text_;
};

constexpr tcflag_t cooked = ICANON | ECHO;

/// Looks, then Ctrl-Z: the terminal is the shell's, which sets it as line editors do.
void stop(Job& job) {
  ASSERT_TRUE(job.shows("\033[J", 3)) << job.text();
  EXPECT_EQ(job.modes() & cooked, 0U);
  job.type("\032");
  const int status = job.next_status();
  ASSERT_TRUE(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP) << status;
  EXPECT_TRUE(job.text().ends_with(leave)) << job.text();
  EXPECT_EQ(job.modes() & cooked, cooked);
  job.set_modes(job.modes() & ~static_cast<tcflag_t>(ICANON));
  job.forget();
}

void go_on_and_quit(Job& job) {
  job.set_modes(job.modes() | cooked);
  job.tell(Job::Order::foreground);
  ASSERT_TRUE(job.shows(enter)) << job.text();
  ASSERT_TRUE(job.shows("\033[J", 3)) << job.text();
  EXPECT_EQ(job.modes() & cooked, 0U);
  job.type("q");
  EXPECT_EQ(job.next_status(), 0);
  EXPECT_TRUE(job.text().ends_with(leave)) << job.text();
  EXPECT_EQ(job.modes() & cooked, cooked);
}

class WatchJob : public LiveTest {};

TEST_F(WatchJob, GoesOnInTheForeground) {
  Job job({"--watch=0.1", "-xa"});
  ASSERT_NO_FATAL_FAILURE(stop(job));
  go_on_and_quit(job);
}

TEST_F(WatchJob, KillEndsItWhileItIsStoppedAndLeavesTheTerminalAlone) {
  Job job({"--watch=0.1", "-xa"});
  ASSERT_NO_FATAL_FAILURE(stop(job));
  const tcflag_t of_shell = job.modes();
  job.tell(Job::Order::terminate);
  const int status = job.next_status();
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << status;
  EXPECT_EQ(job.text(), "");
  EXPECT_EQ(job.modes(), of_shell);
}

TEST_F(WatchJob, InTheBackgroundItWaitsForTheTerminal) {
  Job job({"--watch=0.1", "-xa"});
  ASSERT_NO_FATAL_FAILURE(stop(job));
  const tcflag_t of_shell = job.modes();
  for (int times = 0; times < 2; ++times) {
    job.tell(Job::Order::background);
    const int status = job.next_status();
    ASSERT_TRUE(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTOU) << status;
    EXPECT_EQ(job.text(), "");
    EXPECT_EQ(job.modes(), of_shell);
  }
  go_on_and_quit(job);
}

}  // namespace
}  // namespace live
