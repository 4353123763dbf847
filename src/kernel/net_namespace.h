// Network namespaces: which there are by name, which one is ours, and how another one is entered.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "skq/result.h"
#include "skq/socket.h"

namespace skq::kernel {

/// `which` is a path when it has a '/', else a name below /run/netns or /var/run/netns, else, made of digits only, a
/// process. A name wins over a process: that is what ss and ip mean by it. ENOENT: there is none of the kind.
Result<UniqueFd> open_network_namespace(const std::string& which);

/// Moves the calling thread. EINVAL: the descriptor is no network namespace.
Status enter_network_namespace(const UniqueFd& target);

/// The names to choose from.
std::vector<std::string> network_namespace_names();

/// One that has a file: a name below /run/netns, or the mount of a container's.
struct NamespaceFile {
  std::uint64_t inode = 0;
  std::string path;
  std::string name;  ///< empty: not below those folders
};

/// Those of the names above that really are network namespaces.
std::vector<NamespaceFile> named_network_namespaces();

/// Of the text of /proc/PID/mountinfo: where network namespaces are mounted. That they still are has to be looked up.
std::vector<NamespaceFile> mounted_network_namespaces(std::string_view mountinfo);

/// The calling thread's. Its inode is 0 where /proc does not tell.
NetNamespace own_network_namespace();

/// The inode of the network namespace behind a path or a descriptor; 0 and errno set when that is none, or not to be
/// seen.
std::uint64_t network_namespace_at(const std::string& path);
std::uint64_t network_namespace_at(const UniqueFd& fd);

/// Runs `work` on a thread of its own, which may enter namespaces, since it ends with it. An Error: there is no thread
/// to be had.
Status on_own_thread(const std::function<void()>& work);

}  // namespace skq::kernel
