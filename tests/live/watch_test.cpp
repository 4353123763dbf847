// -W: blocks on a pipe that end with their reader, and a terminal that is given back as it was.
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <sstream>

#include "live_test.h"

namespace live {
namespace {

/// skq on a pipe or a terminal, read until enough came.
class Watcher {
 public:
  enum class Kind : std::uint8_t { pipe, terminal };

  Watcher(Kind kind, const std::vector<std::string>& arguments) {
    std::vector<std::string> words = skq(arguments);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (kind == Kind::terminal) {
      start_on_terminal(argv);
    } else {
      start_on_pipe(argv);
    }
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  /// False: it ended, or said nothing for ten seconds, before that was true of all it said.
  bool read_until(const std::function<bool(const std::string&)>& enough) {
    std::array<char, 65536> chunk{};
    while (!enough(text_)) {
      pollfd ready{out_.get(), POLLIN, 0};
      if (poll(&ready, 1, 10000) <= 0) return false;
      const ssize_t got = read(out_.get(), chunk.data(), chunk.size());
      if (got <= 0) return false;
      text_.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return true;
  }
  bool read_until_seen(const std::string& piece, int times = 1) {
    return read_until([&](const std::string& text) { return count(text, piece) >= times; });
  }
  static int count(const std::string& text, const std::string& piece) {
    int found = 0;
    for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++found;
    return found;
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  void forget() { text_.clear(); }
  void signal(int number) const { kill(pid_, number); }
  void type(const std::string& keys) const { ASSERT_EQ(write(out_.get(), keys.data(), keys.size()), std::ssize(keys)); }
  void stop_reading() { out_.reset(); }
  [[nodiscard]] int terminal() const { return slave_.get(); }
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

 private:
  void start_on_pipe(std::vector<char*>& argv) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    out_ = UniqueFd(ends[0]);
    const UniqueFd write_end(ends[1]);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(write_end.get(), STDOUT_FILENO);
      execv(argv[0], argv.data());
      _exit(127);
    }
  }
  void start_on_terminal(std::vector<char*>& argv) {
    const winsize size{.ws_row = 12, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
    int master = -1, slave = -1;
    ASSERT_EQ(openpty(&master, &slave, nullptr, nullptr, &size), 0);
    out_ = UniqueFd(master);
    slave_ = UniqueFd(slave);
    fcntl(master, F_SETFD, FD_CLOEXEC);
    fcntl(slave, F_SETFD, FD_CLOEXEC);
    pid_ = fork();
    if (pid_ == 0) {
      setenv("TERM", "xterm-256color", 1);
      setenv("LC_ALL", "C.UTF-8", 1);
      login_tty(slave);
      execv(argv[0], argv.data());
      _exit(127);
    }
  }

  UniqueFd out_, slave_;
  pid_t pid_ = -1;
  std::string text_;
};

class Watch : public LiveTest {};
using Kind = Watcher::Kind;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(Watch, BlocksOnAPipeAreHeadedByTheirTimeAndEndWithTheReader) {
  const UniqueFd bound = unix_bound(SOCK_DGRAM, std::string("\0here", 5));
  Watcher watcher(Kind::pipe, {"--watch=0.05", "-xa"});
  ASSERT_TRUE(watcher.read_until_seen("# 2", 4)) << watcher.text();
  EXPECT_GE(Watcher::count(watcher.text(), "@here"), 3) << watcher.text();
  EXPECT_GE(Watcher::count(watcher.text(), "Netid"), 3);
  EXPECT_EQ(watcher.text().find('\033'), std::string::npos);
  watcher.stop_reading();
  const int status = watcher.wait();
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE) << status;
}

TEST_F(Watch, AReaderThatGoesIsNoticedThoughNothingIsWritten) {
  for (const Running::On on : {Running::On::pipes, Running::On::socket}) {
    // Not -x: a socket as standard output is one of those.
    Running running(skq({"--watch=3600", "-taH", "--format=raw", "-c", "inode"}), {}, on);
    running.stop_reading();
    EXPECT_EQ(running.finish().signal, SIGPIPE);
  }
}

TEST_F(Watch, DataFormatsStayData) {
  const UniqueFd bound = unix_bound(SOCK_DGRAM, std::string("\0here", 5));
  Watcher csv(Kind::pipe, {"--watch=0.05", "-xa", "--format=csv", "-c", "netid,path"});
  ASSERT_TRUE(csv.read_until_seen(",u_dgr,here\r\n", 3)) << csv.text();
  EXPECT_EQ(Watcher::count(csv.text(), "ts,netid,path\r\n"), 1);
  Watcher raw(Kind::pipe, {"--watch=0.05", "-xa", "--format=raw", "-c", "netid,path"});
  ASSERT_TRUE(raw.read_until_seen(" u_dgr here\n", 3)) << raw.text();
  EXPECT_EQ(Watcher::count(raw.text(), "ts netid path\n"), 1);
  Watcher json(Kind::pipe, {"--watch=0.05", "-xa", "-J"});
  ASSERT_TRUE(json.read_until_seen("\n", 3)) << json.text();
  for (const std::string& line : lines_of(json.text().substr(0, json.text().rfind('\n')))) {
    EXPECT_TRUE(line.starts_with("{\"skq\":{") && line.ends_with("]}")) << line;
    EXPECT_EQ(Watcher::count(line, "\"sockets\":["), 1);
  }
}

std::vector<Holder> newest_holders(const std::string& text, std::uint32_t inode) {
  const Rows rows(text.substr(0, text.rfind('\n') + 1));
  std::vector<Holder> holders;
  for (const Row& row : rows.all())
    if (row.text("inode") == std::to_string(inode)) holders = row.holders("owners").value_or(std::vector<Holder>{});
  return holders;
}

// Nothing but its processor time tells that a process has put one socket in the place of another.
TEST_F(Watch, OwnersAreTrueThoughAsManyDescriptorsAsBeforeAreOpen) {
  constexpr int place = 60;
  for (const std::string use : {"never", "auto"}) {
    const UniqueFd first = unix_bound(SOCK_DGRAM, std::string("\0first", 6));
    const UniqueFd second = unix_bound(SOCK_DGRAM, std::string("\0second", 7));
    static int incoming;
    incoming = second.get();
    const Child child({first.get(), second.get()}, [&] {
      std::signal(SIGUSR1, [](int) { dup2(incoming, place); });
      return dup2(first.get(), place) == place;
    });
    ASSERT_TRUE(child.ok());
    const Holder holder{child.pid(), own_comm(), place};
    const auto holds = [&](const std::string& text, const UniqueFd& socket) {
      const auto holders = newest_holders(text, inode_of(socket.get()));
      return std::find(holders.begin(), holders.end(), holder) != holders.end();
    };
    Watcher watcher(Kind::pipe, {"--watch=0.05", "-xap", "--format=raw", "-c", "inode,owners", "--bpf=" + use});
    const std::string row = " " + std::to_string(inode_of(first.get())) + " ";
    ASSERT_TRUE(watcher.read_until([&](const std::string& text) {
      return Watcher::count(text, row) >= 4 && holds(text, first);
    })) << watcher.text();
    EXPECT_FALSE(holds(watcher.text(), second));
    kill(child.pid(), SIGUSR1);
    EXPECT_TRUE(watcher.read_until([&](const std::string& text) { return holds(text, second) && !holds(text, first); }))
        << watcher.text();
  }
}

/// Waits until there is another file at that path than the one before. False: there is none for ten seconds.
bool is_replaced(const std::string& path, struct stat& known) {
  for (int tries = 0; tries < 5000; ++tries) {
    struct stat now {};
    // A number that became free may be taken again.
    const bool other =
        stat(path.c_str(), &now) == 0 && (now.st_ino != known.st_ino || now.st_mtim.tv_sec != known.st_mtim.tv_sec ||
                                          now.st_mtim.tv_nsec != known.st_mtim.tv_nsec);
    if (other) known = now;
    if (other) return true;
    usleep(2000);
  }
  return false;
}

TEST_F(Watch, FileIsReplacedAsAWhole) {
  const UniqueFd bound = unix_bound(SOCK_DGRAM, std::string("\0here", 5));
  const std::string path = file("out");
  Running running(skq({"--watch=0.02", "-xa", "--format=csv", "-c", "path", "--output=" + path}));
  struct stat known {};
  EXPECT_TRUE(is_replaced(path, known));
  EXPECT_TRUE(is_replaced(path, known));
  running.signal(SIGTERM);
  EXPECT_EQ(running.finish().signal, SIGTERM);
  EXPECT_EQ(lines_of(run({"cat", path}).out).size(), 2U);
}

// Standard output is not used: whoever read it may go, and the pace stays the same.
TEST_F(Watch, FileNeedsNoReaderOfStandardOutput) {
  for (const Running::On on : {Running::On::pipes, Running::On::socket}) {
    const std::string path = file(on == Running::On::socket ? "socket" : "pipe");
    Running running(skq({"--watch=0.2", "-xa", "--output=" + path}), {}, on);
    running.stop_reading();
    struct stat known {};
    ASSERT_TRUE(is_replaced(path, known));
    const auto begin = std::chrono::steady_clock::now();
    for (int times = 0; times < 5; ++times) ASSERT_TRUE(is_replaced(path, known));
    // Five steps are a second; less only by as much as the first look came late.
    EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(250));
    running.signal(SIGTERM);
    EXPECT_EQ(running.finish().signal, SIGTERM);
  }
}

TEST_F(Watch, GapsAreToldOnce) {
  const bool lacks = diag_error(AF_INET, IPPROTO_RAW) == ENOENT;
  Running running(skq({"--watch=0.02", "-wa"}));
  EXPECT_TRUE(running.reads_until([&] { return Watcher::count(running.out(), "# 2") >= 3; })) << running.out();
  running.signal(SIGTERM);
  const Finished finished = running.finish();
  EXPECT_EQ(Watcher::count(finished.err, "incomplete"), lacks ? 1 : 0) << finished.err;
}

constexpr const char* reverse = "\033[7m";
constexpr const char* fresh = "\033[1;4m";

TEST_F(Watch, ChangedCellsAndNewRowsAreMarked) {
  const UniqueFd receiver = unix_bound(SOCK_DGRAM, std::string("\0mark", 5));
  const UniqueFd sender = unix_client(SOCK_DGRAM, std::string("\0mark", 5));
  Watcher watcher(Kind::terminal, {"--watch=0.1", "-xa", "-c", "state,recv_q,path"});
  ASSERT_TRUE(watcher.read_until_seen("\033[H", 3)) << watcher.text();
  EXPECT_EQ(watcher.text().find(reverse), std::string::npos) << watcher.text();
  EXPECT_EQ(watcher.text().find(fresh), std::string::npos);
  ASSERT_TRUE(send_text(sender.get(), std::string(4321, 'x')));
  ASSERT_TRUE(watcher.read_until_seen(std::string(reverse) + "4321")) << watcher.text();
  const UniqueFd late = unix_bound(SOCK_DGRAM, std::string("\0late", 5));
  ASSERT_TRUE(watcher.read_until_seen(std::string(fresh) + "late")) << watcher.text();
  watcher.type("q");
  EXPECT_EQ(watcher.wait(), 0);
}

tcflag_t modes_of(int terminal) {
  termios mode{};
  EXPECT_EQ(tcgetattr(terminal, &mode), 0);
  return mode.c_lflag;
}

// Whatever ends it: the modes are back, and the last it said is how to leave the other screen.
void expect_given_back(const std::function<void(Watcher&)>& end, int expected_signal) {
  Watcher watcher(Kind::terminal, {"--watch=0.1", "-xa"});
  const tcflag_t cooked = ICANON | ECHO;
  ASSERT_TRUE(watcher.read_until_seen("\033[?1049h")) << watcher.text();
  ASSERT_TRUE(watcher.read_until_seen("\033[H", 3)) << watcher.text();
  EXPECT_EQ(modes_of(watcher.terminal()) & cooked, 0U);
  end(watcher);
  ASSERT_TRUE(watcher.read_until_seen("\033[?1049l")) << watcher.text();
  const int status = watcher.wait();
  if (expected_signal == 0) {
    EXPECT_EQ(status, 0);
  } else {
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == expected_signal) << status;
  }
  EXPECT_EQ(modes_of(watcher.terminal()) & cooked, cooked);
  EXPECT_TRUE(watcher.text().ends_with("\033[0m\033[?7h\033[?25h\033[?1049l")) << watcher.text();
}

TEST_F(Watch, TerminalIsGivenBack) {
  expect_given_back([](Watcher& watcher) { watcher.type("q"); }, 0);
  expect_given_back([](Watcher& watcher) { watcher.type("\003"); }, SIGINT);
  expect_given_back([](Watcher& watcher) { watcher.signal(SIGTERM); }, SIGTERM);
  expect_given_back([](Watcher& watcher) { watcher.signal(SIGSEGV); }, SIGSEGV);
}

TEST_F(Watch, SizeIsFollowedAtOnce) {
  std::vector<UniqueFd> many;
  for (char name = 'a'; name < 'z'; ++name) many.push_back(unix_bound(SOCK_DGRAM, std::string("\0row", 4) + name));
  Watcher watcher(Kind::terminal, {"--watch=3600", "-xa", "-c", "path"});
  ASSERT_TRUE(watcher.read_until_seen("row", 9)) << watcher.text();
  EXPECT_NE(watcher.text().find("25 sockets"), std::string::npos) << watcher.text();
  const int before = Watcher::count(watcher.text(), "row");
  EXPECT_EQ(before, 9) << "12 rows: the first line, an empty one, the titles\n" << watcher.text();
  watcher.forget();
  const winsize taller{.ws_row = 20, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(ioctl(watcher.terminal(), TIOCSWINSZ, &taller), 0);
  ASSERT_TRUE(watcher.read_until_seen("row", 17)) << watcher.text();
  EXPECT_EQ(Watcher::count(watcher.text(), "row"), 17) << watcher.text();
  watcher.type("q");
  EXPECT_EQ(watcher.wait(), 0);
}

TEST_F(Watch, SummaryIsRepeatedToo) {
  Watcher watcher(Kind::pipe, {"--watch=0.05", "-s"});
  ASSERT_TRUE(watcher.read_until_seen("Total: ", 3)) << watcher.text();
  EXPECT_GE(Watcher::count(watcher.text(), "# 2"), 3);
}

TEST_F(Watch, RatesAreWhatTheCountersGrewBy) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4001);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4001);
  Watcher watcher(Kind::pipe, {"--watch=0.2", "--rates", "-tn", "--format=csv", "-c", "local_port,send_rate,recv_rate",
                               "dport", "=", ":4001"});
  const std::string port = std::to_string(local_port(pair.a.get()));
  ASSERT_TRUE(watcher.read_until_seen("," + port + ",,\r\n")) << "null at first sight: " << watcher.text();
  ASSERT_TRUE(watcher.read_until_seen("," + port + ",0,0\r\n")) << watcher.text();
  ASSERT_TRUE(send_text(pair.a.get(), std::string(10000, 'x')));
  // 10000 bytes in about 0.2 s; a look that came late makes it less, never more than all of them in the shortest time.
  const auto rate_of = [&](const std::string& line) {
    const std::string key = "," + port + ",";
    const std::size_t at = line.find(key);
    return at == std::string::npos ? 0UL : std::strtoul(line.c_str() + at + key.size(), nullptr, 10);
  };
  unsigned long best = 0;
  ASSERT_TRUE(watcher.read_until([&](const std::string& text) {
    for (const std::string& line : lines_of(text)) best = std::max(best, rate_of(line));
    return best != 0;
  })) << watcher.text();
  EXPECT_GT(best, 100U);
  EXPECT_LE(best, 10000000U);
}

TEST_F(Watch, RatesAreNullElsewhereAndRefusedWhereNamed) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4001);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4001);
  const Rows rows = list({"-tn"}, "@all");
  EXPECT_EQ(rows.size(), 2U);
  for (const Row& row : rows.all()) EXPECT_TRUE(row.is_null("send_rate"));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"-t", "--rates"},
                                                {"-t", "--sort=-send_rate"},
                                                {"-t", "-c", "+send_rate"},
                                                {"-t", "--where", "recv_rate > 0"}})
    EXPECT_EQ(run_skq(words).exit, 2) << as_shell(words);
}

}  // namespace
}  // namespace live
