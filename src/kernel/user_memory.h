// The memory of another thread, read through /proc: whatever its arguments point to. All addresses and all bytes are
// that process' own word and may be anything. A page that is not in memory is not read: it may be one of a file whose
// server is gone, and whoever waits for that cannot even be killed. What remains is a process that puts such a file
// there between our look at its pages and the read: the kernel offers no read without that wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "base/unique_fd.h"

namespace skq::kernel {

class UserMemory {
 public:
  /// `task` is the open /proc/PID/task; `word` is 4 or 8. Nothing is opened before something is read.
  UserMemory(int task, int tid, std::size_t word) : task_(task), tid_(tid), word_(word) {}

  /// How many bytes there were, up to the first page that is not in memory.
  std::size_t read(std::uint64_t address, std::span<std::byte> into);

  template <class T>
  std::optional<T> value(std::uint64_t address) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (read(address, std::as_writable_bytes(std::span(&value, 1))) != sizeof(T)) return std::nullopt;
    return value;
  }

  /// A pointer or a long.
  std::optional<std::uint64_t> word(std::uint64_t address);

  /// A struct timespec (`units` 1) or timeval (1000) as nanoseconds; empty where there is none (a null pointer). With
  /// `long_time` it has 64 bits in 32-bit processes, too.
  std::optional<std::int64_t> duration(std::uint64_t address, std::int64_t units, bool long_time);

  /// errno of why the memory could not be opened; 0: it could, or was not needed.
  [[nodiscard]] int error() const { return error_; }

 private:
  bool open();
  std::size_t bytes_in_memory(std::uint64_t address, std::size_t size);

  int task_, tid_;
  std::size_t word_;
  UniqueFd pages_, file_;
  bool tried_ = false;
  int error_ = 0;
};

}  // namespace skq::kernel
