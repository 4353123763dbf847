// System calls by number: their names, which come from this build's own kernel headers, and of those that may wait on
// a socket what their arguments mean. To teach one: its row in system_calls.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "skq/activity.h"

namespace skq::kernel {

/// Where a call's arguments tell what it is on.
enum class CallShape : std::uint8_t {
  other,       ///< nothing is known
  on_file,     ///< the first argument is a descriptor, but it is nothing that waits on a socket
  transfer,    ///< the first argument is the descriptor to send to, receive from, or accept on
  sendto,      ///< fd, buffer, size, flags, address, its size
  connect,     ///< fd, address, its size
  message,     ///< fd, struct msghdr
  messages,    ///< fd, array of struct mmsghdr, each of which begins with a msghdr; how many
  splice,      ///< fd in, offset, fd out
  poll,        ///< pollfds, count, milliseconds
  ppoll,       ///< pollfds, count, timespec
  select,      ///< highest fd + 1, three sets, timeval
  old_select,  ///< all of that behind one pointer (i386)
  pselect,     ///< as select, with timespec
  epoll,       ///< instance, events, count, milliseconds
  epoll_spec,  ///< instance, events, count, timespec
  io_uring,    ///< ring, to submit, wanted completions, flags
  socketcall,  ///< number and arguments of another call (i386)
  restart      ///< restart_syscall: goes on with poll() after a signal stopped the thread
};

struct SystemCall {
  std::string_view name;
  CallShape shape = CallShape::other;
  WaitFor what{};
  bool long_time = false;  ///< timespec of 64 bits also in 32-bit processes
};

/// The calls of one kind of process.
class CallTable {
 public:
  struct Name {
    std::int64_t number;
    std::string_view name;
  };
  CallTable(std::span<const Name> names, std::size_t word);
  /// Null for a number that has no name.
  [[nodiscard]] const SystemCall* find(std::int64_t number) const;

 private:
  std::vector<SystemCall> calls_;  // by number
};

/// Calls of processes whose words are that long (4 or 8 bytes); null where their numbers are not known here.
const CallTable* calls_of(std::size_t word);

/// The call that socketcall's first argument stands for; null for none that may wait.
const SystemCall* socket_call(std::uint64_t number);

/// poll(), as restart_syscall goes on with it.
const SystemCall& restarted_poll();

/// Names of 32-bit processes' calls on a 64-bit kernel; empty where there are none.
std::span<const CallTable::Name> compat_call_names();

}  // namespace skq::kernel
