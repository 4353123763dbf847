#include "kernel/security_contexts.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "kernel/proc_dir.h"

namespace skq::kernel {
namespace {

constexpr std::size_t context_limit = 4096;
constexpr long selinux_magic = 0xf97cff8c;  // include/uapi/linux/magic.h, SELINUX_MAGIC

/// The kernel ends a context with a NUL, a file with a newline.
void trim(std::string& context) {
  context.resize(std::min(context.find_first_of(std::string_view("\0\n", 2)), context.size()));
}

bool is_mounted() {
  struct statfs status {};
  return ::statfs("/sys/fs/selinux", &status) == 0 &&
         (static_cast<unsigned long>(status.f_type) & 0xffffffffUL) == static_cast<unsigned long>(selinux_magic);
}

/// In a container the file system may be hidden though SELinux works: then our own context has its parts.
bool kernel_has_selinux() {
  std::string systems;
  if (read_file_at(AT_FDCWD, "/proc/filesystems", std::size_t{1} << 16, systems) != 0) return false;
  return systems.find("\tselinuxfs\n") != std::string::npos;
}

}  // namespace

std::string lacks_selinux() {
  if (is_mounted()) return {};
  if (!kernel_has_selinux()) return "SELinux is not enabled on this host";
  const UniqueFd self = open_place(AT_FDCWD, "/proc/self");
  const std::string own = self.valid() ? read_process_context(self.get(), "attr/current") : std::string();
  if (std::count(own.begin(), own.end(), ':') >= 2) return {};
  return "SELinux is not enabled on this host, or not visible here";
}

std::string read_process_context(int process, const char* path) {
  std::string context;
  if (read_file_at(process, path, context_limit, context) != 0) return {};
  trim(context);
  return context;
}

std::string read_socket_context(int process, const char* descriptor) {
  std::string context(256, '\0');
  const ProcPath path("/proc/self/fd/", process, "/", descriptor);
  ssize_t size = ::getxattr(path.c_str(), "security.selinux", context.data(), context.size());
  if (size < 0 && errno == ERANGE) {
    context.resize(context_limit);
    size = ::getxattr(path.c_str(), "security.selinux", context.data(), context.size());
  }
  if (size < 0) return {};
  context.resize(static_cast<std::size_t>(size));
  trim(context);
  return context;
}

}  // namespace skq::kernel
