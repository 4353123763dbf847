#include "kernel/proc_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

namespace skq::kernel {

UniqueFd open_directory(int at, const char* path) {
  return UniqueFd(::openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

UniqueFd open_place(int at, const char* path) { return UniqueFd(::openat(at, path, O_PATH | O_DIRECTORY | O_CLOEXEC)); }

int read_file_at(int at, const char* path, std::size_t limit, std::string& into) {
  into.clear();
  const UniqueFd file(::openat(at, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.valid()) return errno;
  std::array<char, 4096> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
  while (into.size() < limit) {
    const ssize_t got = ::read(file.get(), chunk.data(), std::min(chunk.size(), limit - into.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    into.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return 0;
}

std::string read_link_at(int at, const char* path) {
  std::array<char, PATH_MAX> target;  // NOLINT(cppcoreguidelines-pro-type-member-init): readlinkat() fills it
  const ssize_t got = ::readlinkat(at, path, target.data(), target.size());
  return got < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(got));
}

std::size_t count_threads(int process) {
  struct stat status {};
  if (::fstatat(process, "task", &status, 0) != 0) return 0;
  return status.st_nlink > 2 ? status.st_nlink - 2 : 0;
}

}  // namespace skq::kernel
