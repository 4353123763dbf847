// Runs a command as a user would, without a shell between: its output, its messages, and how it ended.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace live {

struct Finished {
  int exit = -1;            ///< exit status; -1: died by a signal
  int signal = 0;           ///< that signal
  int pid = 0;              ///< what it had been
  long peak_kilobytes = 0;  ///< of memory, its own or ours when it began, whichever was more
  std::string out, err;
};

/// Where a command runs. The environment is ours without what changes output (TERM, COLUMNS, NO_COLOR, LC_*).
struct Surroundings {
  std::vector<std::string> environment = {};  ///< NAME=VALUE
  std::optional<uid_t> user = {};             ///< becomes that user first
  std::string stdout_path = {};               ///< stdout goes to this file
  bool stdout_closed = false;                 ///< there is no descriptor 1
  bool stdout_nobody_reads = false;           ///< stdout is a pipe whose other end is closed
  bool without_net_admin = false;             ///< lacks CAP_NET_ADMIN, whoever it is
};

Finished run(const std::vector<std::string>& words, const Surroundings& surroundings = {});

/// On a terminal of that many columns; `out` is all that the terminal got, with its CR LF turned back to LF.
Finished run_on_terminal(const std::vector<std::string>& words, int columns, const Surroundings& surroundings = {});

/// A command while it runs. It is killed where the object goes away before finish().
class Running {
 public:
  enum class On : std::uint8_t { pipes, socket, terminal };  ///< socket: only its output
  explicit Running(const std::vector<std::string>& words, const Surroundings& surroundings = {}, On on = On::pipes);
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// All that was read of its output so far; on a terminal also of its messages.
  [[nodiscard]] const std::string& out() const { return finished_.out; }
  /// Reads on until the output has that piece. False: it ended, or a generous time is over.
  bool shows(const std::string& piece);
  /// Reads on until `enough` says so.
  bool reads_until(const std::function<bool()>& enough);
  /// At its terminal.
  void type(const std::string& text) const;
  void signal(int number) const;
  void stop_reading() { out_.reset(); }
  /// Reads the rest and waits for its end.
  Finished finish();

 private:
  bool read_some(int milliseconds);

  skq::UniqueFd out_, err_;
  pid_t pid_ = -1;
  Finished finished_;
};

/// Whether PATH has this command.
bool has_command(const std::string& name);

/// One line that can be pasted into a shell.
std::string as_shell(const std::vector<std::string>& words);

}  // namespace live
