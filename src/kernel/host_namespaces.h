// Which network namespaces there are on this host, as far as /proc and mounts lead to them: those with a name, those
// that are mounted anywhere, those of processes. The ones that only sockets hold are found by host_strangers.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/unique_fd.h"

namespace skq::kernel {

/// A network namespace that was met and not reached.
struct MissedNamespace {
  std::string where;  ///< "pid 71 (foo)", or a path
  int error = 0;
};

/// Each once. One may stand under both: then what has its name and what its processes tell could not be seen as one.
struct MissedNamespaces {
  std::map<std::uint64_t, MissedNamespace> by_inode;
  std::map<std::uint64_t, MissedNamespace> by_files;  ///< net_files_of() a process in it
};

/// One that can be entered by its descriptor.
struct FoundNamespace {
  UniqueFd fd;
  std::uint64_t inode = 0;
  std::uint64_t files = 0;  ///< net_files_of() the process that led there; 0: none did
  std::string where;
};
using TakeNamespace = std::function<void(FoundNamespace)>;

/// What identifies a network namespace to those, too, who may not see its inode: /proc/PID/net is open to everybody.
/// `process` is a pid or "thread-self". 0: that process has none any more.
std::uint64_t net_files_of(const char* process);

/// "pid 71 (foo)".
std::string process_in_words(int pid);

/// Calls `take` once for each namespace that `known` does not know.
void find_network_namespaces(const std::function<bool(std::uint64_t inode)>& known, const TakeNamespace& take,
                             MissedNamespaces& missed);

}  // namespace skq::kernel
