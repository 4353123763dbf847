// What scans for owners read of descriptor tables, kept for the next scan of the same watch: a process that did not run
// in between holds what it held.
//
// Nothing in /proc says that a table changed: a descriptor that is closed and another one opened leave all numbers as
// they were. But only a process itself changes its table, and for that it has to run, which its CPU clock tells to the
// nanosecond (kernel/time/posix-cpu-timers.c; of all threads, for everybody to read). What is left:
//  - A thread that is on a processor is accounted at the next tick: a table counts for known only when that is past,
//    and `catch_up` looks once more. Processors without ticks (nohz_full) leave nothing to go by.
//  - Processes may share one table (clone(2) with CLONE_FILES): when one of them ran, all are read that had the same
//    descriptors.
//  - For what nobody has thought of, every tenth scan reads everything.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace skq::kernel {

struct HeldSocket {
  std::uint32_t inode = 0;
  int fd = 0;
};

/// When that is as it was, the process did not run.
struct ProcessStamp {
  std::uint64_t directory = 0;   ///< inode of /proc/PID/fd: another process of the same number has another one
  std::int64_t descriptors = 0;  ///< how many there are, since Linux 6.2; before that 0
  std::int64_t cpu_ns = 0;
  bool operator==(const ProcessStamp&) const = default;
};

/// One process; several workers may each use others.
struct KnownTable {
  std::optional<std::vector<HeldSocket>> sockets;  ///< of the process; nothing: they have to be read
  std::optional<std::vector<HeldSocket>> apart;    ///< in tables that only some of its threads use; as above
  std::uint64_t content = 0;                       ///< digest of all descriptors
  bool of_kernel = false;                          ///< it never has any

 private:
  friend class KnownTables;
  ProcessStamp stamp;
  std::int64_t since_ns = 0;  ///< when the stamp was taken
  std::uint32_t scan = 0;     ///< that met it last
  bool recalled = false;      ///< the sockets are of an earlier scan
};

class KnownTables {
 public:
  KnownTables();

  /// Before a scan: forgets the tables of processes that ran. `proc` numbers processes as system calls do.
  void begin(int proc, std::span<const int> pids);

  /// Null: that process is not to be kept.
  KnownTable* find(int pid);

  /// Whether the scan relies on anything that was read before it.
  [[nodiscard]] bool relies() const { return recalled_ != 0; }

  /// After a scan that missed something: waits until every processor had its tick, and gives the processes that had run
  /// after all; their tables are forgotten.
  std::vector<int> catch_up(int proc);

  /// Sockets that nobody was seen to hold: they may as well be gone or travel in a message. True where all of them are
  /// known from the scan before.
  bool expects_unowned(std::vector<std::uint32_t> inodes);

 private:
  struct Entry {
    int pid = 0;
    KnownTable* table = nullptr;
  };
  std::vector<int> forget_changed(int proc, std::span<const Entry> entries);
  std::vector<std::uint64_t> drop_gone();

  std::unordered_map<int, KnownTable> tables_;
  std::vector<std::uint32_t> unowned_;  ///< sorted
  std::uint32_t scan_ = 0;
  std::int64_t begun_ns_ = 0;
  std::size_t recalled_ = 0;
  bool all_processors_tick_ = false;
};

}  // namespace skq::kernel
