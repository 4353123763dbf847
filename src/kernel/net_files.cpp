#include "kernel/net_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "kernel/proc_dir.h"

namespace skq::kernel {
namespace {

constexpr std::size_t table_limit = std::size_t{1} << 28;
constexpr std::size_t value_limit = 4096;

}  // namespace

int read_net_file(const char* name, std::string& text) {
  // Not /proc/net, which is the network namespace of the process' first thread. thread-self is there since linux 3.17.
  const int error = read_file_at(AT_FDCWD, ProcPath("/proc/thread-self/net/", name).c_str(), table_limit, text);
  if (error != ENOENT) return error;
  return read_file_at(AT_FDCWD, ProcPath("/proc/self/net/", name).c_str(), table_limit, text);
}

int read_sysctl(const char* name, std::string& text) {
  // Which namespace's values stand below net is decided by who opens (net/sysctl_net.c, net_ctl_header_lookup).
  const int error = read_file_at(AT_FDCWD, ProcPath("/proc/sys/", name).c_str(), value_limit, text);
  text.resize(std::min(text.find('\n'), text.size()));
  return error;
}

bool has_sysctls(std::vector<Gap>& gaps) {
  struct stat status {};
  if (::stat("/proc/sys/net", &status) == 0 || errno != ENOENT) return true;
  gaps.push_back({GapKind::system, "/proc/sys is not there: no sysctl can be read"});
  return false;
}

}  // namespace skq::kernel
