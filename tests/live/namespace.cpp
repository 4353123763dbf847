#include "namespace.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/unique_fd.h"

namespace live {
namespace {

using skq::UniqueFd;

bool made_user_namespace = false;

std::string failure(const std::string& doing) { return doing + ": " + std::strerror(errno); }

bool write_file(const std::string& path, const std::string& text) {
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.valid() && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Privilege comes from being root of a user namespace (user_namespaces(7)): setgroups must be given up before gid_map.
std::optional<std::string> become_root_of_own_namespace() {
  const std::string uid = std::to_string(geteuid());
  const std::string gid = std::to_string(getegid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return failure("no user namespace is permitted here: unshare");
  if (!write_file("/proc/self/setgroups", "deny")) return failure("write /proc/self/setgroups");
  if (!write_file("/proc/self/uid_map", "0 " + uid + " 1")) return failure("write /proc/self/uid_map");
  if (!write_file("/proc/self/gid_map", "0 " + gid + " 1")) return failure("write /proc/self/gid_map");
  made_user_namespace = true;
  return {};
}

std::optional<std::string> bring_lo_up() {
  const UniqueFd any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  if (!any.valid() || ioctl(any.get(), SIOCGIFFLAGS, &request) != 0) return failure("read the flags of lo");
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (ioctl(any.get(), SIOCSIFFLAGS, &request) != 0) return failure("bring lo up");
  return {};
}

}  // namespace

std::optional<std::string> enter_private_network() {
  if (unshare(CLONE_NEWNET) != 0) {
    if (errno != EPERM) return failure("no network namespace is permitted here: unshare");
    if (auto reason = become_root_of_own_namespace()) return reason;
  }
  return bring_lo_up();
}

bool in_own_user_namespace() { return made_user_namespace; }

bool set_sysctl(const std::string& name, const std::string& value) { return write_file("/proc/sys/" + name, value); }

}  // namespace live
