// Reading /proc relative to open directories: an open /proc/PID stays that very process, even when its number is given
// to another one (its lookups then fail with ENOENT or ESRCH), and short paths cost the kernel less.
#pragma once

#include <dirent.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace skq::kernel {

/// Opens a directory to read its entries. Invalid and errno set when that fails.
UniqueFd open_directory(int at, const char* path);

/// Opens a directory only as a place to start from: needs no right to read it.
UniqueFd open_place(int at, const char* path);

/// The whole file, at most `limit` bytes, in place of what `into` held. Returns 0 or errno.
int read_file_at(int at, const char* path, std::size_t limit, std::string& into);

/// What a symbolic link says; empty when it cannot be read.
std::string read_link_at(int at, const char* path);

/// How many threads a process has, from the link count of its task directory (fs/proc/base.c, proc_task_getattr); 0
/// when it is gone.
std::size_t count_threads(int process);

/// A whole number of at most 19 digits and nothing else; empty for anything different. By hand, since it runs twice for
/// each descriptor of the host.
template <class T>
[[nodiscard]] std::optional<T> to_number(std::string_view digits) {
  constexpr std::size_t most_digits = 19;  // never more than 64 bits
  if (digits.empty() || digits.size() > most_digits) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(digit - '0');
  }
  if (number > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) return std::nullopt;
  return static_cast<T>(number);
}

/// A path below /proc made of a few parts, without an allocation: ProcPath("task/", 71, "/fd").
class ProcPath {
 public:
  template <class... Parts>
  explicit ProcPath(const Parts&... parts) {
    (append(parts), ...);
    text_.at(size_) = '\0';
  }
  [[nodiscard]] const char* c_str() const { return text_.data(); }

 private:
  void append(std::string_view part) {
    const std::size_t size = part.size() < room() ? part.size() : room();
    std::memcpy(text_.data() + size_, part.data(), size);
    size_ += size;
  }
  void append(int number) {
    const auto written = std::to_chars(text_.data() + size_, text_.data() + size_ + room(), number);
    size_ = static_cast<std::size_t>(written.ptr - text_.data());
  }
  [[nodiscard]] std::size_t room() const { return text_.size() - 1 - size_; }

  std::array<char, 64> text_{};
  std::size_t size_ = 0;
};

/// Calls visit(name, number) for each entry of an open directory whose name is a number, until it returns false.
/// Returns 0 or errno. `buffer` is scratch; readdir(3) would allocate one for each directory.
template <class Visit>
int for_each_number(int directory, std::span<char> buffer, Visit&& visit) {
  for (;;) {
    const ssize_t got = ::getdents64(directory, buffer.data(), buffer.size());
    if (got < 0) return errno;
    if (got == 0) return 0;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      unsigned short length = 0;
      std::memcpy(&length, buffer.data() + at + offsetof(dirent64, d_reclen), sizeof length);
      const char* name = buffer.data() + at + offsetof(dirent64, d_name);
      at += length;
      const auto number = to_number<int>(name);
      if (number && !visit(name, *number)) return 0;
    }
  }
}

}  // namespace skq::kernel
