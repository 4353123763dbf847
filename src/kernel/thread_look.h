// One thread as /proc tells it: state, clock, call, and the sockets it waits on.
#pragma once

#include <cstdint>
#include <optional>

#include "kernel/call_waits.h"
#include "kernel/epoll_watch.h"
#include "kernel/look_context.h"
#include "kernel/thread_files.h"

namespace skq::kernel {

/// A thread, and what its time asleep is made of once the clocks of all CPUs that are needed are known.
struct ThreadNotes {
  ThreadActivity activity;
  int cpu = -1;
  std::optional<std::int64_t> last_ran_ns;  ///< on that CPU's clock
  std::int64_t seen_ns = 0;                 ///< CLOCK_MONOTONIC when that was read
  bool refused = false;                     ///< its call may not be read
  bool cut = false;                         ///< it waits for more descriptors than were looked at
};

/// What its threads have in common.
struct ThreadsPlace {
  LookContext& context;
  EpollWatch& epolls;
  int task = -1;  ///< the open /proc/PID/task
  int pid = 0;
  bool of_kernel = false;
  std::size_t word = 0;  ///< 0: not known
  bool many = false;     ///< so many that threads without interest are read less of
};

/// Empty: it has ended.
std::optional<ThreadNotes> look_at_thread(const ThreadsPlace& place, int tid);

}  // namespace skq::kernel
