#include "kernel/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

namespace skq::kernel {
namespace {

constexpr unsigned new_file_mode = 0644;
constexpr unsigned permission_bits = 0777;
constexpr int name_attempts = 100;
constexpr std::size_t much = std::size_t{1} << 16;
constexpr int wide_pipe = 1 << 18;

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// A hidden name beside the target that nobody else will choose.
std::string random_name_beside(const std::string& target) {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) < 0) number = static_cast<std::uint64_t>(::getpid());
  constexpr const char* digits = "0123456789abcdef";
  std::string name = folder_of(target) + "/.skq-";
  for (int at = 0; at < 12; ++at, number >>= 4) name += digits[number & 15];
  return name;
}

/// Where symbolic links lead to; the path itself if that does not exist.
std::string follow_links(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
  return real ? std::string(real.get()) : path;
}

/// Gives an unnamed file a name; 0 or errno. The direct way needs a right on kernels before 6.10 (fs/namei.c,
/// do_linkat), the other one a mounted /proc.
int link_unnamed(int file, const char* name) {
  if (::linkat(file, "", AT_FDCWD, name, AT_EMPTY_PATH) == 0) return 0;
  if (errno == EEXIST) return EEXIST;
  const std::string self = "/proc/self/fd/" + std::to_string(file);
  return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/// Asked before anything is written: the kernel looks at the file first and then at the name, which is taken.
bool can_be_named(int file) { return link_unnamed(file, "/") == EEXIST; }

/// True for another name of stdout, such as /dev/stdout, also when stdout is a regular file.
bool is_stdout(const std::string& path, const struct stat& status) {
  struct stat link {};
  struct stat out {};
  return ::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode) && ::fstat(STDOUT_FILENO, &out) == 0 &&
         out.st_dev == status.st_dev && out.st_ino == status.st_ino;
}

/// Leaves errno as it is.
bool is_fifo(const std::string& path) {
  const int before = errno;
  struct stat status {};
  const bool fifo = ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
  errno = before;
  return fifo;
}

}  // namespace

Output::Output(Output&& other) noexcept
    : file_(std::move(other.file_)),
      doing_(std::move(other.doing_)),
      target_(std::exchange(other.target_, {})),
      temporary_(std::exchange(other.temporary_, {})),
      widened_(other.widened_) {}

Output::~Output() { drop_temporary(); }

void Output::drop_temporary() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

Result<Output> Output::to_stdout() {
  const std::string doing = "write to stdout";
  // A duplicate: its close reports what only a close knows (NFS, quotas), and stdout itself stays usable.
  UniqueFd copy(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!copy.valid()) return Error{doing, errno};
  if ((::fcntl(copy.get(), F_GETFL) & O_ACCMODE) == O_RDONLY) return Error{doing, EBADF};
  return Output(std::move(copy), doing);
}

Result<Output> Output::open_direct(const std::string& path, std::string doing) {
  // A FIFO that nobody reads is an error (ENXIO) and no reason to wait for ever. What is open is waited for as usual.
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.valid() && errno == ENXIO && is_fifo(path)) doing += ", which nobody reads";
  if (!file.valid()) return Error{std::move(doing), errno};
  const int flags = ::fcntl(file.get(), F_GETFL);
  if (flags < 0 || ::fcntl(file.get(), F_SETFL, flags & ~O_NONBLOCK) != 0) return Error{std::move(doing), errno};
  return Output(std::move(file), std::move(doing));
}

Result<Output> Output::to_file(const std::string& path) {
  std::string doing = "write " + path;
  if (path.empty()) return Error{std::move(doing), ENOENT};
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) return Error{std::move(doing), errno};
  if (!exists && path.ends_with('/')) return Error{std::move(doing), EISDIR};
  if (exists && S_ISDIR(status.st_mode)) return Error{std::move(doing), EISDIR};
  if (exists && is_stdout(path, status)) return to_stdout();
  if (exists && !S_ISREG(status.st_mode)) return open_direct(path, std::move(doing));

  Output output(UniqueFd(), std::move(doing));
  output.target_ = follow_links(path);
  if (const int error = output.open_temporary(status.st_mode & permission_bits, exists); error != 0) {
    return Error{output.doing_, error};
  }
  return output;
}

/// Prefers a file without a name: whatever ends the process, nothing is left behind.
int Output::open_temporary(unsigned mode, bool has_mode) {
  file_ = UniqueFd(::open(folder_of(target_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, new_file_mode));
  // open(2): EOPNOTSUPP from a file system without O_TMPFILE, EISDIR from a kernel without it.
  const bool lacks = !file_.valid() && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL);
  if (!file_.valid() && !lacks) return errno;
  if (file_.valid() && !can_be_named(file_.get())) file_.reset();
  for (int attempt = 0; !file_.valid(); ++attempt) {
    const std::string name = random_name_beside(target_);
    file_ = UniqueFd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, new_file_mode));
    if (file_.valid()) temporary_ = name;
    if (!file_.valid() && (errno != EEXIST || attempt == name_attempts)) return errno;
  }
  if (has_mode && ::fchmod(file_.get(), static_cast<mode_t>(mode)) != 0) return errno;
  return 0;
}

/// Much is coming: a reader that is woken for every 64 KiB makes us wait more than it takes to make them.
void Output::widen_pipe() const {
  const int now = ::fcntl(file_.get(), F_GETPIPE_SZ);  // EBADF: no pipe
  if (now > 0 && now < wide_pipe) static_cast<void>(::fcntl(file_.get(), F_SETPIPE_SZ, wide_pipe));
}

Status Output::write(std::string_view bytes) {
  if (bytes.size() >= much && !std::exchange(widened_, true)) widen_pipe();
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd room{file_.get(), POLLOUT, 0};
      static_cast<void>(::poll(&room, 1, -1));
    } else if (errno != EINTR) {
      return Error{doing_, errno};
    }
  }
  return Done{};
}

int Output::give_name() {
  for (int attempt = 0;; ++attempt) {
    const std::string name = random_name_beside(target_);
    const int error = link_unnamed(file_.get(), name.c_str());
    if (error == 0) temporary_ = name;
    if (error != EEXIST || attempt == name_attempts) return error;
  }
}

/// fsync before rename: the new name must never lead to a file whose bytes are not there yet, also after a power cut.
int Output::replace() {
  if (::fsync(file_.get()) != 0) return errno;
  if (temporary_.empty()) {
    if (const int error = give_name(); error != 0) return error;
  }
  if (!file_.reset()) return errno;
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) return errno;
  temporary_.clear();
  const UniqueFd folder(::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return 0;  // a folder that may be written to but not read
  // EINVAL: a file system whose folders need no sync.
  return ::fsync(folder.get()) == 0 || errno == EINVAL ? 0 : errno;
}

Status Output::commit() {
  int error = 0;
  if (target_.empty()) {
    if (!file_.reset()) error = errno;
  } else {
    error = replace();
  }
  if (error != 0) return Error{doing_, error};
  return Done{};
}

}  // namespace skq::kernel
