#include "run.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "base/unique_fd.h"

namespace live {
namespace {

using skq::UniqueFd;

constexpr int cannot_run = 127;

struct Pipe {
  UniqueFd read_end, write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// As ssh, inetd and language runtimes start their children.
Pipe make_socket_pair() {
  std::array<int, 2> ends{-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

bool changes_output(std::string_view variable) {
  for (const std::string_view name : {"TERM=", "COLUMNS=", "NO_COLOR=", "LC_", "LANG", "SS_FILTER"}) {
    if (variable.starts_with(name)) return true;
  }
  return false;
}

std::vector<std::string> environment_of(const Surroundings& surroundings) {
  std::vector<std::string> all;
  for (char** at = environ; *at != nullptr; ++at) {
    if (!changes_output(*at)) all.emplace_back(*at);
  }
  all.emplace_back("LC_ALL=C.UTF-8");
  for (const std::string& set : surroundings.environment) {
    std::erase_if(all, [&](const std::string& known) { return known.starts_with(set.substr(0, set.find('=') + 1)); });
    all.push_back(set);
  }
  return all;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

// A command that is made ready before the fork: between fork and exec nothing may allocate.
struct Prepared {
  std::vector<std::string> words, environment;
  std::vector<char*> argv, envp;
  UniqueFd binary;  // opened as who we are: the other user may not be able to walk the path to it

  Prepared(const std::vector<std::string>& given, const Surroundings& surroundings)
      : words(given), environment(environment_of(surroundings)), argv(pointers(words)), envp(pointers(environment)) {
    if (surroundings.user && words[0].starts_with('/')) binary = UniqueFd(open(words[0].c_str(), O_PATH | O_CLOEXEC));
  }
};

void become(uid_t user) {
  const auto group = static_cast<gid_t>(user);
  if (setgroups(0, nullptr) != 0 || setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0)
    _exit(cannot_run);
}

[[noreturn]] void execute(const Prepared& command, const Surroundings& surroundings) {
  std::signal(SIGPIPE, SIG_DFL);
  if (surroundings.without_net_admin && prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN) != 0) _exit(cannot_run);
  if (surroundings.user) become(*surroundings.user);
  if (command.binary.valid()) {
    execveat(command.binary.get(), "", command.argv.data(), command.envp.data(), AT_EMPTY_PATH);
  } else {
    execvpe(command.argv[0], command.argv.data(), command.envp.data());
  }
  _exit(cannot_run);
}

void place_stdout(const Pipe& out, const Surroundings& surroundings) {
  if (surroundings.stdout_closed) {
    close(STDOUT_FILENO);
  } else if (!surroundings.stdout_path.empty()) {
    dup2(open(surroundings.stdout_path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644), STDOUT_FILENO);
  } else {
    dup2(out.write_end.get(), STDOUT_FILENO);
  }
}

// Both at once, or a child that fills the one we do not read would wait for ever.
void read_both(int out, std::string& out_text, int err, std::string& err_text) {
  std::array<pollfd, 2> open_ends{pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  const std::array<std::string*, 2> texts{&out_text, &err_text};
  std::array<char, 1 << 16> chunk{};
  while (open_ends[0].fd >= 0 || open_ends[1].fd >= 0) {
    if (poll(open_ends.data(), open_ends.size(), -1) < 0 && errno != EINTR) return;
    for (std::size_t at = 0; at < open_ends.size(); ++at) {
      if (open_ends[at].fd < 0 || open_ends[at].revents == 0) continue;
      const ssize_t got = read(open_ends[at].fd, chunk.data(), chunk.size());
      if (got > 0) texts[at]->append(chunk.data(), static_cast<std::size_t>(got));
      // A terminal whose last user went away says EIO.
      if (got <= 0 && !(got < 0 && errno == EINTR)) open_ends[at].fd = -1;
    }
  }
}

void await(pid_t child, Finished& finished) {
  finished.pid = child;
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  finished.peak_kilobytes = usage.ru_maxrss;
  if (WIFEXITED(status)) finished.exit = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) finished.signal = WTERMSIG(status);
}

}  // namespace

Finished run(const std::vector<std::string>& words, const Surroundings& surroundings) {
  const Prepared command(words, surroundings);
  Pipe out = make_pipe(), err = make_pipe();
  if (surroundings.stdout_nobody_reads) out.read_end.reset();
  const pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    dup2(err.write_end.get(), STDERR_FILENO);
    place_stdout(out, surroundings);
    execute(command, surroundings);
  }
  out.write_end.reset();
  err.write_end.reset();
  Finished finished;
  read_both(out.read_end.get(), finished.out, err.read_end.get(), finished.err);
  await(child, finished);
  return finished;
}

namespace {

/// Forks the command with these as standard descriptors; `err` may be invalid: there is none but the terminal.
pid_t start_on_pipes(const Prepared& command, const Surroundings& surroundings, const Pipe& out, const Pipe& err) {
  const pid_t child = fork();
  if (child != 0) return child;
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  dup2(err.write_end.get(), STDERR_FILENO);
  place_stdout(out, surroundings);
  execute(command, surroundings);
}

}  // namespace

Running::Running(const std::vector<std::string>& words, const Surroundings& surroundings, On on) {
  const Prepared command(words, surroundings);
  if (on == On::terminal) {
    const winsize size{.ws_row = 50, .ws_col = 200, .ws_xpixel = 0, .ws_ypixel = 0};
    int terminal = -1;
    pid_ = forkpty(&terminal, nullptr, nullptr, &size);
    if (pid_ == 0) execute(command, surroundings);
    fcntl(terminal, F_SETFD, FD_CLOEXEC);
    out_ = UniqueFd(terminal);
    return;
  }
  Pipe out = on == On::socket ? make_socket_pair() : make_pipe(), err = make_pipe();
  pid_ = start_on_pipes(command, surroundings, out, err);
  out_ = std::move(out.read_end);
  err_ = std::move(err.read_end);
}

Running::~Running() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  kill(pid_, SIGCONT);
  Finished ignored;
  await(pid_, ignored);
}

bool Running::read_some(int milliseconds) {
  std::array<pollfd, 2> ends{pollfd{out_.get(), POLLIN, 0}, pollfd{err_.get(), POLLIN, 0}};
  const std::array<std::string*, 2> texts{&finished_.out, &finished_.err};
  const std::array<UniqueFd*, 2> files{&out_, &err_};
  if (poll(ends.data(), ends.size(), milliseconds) < 0) return errno == EINTR;
  std::array<char, 1 << 16> chunk{};
  for (std::size_t at = 0; at < ends.size(); ++at) {
    if (!files[at]->valid() || ends[at].revents == 0) continue;
    const ssize_t got = read(files[at]->get(), chunk.data(), chunk.size());
    if (got > 0) texts[at]->append(chunk.data(), static_cast<std::size_t>(got));
    if (got <= 0 && !(got < 0 && errno == EINTR)) files[at]->reset();
  }
  return out_.valid() || err_.valid();
}

bool Running::reads_until(const std::function<bool()>& enough) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!enough()) {
    if (std::chrono::steady_clock::now() > end || !read_some(20)) return enough();
  }
  return true;
}

