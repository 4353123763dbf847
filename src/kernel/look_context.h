// What all workers of one look at threads have in common.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/freezer.h"
#include "kernel/mount_devices.h"
#include "skq/activity.h"
#include "skq/arena.h"

namespace skq::kernel {

/// An arena that several workers keep their texts in.
class SharedArena {
 public:
  explicit SharedArena(Arena& arena) : arena_(arena) {}
  template <class Kept>
  auto keep(Kept kept) {
    const std::lock_guard lock(mutex_);
    return arena_.keep(kept);
  }

 private:
  std::mutex mutex_;
  Arena& arena_;
};

/// Where an inode number is one: descriptors of the same number can be of different file systems.
struct FileIdentity {
  std::uint64_t inode = 0;
  std::uint32_t device = 0;  ///< the kernel's dev_t
};

struct LookContext {
  const ActivityRequest& request;
  SharedArena arena;
  int proc = -1;                        ///< the open /proc
  FileIdentity socket, anonymous_file;  ///< of sockets only the device; what eventpolls, timers and the like share
  bool can_compare_tables = false;
  Freezer freezer;
  MountDevices mounts;
  std::atomic<int> duplicates_left{4096};  ///< descriptors of others that may still be asked through a duplicate
  std::atomic<bool> left_unasked{false};   ///< there were more of them
  /// Descriptors in the arrays of poll and select that may still be looked at: each costs a look into /proc, and
  /// thousands of threads may poll thousands each.
  std::atomic<std::int64_t> polled_left{std::int64_t{1} << 22};
  std::atomic<int> shortage{0};  ///< errno of our own lack of descriptors or memory, for which something is missing

  /// Takes note of an error of open(2) or read(2) if it is our own lack of something and no word on the thread.
  void note_shortage(int error) {
    if (error == EMFILE || error == ENFILE || error == ENOMEM) shortage = error;
  }
};

/// Whether the request named that socket.
bool is_wanted(const ActivityRequest& request, std::uint64_t inode);

}  // namespace skq::kernel
