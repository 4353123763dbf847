#include "kernel/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace skq::kernel {

Result<InputFile> InputFile::open(const std::string& path) {
  const bool standard = path == "-";
  std::string name = standard ? "standard input" : path;
  UniqueFd file(standard ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return Error{"open " + name, errno};
  return InputFile(std::move(file), std::move(name));
}

Status InputFile::read_up_to(std::size_t size) {
  constexpr std::size_t step = std::size_t{1} << 16;
  while (!ended_ && bytes_.size() < size) {
    const std::size_t at = bytes_.size();
    bytes_.resize(std::min(size, at + std::max(step, at)));
    const ssize_t got = ::read(file_.get(), bytes_.data() + at, bytes_.size() - at);
    const int error = errno;
    bytes_.resize(at + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && error != EINTR) return Error{"read " + name_, error};
    ended_ = got == 0;
  }
  return Done{};
}

Status InputFile::read_all(std::size_t largest) {
  if (const Status status = read_up_to(largest + 1); !status) return status;
  if (bytes_.size() > largest) return Error{"read " + name_, EFBIG};
  return Done{};
}

std::optional<std::int64_t> InputFile::modified_ns() const {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace skq::kernel
