#include "kernel/day_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <memory>
#include <thread>
#include <utility>

namespace skq::kernel {
namespace {

constexpr mode_t new_file_mode = 0640;
constexpr int open_attempts = 100;

std::string path_of(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

constexpr std::string_view beside_ends = ".last", unfinished_ends = ".new";

/// FOLDER/.DAY.last of FOLDER/DAY.SUFFIX.
std::string path_beside(const std::string& path) {
  const std::size_t name = path.rfind('/') + 1;  // none: 0
  const std::size_t day = std::min(path.find('.', name), path.size()) - name;
  return (path.substr(0, name) + '.').append(path, name, day).append(beside_ends);
}

/// The day file's name of that of a file beside it, whose suffix is that of `like`; empty: no such name.
std::string day_name_of(std::string_view beside, std::string_view like) {
  if (beside.ends_with(unfinished_ends)) beside.remove_suffix(unfinished_ends.size());
  const std::size_t suffix = like.find('.');
  if (!beside.starts_with('.') || !beside.ends_with(beside_ends) || suffix == std::string_view::npos) return {};
  beside.remove_prefix(1);
  beside.remove_suffix(std::min(beside.size(), beside_ends.size()));
  return std::string(beside).append(like.substr(suffix));
}

// Often enough that a recorder of many snapshots a second leaves room.
constexpr std::chrono::milliseconds between_tries{5};

// A wait within flock itself could not be bounded without an alarm, which belongs to the whole process.
Status lock(int file, const std::string& path, const LockWait& wait) {
  const auto give_up = std::chrono::steady_clock::now() + wait.longest;
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return Error{"lock " + path, errno};
    if (std::chrono::steady_clock::now() >= give_up) return Error{path + " is locked by another recorder", EWOULDBLOCK};
    if (!wait.pause)
      std::this_thread::sleep_for(between_tries);
    else if (!wait.pause(between_tries))
      return Error{"wait for " + path + ", which another recorder has locked", EINTR};
  }
  return Done{};
}

bool is_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

// Whether the path still leads to this very file: retention by somebody else may have removed it while we waited.
bool is_still_there(int file, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

// The write of a regular file is only short where there is no more room (or a signal found it half done); the rest then
// tells why.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return ENOSPC;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// So that a new file's name survives a crash as its bytes do.
int sync_folder_of(const std::string& path) {
  const std::size_t end = path.rfind('/');
  const std::string folder = end == std::string::npos ? "." : path.substr(0, end + 1);
  const UniqueFd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.valid()) return errno;
  // Not every file system can do that with a folder.
  return ::fsync(opened.get()) != 0 && errno != EINVAL ? errno : 0;
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

Result<bool> DayFile::identify() {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) return Error{"open " + path_, errno};
  device_ = status.st_dev;
  inode_ = status.st_ino;
  return S_ISREG(status.st_mode);
}

Result<DayFile> DayFile::open_to_append(const std::string& folder, const std::string& name, const LockWait& wait) {
  const std::string path = path_of(folder, name);
  const std::string doing = "append to " + path;
  for (int attempt = 0; attempt < open_attempts; ++attempt) {
    // Without O_NONBLOCK a fifo of that name would keep us waiting for a reader.
    UniqueFd file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
                         new_file_mode));
    // So O_NOFOLLOW refuses a symbolic link; in the folder's own path the kernel gives the same for a circle of them.
    if (!file.valid() && errno == ELOOP && is_link(path)) return Error{doing + ": a symbolic link is refused", 0};
    if (!file.valid()) return Error{doing, errno};
    DayFile day(std::move(file), path);
    const auto regular = day.identify();
    if (!regular) return regular.error();
    if (!*regular) return Error{doing + ": it is no regular file", 0};
    if (const Status locked = lock(day.file_.get(), path, wait); !locked) return locked.error();
    if (is_still_there(day.file_.get(), path)) return day;
  }
  return Error{doing + ": it is removed again and again", 0};
}

Result<DayFile> DayFile::open_to_read(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.valid()) return Error{"open " + path, errno};
  DayFile day(std::move(file), path);
  const auto regular = day.identify();
  if (!regular) return regular.error();
  if (!*regular) return Error{"open " + path + ": it is no regular file", 0};
  return day;
}

