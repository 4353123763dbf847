#include "kernel/net_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "kernel/proc_dir.h"
#include "kernel/text_words.h"

namespace skq::kernel {
namespace {

constexpr std::array folders{"/run/netns", "/var/run/netns"};

// A pipe that somebody put there must not keep us waiting.
UniqueFd open_file(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

constexpr const char* own_link = "/proc/thread-self/ns/net";

// All namespaces are files of one nsfs. Of what kind one is, its device does not say.
std::optional<dev_t> device_of_namespaces() {
  struct stat status {};
  if (::stat(own_link, &status) != 0) return std::nullopt;
  return status.st_dev;
}

std::uint64_t inode_if_namespace(const struct stat& status) {
  static const std::optional<dev_t> device = device_of_namespaces();
  if (device && status.st_dev == *device) return status.st_ino;
  errno = EINVAL;
  return 0;
}

// The name of a file of nsfs: "net:[4026532205]".
std::optional<std::uint64_t> namespace_number(std::string_view root) {
  constexpr std::string_view begin = "net:[";
  if (!root.starts_with(begin) || !root.ends_with(']')) return std::nullopt;
  return to_number<std::uint64_t>(root.substr(begin.size(), root.size() - begin.size() - 1));
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

std::vector<NamespaceFile> named_network_namespaces() {
  std::vector<NamespaceFile> all;
  for (std::string& name : network_namespace_names()) {
    for (const char* const folder : folders) {
      NamespaceFile file{0, std::string(folder) + "/" + name, name};
      file.inode = network_namespace_at(file.path);
      if (file.inode == 0) continue;  // `ip netns del` of one in use elsewhere leaves an empty file
      all.push_back(std::move(file));
      break;
    }
  }
  return all;
}

std::vector<NamespaceFile> mounted_network_namespaces(std::string_view mountinfo) {
  std::vector<NamespaceFile> all;
  while (!mountinfo.empty()) {
    // proc_pid_mountinfo(5): id parent device ROOT MOUNT_POINT options [fields] - TYPE source super_options
    std::string_view line = take_line(mountinfo);
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    std::string_view tail = line.substr(dash + 3);
    for (int skipped = 0; skipped < 3; ++skipped) take_until(line, ' ');
    const auto inode = namespace_number(take_until(line, ' '));
    const std::string_view place = take_until(line, ' ');
    if (!inode || *inode == 0 || place.empty() || take_until(tail, ' ') != "nsfs") continue;
    all.push_back({*inode, unescape_octal(place), {}});
  }
  return all;
}

std::uint64_t network_namespace_at(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? inode_if_namespace(status) : 0;
}

std::uint64_t network_namespace_at(const UniqueFd& fd) {
  struct stat status {};
  return ::fstat(fd.get(), &status) == 0 ? inode_if_namespace(status) : 0;
}

NetNamespace own_network_namespace() {
  NetNamespace own;
  own.inode = network_namespace_at(std::string(own_link));
  if (own.inode == 0) return own;
  for (const NamespaceFile& file : named_network_namespaces()) {
    if (file.inode == own.inode && own.name.empty()) own.name = file.name;
  }
  return own;
}

Status on_own_thread(const std::function<void()>& work) {
  std::exception_ptr failure;
  try {
    std::thread thread([&] {
      try {
        work();
      } catch (...) {
        failure = std::current_exception();
      }
    });
    thread.join();
  } catch (const std::system_error& error) {
    return Error{"begin a thread", error.code().value()};
  }
  if (failure) std::rethrow_exception(failure);
  return Done{};
}

}  // namespace skq::kernel
