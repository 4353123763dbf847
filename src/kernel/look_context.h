// What all workers of one look at threads have in common.
#pragma once

#include <atomic>
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
};

/// Whether the request named that socket.
bool is_wanted(const ActivityRequest& request, std::uint64_t inode);

}  // namespace skq::kernel
