// What the threads of a process are doing: which of them wait, in which call, on which socket, and since when. Plain
// data, as /proc tells it. Whatever could not be seen is an empty optional or an empty text, never a guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "skq/snapshot.h"
#include "skq/socket.h"
#include "skq/types.h"

namespace skq {

/// The letter in /proc/PID/stat.
enum class ThreadState : std::uint8_t {
  unknown,
  running,     ///< R
  sleeping,    ///< S
  disk_sleep,  ///< D
  stopped,     ///< T: by a signal
  traced,      ///< t: by a debugger
  zombie,      ///< Z
  dead,        ///< X
  idle,        ///< I: a kernel thread at rest
  parked       ///< P: likewise
};

/// What must happen to a socket before the thread goes on.
enum class WaitFor : std::uint8_t {
  send,     ///< room to send: also sendfile and splice to a socket, and POLLOUT
  receive,  ///< something to receive: also POLLIN
  accept,   ///< a connection to accept; as POLLIN of a listener it is `receive`
  connect   ///< its own connection to be taken
};

/// How it waits.
enum class WaitBy : std::uint8_t {
  call,     ///< in the very call: send(), recv(), accept(), connect() …
  poll,     ///< poll, ppoll
  select,   ///< select, pselect6
  epoll,    ///< epoll_wait on an instance that has the socket, perhaps through another instance
  io_uring  ///< io_uring_enter; which socket a request is on is not to be seen unless all is the same
};

/// One socket that a thread waits on, for one thing. A thread that polls for reading and writing has two.
struct SocketWait {
  Inode inode{};  ///< 0: not to be seen which (io_uring)
  int fd = -1;    ///< in the thread's table; -1: not known (an epoll instance's descriptor numbers go stale)
  WaitFor what{};
  WaitBy by{};
  bool edge_triggered = false;  ///< EPOLLET: such users leave EPOLLOUT set all the time, so it proves nothing
  /// An unconnected sendto/sendmsg or a connect: struct sockaddr as read from the thread's memory. Any bytes.
  std::span<const std::byte> address;
  /// sendmmsg to several addresses: which of its messages waits is not to be seen, and `address` is empty.
  bool address_unknown = false;
  /// The socket file which that address names, looked up as the thread would (its root, its working directory).
  std::optional<VfsObject> address_file;
  /// The kernel's own word, asked on a duplicate of the descriptor (pidfd_getfd, poll): would the wait be over now?
  /// Only for connected unix datagram sockets that are waited on for `send`; empty: not asked, or not permitted.
  std::optional<bool> ready;
};

struct ThreadActivity {
  int tid = 0;
  std::string_view comm;  ///< any bytes
  ThreadState state = ThreadState::unknown;
  bool call_known = false;  ///< false: /proc/PID/task/TID/syscall was not to be read (another user's), or said nothing
  std::string_view call;    ///< "sendto"; "call 777" for a number without a name; empty: in none (runs, or unknown)
  std::optional<int> call_fd;  ///< the descriptor that the call is on, of whatever kind; of epoll_wait the instance
  std::string_view wchan;      ///< kernel function it sleeps in, without compiler suffixes; empty: not told
  /// Not on a CPU since that long ago: nanoseconds, a lower bound of how long the call has been blocked. Empty where
  /// the kernel does not tell (no /proc/PID/task/TID/sched).
  std::optional<std::int64_t> asleep_ns;
  std::optional<std::uint64_t> switches;  ///< context switches so far: unchanged between two looks means "did not run"
  std::span<const SocketWait> waits;      ///< of epoll only sockets that the request named
  /// poll, select, epoll: descriptors watched altogether, sockets or not. Of epoll instances that are watched, what
  /// those watch.
  std::uint32_t watched = 0;
  std::uint32_t watched_sockets = 0;  ///< of these, the sockets
  /// poll, select, epoll_wait: how long it waits at most; empty: for ever, or not to be seen.
  std::optional<std::int64_t> timeout_ns;
};

struct ProcessActivity {
  int pid = 0;
  int parent = 0;
  std::string_view comm;
  std::uint64_t started = 0;                 ///< /proc/PID/stat starttime: with the pid the identity of the process
  ThreadState state = ThreadState::unknown;  ///< of the leader: zombie where only other threads live on
  bool readable = true;                      ///< false: not ours to look into; threads then know state and times only
  bool frozen = false;                       ///< by its cgroup's freezer
  int tracer = 0;                            ///< pid of who traces it; 0 nobody
  int vfork_child = 0;                       ///< pid of the child whose exec or exit the leader waits for; 0 none
  const Process* details = nullptr;          ///< cmdline, cgroup, container, unit
  std::span<const ThreadActivity> threads;   ///< by tid
  /// Sorted: every socket that it has a descriptor of as of this look. Who was told as an owner before, but is not seen
  /// here, has closed it since, or is another process by the same number. Empty: not to be read, or not all of it.
  std::optional<std::span<const Inode>> holds;
};

/// Descriptors of sockets that travel: only who will receive them is known, and how many.
struct DescriptorsInFlight {
  Inode receiver{};
  std::uint32_t count = 0;
};

struct ActivityRequest {
  std::span<const int> pids;       ///< sorted; whose threads to look at, all of them
  std::span<const Inode> sockets;  ///< sorted; epoll registrations of others are counted in `watched` and left out
};

struct Activity {
  std::vector<ProcessActivity> processes;      ///< sorted by pid; those that have ended are left out
  std::vector<DescriptorsInFlight> in_flight;  ///< found while looking: sockets of `sockets` held by these processes
  std::vector<Inode> in_io_uring;              ///< sorted: sockets of `sockets` registered with an io_uring of theirs
  std::vector<Gap> gaps;
};

}  // namespace skq
