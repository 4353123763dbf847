// Runs a command as a user would, without a shell between: its output, its messages, and how it ended.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace live {

struct Finished {
  int exit = -1;   ///< exit status; -1: died by a signal
  int signal = 0;  ///< that signal
  int pid = 0;     ///< what it had been
  std::string out, err;
};

/// Where a command runs. The environment is ours without what changes output (TERM, COLUMNS, NO_COLOR, LC_*).
struct Surroundings {
  std::vector<std::string> environment = {};  ///< NAME=VALUE
  std::optional<uid_t> user = {};             ///< becomes that user first
  std::string stdout_path = {};               ///< stdout goes to this file
  bool stdout_closed = false;                 ///< there is no descriptor 1
  bool stdout_nobody_reads = false;           ///< stdout is a pipe whose other end is closed
};

Finished run(const std::vector<std::string>& words, const Surroundings& surroundings = {});

/// On a terminal of that many columns; `out` is all that the terminal got, with its CR LF turned back to LF.
Finished run_on_terminal(const std::vector<std::string>& words, int columns, const Surroundings& surroundings = {});

/// Whether PATH has this command.
bool has_command(const std::string& name);

/// One line that can be pasted into a shell.
std::string as_shell(const std::vector<std::string>& words);

}  // namespace live
