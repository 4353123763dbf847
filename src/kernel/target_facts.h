// What /proc and the file system tell of a TARGET of `skq why`: which processes there are, and what a path leads to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "skq/socket_parts.h"

namespace skq::kernel {

/// A process that exists, whether it may be looked into or not.
struct RunningProcess {
  int pid = 0;
  std::string comm;  ///< any bytes; empty: it ended just now
};
/// In no order. Those that /proc hides (hidepid) are left out.
std::vector<RunningProcess> running_processes();

/// What a path leads to, as this process sees it.
struct PathFacts {
  std::string canonical;          ///< without links; empty: there is no such file, or it may not be reached
  std::optional<VfsObject> file;  ///< only of a socket
};
PathFacts look_up_path(const std::string& path);

}  // namespace skq::kernel