bool Running::shows(const std::string& piece) {
  return reads_until([&] { return finished_.out.find(piece) != std::string::npos; });
}

void Running::type(const std::string& text) const {
  if (write(out_.get(), text.data(), text.size()) < 0) std::abort();
}

void Running::signal(int number) const { kill(pid_, number); }

Finished Running::finish() {
  while (read_some(-1)) {
  }
  await(pid_, finished_);
  pid_ = -1;
  return finished_;
}

Finished run_on_terminal(const std::vector<std::string>& words, int columns, const Surroundings& surroundings) {
  Surroundings with_terminal = surroundings;
  with_terminal.environment.insert(with_terminal.environment.begin(), "TERM=xterm-256color");
  const Prepared command(words, with_terminal);
  const winsize size{.ws_row = 50, .ws_col = static_cast<unsigned short>(columns), .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) execute(command, with_terminal);
  const UniqueFd held(terminal);
  Finished finished;
  read_both(terminal, finished.out, -1, finished.err);
  await(child, finished);
  std::string text;
  for (std::size_t at = 0; at < finished.out.size(); ++at) {
    if (!finished.out.substr(at, 2).starts_with("\r\n")) text += finished.out[at];
  }
  finished.out = std::move(text);
  return finished;
}

bool has_command(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (access((std::string(rest.substr(0, end)) + "/" + name).c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::string as_shell(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += word.find_first_of(" !()<>*&|'\"\\[]") == std::string::npos && !word.empty() ? word : "'" + word + "'";
  }
  return line;
}

}  // namespace live
