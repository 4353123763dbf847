#include "kernel/net_namespace.h"

#include <fcntl.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <system_error>

#include "kernel/proc_dir.h"

namespace skq::kernel {
namespace {

constexpr std::array folders{"/run/netns", "/var/run/netns"};

// A pipe that somebody put there must not keep us waiting.
UniqueFd open_file(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

}  // namespace

Result<UniqueFd> open_network_namespace(const std::string& which) {
  const Error absent{"open the network namespace " + which, ENOENT};
  if (which.empty() || which.find('\0') != std::string::npos) return absent;
  if (which.find('/') != std::string::npos) {
    UniqueFd fd = open_file(which);
    return fd.valid() ? Result<UniqueFd>(std::move(fd)) : Error{"open " + which, errno};
  }
  for (const char* const folder : folders) {
    const std::string path = std::string(folder) + "/" + which;
    UniqueFd fd = open_file(path);
    if (fd.valid()) return fd;
    if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG) return Error{"open " + path, errno};
  }
  const auto pid = to_number<int>(which);
  if (!pid) return absent;
  const std::string path = "/proc/" + std::to_string(*pid) + "/ns/net";
  UniqueFd fd = open_file(path);
  return fd.valid() ? Result<UniqueFd>(std::move(fd)) : Error{"open " + path, errno};
}

Status enter_network_namespace(const UniqueFd& target) {
  if (::setns(target.get(), CLONE_NEWNET) == 0) return Done{};
  return Error{"enter the network namespace", errno};
}

std::vector<std::string> network_namespace_names() {
  std::vector<std::string> names;
  for (const char* const folder : folders) {
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      names.push_back(at->path().filename());
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace skq::kernel
