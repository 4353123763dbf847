// One worker of the owner scan: looks through the descriptors of one process after another and remembers who holds
// what. It has buffers of its own and shares nothing that changes, so that any number of workers run side by side.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/inode_index.h"
#include "kernel/process_details.h"

namespace skq::kernel {

/// What all workers of a scan have in common.
struct ScanTask {
  int proc = -1;  ///< the open /proc
  const InodeIndex* wanted = nullptr;
  bool threads = false;
  bool process_details = false;
  bool can_compare_tables = false;  ///< kcmp works, and this /proc numbers processes as we do
};

/// A process, or a thread of it, that holds wanted sockets.
struct Holder {
  int pid = 0;
  int tid = 0;  ///< 0 unless threads were asked for
  std::string comm;
  std::uint32_t process = 0;  ///< place in Harvest::processes; only with process_details
};

/// One wanted socket behind one descriptor.
struct Finding {
  std::uint32_t wanted = 0;  ///< place in the list of wanted inodes
  std::uint32_t holder = 0;  ///< place in Harvest::holders
  int fd = 0;
};

/// What one worker brings home.
struct Harvest {
  std::vector<Finding> findings;
  std::vector<Holder> holders;
  std::vector<ProcessText> processes;
  std::size_t unreadable = 0;
  int first_unreadable = 0;  ///< the lowest pid of those
};

class ProcessVisitor {
 public:
  explicit ProcessVisitor(const ScanTask& task) : task_(task), buffer_(std::size_t{1} << 16) {}

  /// The first pass: a process through its leader, or with ScanTask::threads each thread.
  void visit(int pid);
  /// The second pass: threads whose descriptor table differs from their leader's.
  void visit_private_tables(int pid);

  [[nodiscard]] Harvest take() { return std::move(harvest_); }

 private:
  struct SocketFd {
    std::uint32_t wanted = 0;
    int fd = 0;
  };
  enum class TableEnd : std::uint8_t { read, empty, denied, gone };

  TableEnd read_table(int process, const char* path);
  [[nodiscard]] bool note_link(const char* link, long length, int fd);
  void visit_through_threads(int process, int pid);
  void visit_each_thread(int process, int pid);
  bool read_shared_table(int process, const std::vector<int>& tids);
  [[nodiscard]] std::vector<int> list_threads(int process);
  void note_unreadable(int process, int pid);
  void add_process(int process);
  void add_holder(int process, int pid, int tid, const char* comm_path);

  const ScanTask& task_;
  Harvest harvest_;
  std::vector<char> buffer_;
  std::vector<SocketFd> sockets_;  // of the table read last
  std::string text_;
  int details_pid_ = 0;  // whose details were added last
};

/// The number in "socket:[71]"; 0, which no socket in /proc has, for anything else.
std::uint32_t parse_socket_link(const char* link, std::size_t length);

}  // namespace skq::kernel
