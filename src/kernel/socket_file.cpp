#include "kernel/socket_file.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "base/unique_fd.h"
#include "kernel/proc_dir.h"

namespace skq::kernel {
namespace {

/// The path in a sockaddr_un; empty for an abstract name and other families.
std::string path_of(ByteSpan address) {
  const auto family = read_at<sa_family_t>(address);
  if (family != AF_UNIX) return {};
  address = address.subspan(sizeof(sa_family_t));
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path);
  std::string path(reinterpret_cast<const char*>(address.data()), std::min(address.size(), longest));
  path.resize(std::min(path.find('\0'), path.size()));
  return path;
}

#if defined(SYS_openat2) && __has_include(<linux/openat2.h>)
UniqueFd open_resolved(int from, const char* path, std::uint64_t resolve) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = resolve;
  return UniqueFd(static_cast<int>(::syscall(SYS_openat2, from, path, &how, sizeof how)));
}

/// Only through names that the kernel has in memory: the thread has just used them, and a network file system whose
/// server is gone would hold us. Lost to that is a symbolic link whose time of access is due for an update, as after a
/// day in which nobody used it: only a walk that may wait makes that.
UniqueFd open_below(int from, const char* path, std::uint64_t resolve) {
#ifdef RESOLVE_CACHED
  // A rename elsewhere can make it miss once.
  constexpr int attempts = 3;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    UniqueFd file = open_resolved(from, path, resolve | RESOLVE_CACHED);
    if (file.valid() || (errno != EAGAIN && errno != EINVAL)) return file;
    if (errno == EINVAL) return open_resolved(from, path, resolve);  // before Linux 5.12
  }
  return {};
#else
  return open_resolved(from, path, resolve);
#endif
}
#endif

/// Name by name, where the kernel does not do it for us; gives up at a symbolic link.
UniqueFd walk(UniqueFd from, std::string_view path) {
  while (!path.empty() && from.valid()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string name(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
    if (name.empty()) continue;
    if (name == "..") return {};  // could lead above the thread's root
    UniqueFd next(::openat(from.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!next.valid() || ::fstat(next.get(), &status) != 0 || S_ISLNK(status.st_mode)) return {};
    from = std::move(next);
  }
  return from;
}

UniqueFd open_socket_file(int task, int tid, const std::string& path) {
  const bool absolute = path.front() == '/';
  UniqueFd from = open_place(task, ProcPath(tid, absolute ? "/root" : "/cwd").c_str());
  if (!from.valid()) return {};
#if defined(SYS_openat2) && __has_include(<linux/openat2.h>)
  // A working directory is no root: what is relative to it may go up, but a link could lead out into our own root.
  const std::uint64_t resolve = absolute ? RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS : RESOLVE_NO_SYMLINKS;
  UniqueFd file = open_below(from.get(), path.c_str(), resolve);
  if (file.valid() || (errno != ENOSYS && errno != EPERM)) return file;
#endif
  return walk(std::move(from), path);
}

}  // namespace

std::optional<VfsObject> find_socket_file(MountDevices& devices, int task, int tid, ByteSpan address) {
  const std::string path = path_of(address);
  if (path.empty()) return std::nullopt;
  const UniqueFd file = open_socket_file(task, tid, path);
  struct statx status {};
  if (!file.valid() ||
      ::statx(file.get(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &status) != 0)
    return std::nullopt;
  if (!S_ISSOCK(status.stx_mode)) return std::nullopt;
  const DeviceNumber device =
      devices.of(file.get(), task, tid).value_or(DeviceNumber{status.stx_dev_major, status.stx_dev_minor});
  // As unix_diag gives it, which cuts the inode to 32 bits.
  return VfsObject{static_cast<std::uint32_t>(status.stx_ino), device.major, device.minor};
}

}  // namespace skq::kernel
