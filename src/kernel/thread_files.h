// The text that /proc tells of one thread, taken apart. Pure functions of any bytes: what does not look as the kernel
// writes it gives nothing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "skq/activity.h"

namespace skq::kernel {

/// /proc/PID/stat, which is proc_pid_stat(5).
struct ThreadStat {
  std::string_view comm;  ///< any bytes
  ThreadState state = ThreadState::unknown;
  int parent = 0;
  bool of_kernel = false;  ///< a kernel thread
  std::uint64_t started = 0;
  int cpu = -1;  ///< the last one it ran on; -1: not told
};
std::optional<ThreadStat> parse_thread_stat(std::string_view text);

/// /proc/PID/task/TID/syscall.
struct BlockedCall {
  enum class Where : std::uint8_t {
    running,  ///< on a CPU, or about to be
    outside,  ///< blocked, but in no call: a page fault, a signal
    call
  };
  Where where = Where::running;
  std::int64_t number = -1;
  std::array<std::uint64_t, 6> arguments{};
  std::uint64_t stack = 0, at = 0;
  bool operator==(const BlockedCall&) const = default;
};
std::optional<BlockedCall> parse_blocked_call(std::string_view text);

/// /proc/PID/task/TID/sched. Empty members: this kernel does not tell.
struct ThreadClock {
  std::optional<std::int64_t> last_ran_ns;  ///< se.exec_start, on the clock of the CPU it ran on
  std::optional<std::uint64_t> switches;
};
ThreadClock parse_thread_clock(std::string_view text);

/// /proc/PID/status.
struct ThreadStatus {
  int tracer = 0;
  std::size_t table_size = 0;  ///< FDSize: no descriptor is as high
  std::optional<std::uint64_t> switches;
};
ThreadStatus parse_thread_status(std::string_view text);

/// /proc/PID/wchan without what compilers append to names of functions they split: "poll_schedule_timeout.constprop.0".
/// Empty: in no function, or not for us to know.
std::string_view parse_wchan(std::string_view text);

/// The word size of a process from its /proc/PID/auxv: 4 or 8; 0 not known.
std::size_t parse_word_size(std::string_view auxiliary_vector);

}  // namespace skq::kernel
