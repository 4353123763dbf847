// What threads that sleep in epoll_wait wait for: the sockets that their instance watches, also through instances that
// watch instances.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "kernel/fdinfo_text.h"
#include "kernel/look_context.h"

namespace skq::kernel {

struct EpollWaits {
  std::span<const SocketWait> waits;  ///< kept once for all threads that wait on the instance
  std::uint32_t watched = 0, watched_sockets = 0;
};

/// The instances of one process. Many threads wait on one instance as a rule, which may watch ten thousands of
/// sockets: each is read once.
class EpollWatch {
 public:
  EpollWatch(LookContext& context, int task, int pid) : context_(context), task_(task), pid_(pid) {}

  /// Of descriptor `fd` in the table of thread `tid`. Null: it cannot be read.
  std::shared_ptr<const EpollWaits> read(int tid, int fd);

 private:
  struct Walk;
  std::shared_ptr<const EpollWaits> look(int tid, int fd);
  bool add_instance(Walk& walk, int fd, int depth, bool edge_triggered);
  void add_entry(Walk& walk, const EpollEntry& entry, int depth, bool edge_triggered);
  Inode socket_of(const Walk& walk, const EpollEntry& entry) const;
  int table_of(int tid);

  LookContext& context_;
  int task_, pid_;
  std::mutex mutex_;
  std::vector<int> tables_;  // a thread of each descriptor table
  std::map<std::pair<int, int>, std::shared_ptr<const EpollWaits>> known_;
};

/// Whether a descriptor is an epoll instance.
bool is_epoll(int task, int tid, int fd);

/// The socket behind a descriptor of a thread; 0: it is none, or cannot be seen.
Inode socket_behind(int task, int tid, int fd);

}  // namespace skq::kernel
