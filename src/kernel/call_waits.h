// From a system call and its arguments to the sockets that the thread waits on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "kernel/epoll_watch.h"
#include "kernel/look_context.h"
#include "kernel/system_calls.h"
#include "kernel/thread_files.h"
#include "kernel/user_memory.h"

namespace skq::kernel {

/// The thread that is in the call.
struct CallPlace {
  LookContext& context;
  EpollWatch& epolls;
  int task = -1;  ///< the open /proc/PID/task
  int pid = 0, tid = 0;
  std::size_t word = 0;
  std::string_view wchan;
};

struct CallFacts {
  std::string_view call;  ///< its name; differs from the table's where a call stands for another
  std::optional<int> fd;
  std::vector<SocketWait> waits;
  std::span<const SocketWait> kept_waits;  ///< of epoll_wait in place of these, in the arena already
  std::uint32_t watched = 0, watched_sockets = 0;
  std::optional<std::int64_t> timeout_ns;
  bool cut = false;  ///< there are more descriptors than were looked at
};

/// What the call is on, and whom it waits for if the thread does sleep in it.
CallFacts read_call(const CallPlace& place, const SystemCall& call, const BlockedCall& blocked);

}  // namespace skq::kernel