std::uint64_t DayFile::size() const {
  struct stat status {};
  return ::fstat(file_.get(), &status) == 0 && status.st_size > 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

Result<std::size_t> DayFile::read(std::uint64_t offset, std::span<std::byte> to) const {
  if (offset > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) return std::size_t{0};
  std::size_t filled = 0;
  while (filled < to.size()) {
    const ssize_t got =
        ::pread(file_.get(), to.data() + filled, to.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{"read " + path_, errno};
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Status DayFile::append(std::uint64_t keep, std::string_view bytes, bool durable) {
  if (size() != keep && ::ftruncate(file_.get(), static_cast<off_t>(keep)) != 0) {
    return Error{"cut off the torn end of " + path_, errno};
  }
  int error = write_all(file_.get(), bytes);
  if (error == 0 && durable && ::fsync(file_.get()) != 0) error = errno;
  if (error == 0 && durable && keep == 0) error = sync_folder_of(path_);
  if (error == 0) return Done{};
  if (::ftruncate(file_.get(), static_cast<off_t>(keep)) != 0) {
    return Error{"append to " + path_ + " (whose torn end could not be cut off)", error};
  }
  return Error{"append to " + path_, error};
}

std::optional<DayFile> DayFile::open_beside() const {
  std::string path = path_beside(path_);
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK));
  if (!file.valid()) return std::nullopt;
  DayFile beside(std::move(file), std::move(path));
  const auto regular = beside.identify();
  return regular && *regular ? std::optional(std::move(beside)) : std::nullopt;
}

Status DayFile::leave_beside(std::string_view bytes) {
  const std::string path = path_beside(path_), fresh = path + std::string(unfinished_ends);
  // Of one who was killed while he wrote it; whoever has the lock is alone with that name.
  ::unlink(fresh.c_str());
  const UniqueFd file(
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, new_file_mode));
  if (!file.valid()) return Error{"write " + fresh, errno};
  int error = write_all(file.get(), bytes);
  if (error == 0 && ::rename(fresh.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return Done{};
  ::unlink(fresh.c_str());
  return Error{"write " + path, error};
}

Result<std::vector<DayFileEntry>> list_day_files(const std::string& folder, const DayOf& day_of, Links links) {
  const std::unique_ptr<DIR, CloseFolder> entries(::opendir(folder.c_str()));
  if (!entries) return Error{"open " + folder, errno};
  std::vector<DayFileEntry> days;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr && errno != 0) return Error{"read " + folder, errno};
    if (entry == nullptr) break;
    const auto day = day_of(entry->d_name);
    if (!day) continue;
    const int flags = links == Links::followed ? 0 : AT_SYMLINK_NOFOLLOW;
    struct stat status {};
    const bool there = ::fstatat(::dirfd(entries.get()), entry->d_name, &status, flags) == 0;
    const bool regular = there && S_ISREG(status.st_mode);
    if (regular)
      days.push_back({entry->d_name, *day, static_cast<std::uint64_t>(status.st_size)});
    else if (links == Links::followed)
      days.push_back({.name = entry->d_name, .day = *day, .regular = false});
  }
  std::sort(days.begin(), days.end(), [](const auto& a, const auto& b) { return a.day < b.day; });
  return days;
}

Result<std::vector<std::string>> remove_old_days(const std::string& folder, const DayOf& day_of,
                                                 const std::string& current, const Retention& retention) {
  const auto days = list_day_files(folder, day_of, Links::left_out);
  if (!days) return days.error();
  const auto today = day_of(current);
  std::uint64_t bytes = 0;
  for (const DayFileEntry& day : *days) bytes += day.size;
  std::vector<std::string> removed;
  for (const DayFileEntry& day : *days) {
    // A clock that went back has left days of the future; they are not old.
    if (!today || day.day >= *today) break;
    const bool too_old = retention.oldest_day && day.day < *retention.oldest_day;
    const bool too_much = retention.most_bytes && bytes > *retention.most_bytes;
    if (!too_old && !too_much) continue;
    const std::string path = path_of(folder, day.name);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return Error{"remove " + path, errno};
    ::unlink(path_beside(path).c_str());
    bytes -= day.size;
    removed.push_back(day.name);
  }
  return removed;
}

std::size_t remove_beside_older_days(const std::string& folder, const DayOf& day_of, const std::string& current) {
  const std::unique_ptr<DIR, CloseFolder> entries(::opendir(folder.c_str()));
  const auto today = day_of(current);
  if (!entries || !today) return 0;
  std::size_t removed = 0;
  while (const dirent* entry = ::readdir(entries.get())) {
    const auto day = day_of(day_name_of(entry->d_name, current));
    if (day && *day < *today && ::unlinkat(::dirfd(entries.get()), entry->d_name, 0) == 0) ++removed;
  }
  return removed;
}

}  // namespace skq::kernel
