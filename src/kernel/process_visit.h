// One worker of the owner scan: looks through the descriptors of one process after another and remembers who holds
// what. It has buffers of its own and shares nothing that changes, so that any number of workers run side by side.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/inode_index.h"
#include "kernel/known_tables.h"
#include "kernel/process_details.h"
#include "skq/source.h"

namespace skq::kernel {

/// What all workers of a scan have in common.
struct ScanTask {
  int proc = -1;  ///< the open /proc
  const InodeIndex* wanted = nullptr;
  bool threads = false;
  bool process_details = false;
  bool contexts = false, socket_contexts = false;
  const InodeIndex* seen = nullptr;  ///< sockets beside these are strangers; null: nobody asks
  bool can_compare_tables = false;   ///< kcmp works, and this /proc numbers processes as we do
  KnownTables* known = nullptr;      ///< of earlier scans; null: every table is read
};

/// A process, or a thread of it, that holds wanted sockets.
struct Holder {
  int pid = 0;
  int tid = 0;  ///< 0 unless threads were asked for
  std::string comm;
  std::uint32_t process = 0;  ///< place in Harvest::processes; only with process_details
  std::string context;        ///< SELinux; only with contexts
};

/// One wanted socket behind one descriptor.
struct Finding {
  std::uint32_t wanted = 0;  ///< place in the list of wanted inodes
  std::uint32_t holder = 0;  ///< place in Harvest::holders
  int fd = 0;
  std::uint32_t context = 0;  ///< place in Harvest::socket_contexts; only with socket_contexts
};

/// A process whose descriptors stay unknown.
struct Unreadable {
  int pid = 0;
  int error = 0;         ///< why: EACCES or EPERM, or what we ran short of
  bool certain = false;  ///< it was seen to be one that may hold descriptors
};

/// What one worker brings home.
struct Harvest {
  std::vector<Finding> findings;
  std::vector<Holder> holders;
  std::vector<ProcessText> processes;
  std::vector<std::string> socket_contexts;
  std::vector<Unreadable> unreadable;
  std::vector<Stranger> strangers;
};

class ProcessVisitor {
 public:
  explicit ProcessVisitor(const ScanTask& task) : task_(task), buffer_(std::size_t{1} << 16) {}

  /// The first pass: a process through its leader, or with ScanTask::threads each thread.
  void visit(int pid);
  /// The second pass: threads whose descriptor table differs from their leader's.
  void visit_private_tables(int pid);
  /// In place of both, where somebody else has looked: whether the process' descriptors may be read at all.
  void knock(int pid);

  [[nodiscard]] Harvest take() { return std::move(harvest_); }

 private:
  struct SocketFd {
    std::uint32_t wanted = 0;
    int fd = 0;
  };
  enum class TableEnd : std::uint8_t { read, empty, refused, gone };

  TableEnd read_table(int process, const char* path);
  TableEnd read_main_table(int process, int pid);
  void recall(int pid, const std::vector<HeldSocket>& held);
  [[nodiscard]] KnownTable* known_table(int pid) const;
  [[nodiscard]] TableEnd refuse(int error);
  [[nodiscard]] bool note_link(const char* link, long length, int fd);
  void note_socket(HeldSocket socket);
  // Each gives 0, or the errno that leaves the process' descriptors unknown.
  int look_through(int pid);
  int look_through_threads(int process, int pid);
  int look_through_each_thread(int process, int pid);
  int look_through_private_tables(int pid);
  int read_private_tables(int process, int pid, std::vector<HeldSocket>* held);
  int read_shared_table(int process, const std::vector<int>& tids);
  [[nodiscard]] int list_threads(int process, std::vector<int>& tids);
  void note_unreadable(int pid, int error);
  [[nodiscard]] std::uint32_t add_socket_context(int process, int fd);
  void add_holder(int process, int pid, int tid, const char* comm_path);

  const ScanTask& task_;
  Harvest harvest_;
  std::vector<char> buffer_;
  std::vector<SocketFd> sockets_;  // of the table read last
  std::vector<HeldSocket> held_;   // the same with those that nobody wants; only with ScanTask::known
  std::uint64_t content_ = 0;      // digest of all that was in it; likewise
  int stranger_pid_ = 0;           // whose table that is; 0: of a thread that cannot be asked for its descriptors
  int refusal_ = 0;                // why that table was refused
  std::string table_path_;         // and where that table is, seen from the process
  std::string text_;
  int details_pid_ = 0;  // whose details were added last
};

/// Whether a process whose descriptors cannot be read may hold any.
enum class MayHold : std::uint8_t { no, yes, unknown };
MayHold may_hold_descriptors(int proc, int pid, std::string& scratch);

/// True for the errnos of a missing right, which say more about the process than about us.
bool is_denied(int error);

/// The number in "socket:[71]"; 0, which no socket in /proc has, for anything else.
std::uint32_t parse_socket_link(const char* link, std::size_t length);

}  // namespace skq::kernel
