#include "kernel/process_visit.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "kernel/proc_dir.h"
#include "kernel/security_contexts.h"
#include "kernel/thread_tables.h"

namespace skq::kernel {
namespace {

constexpr std::string_view socket_prefix = "socket:[";
constexpr std::size_t comm_limit = 4096;
constexpr std::uint64_t kernel_thread_flag = 0x00200000;  // PF_KTHREAD, include/linux/sched.h

bool is_gone(int error) { return error == ENOENT || error == ESRCH; }

/// The field with this number of /proc/PID/stat (proc_pid_stat(5) counts from 1; comm is the second), for numbers above
/// 2. The comm may hold any bytes, also ')', so fields are counted from the last one.
std::string_view stat_field(std::string_view stat, int number) {
  const std::size_t comm_end = stat.rfind(')');
  if (comm_end == std::string_view::npos) return {};
  stat.remove_prefix(std::min(stat.size(), comm_end + 2));
  for (int at = 3; at < number; ++at) {
    const std::size_t space = stat.find(' ');
    if (space == std::string_view::npos) return {};
    stat.remove_prefix(space + 1);
  }
  return stat.substr(0, stat.find(' '));
}

/// A kernel thread never has descriptors, and a process that ended has none any more: not being able to look at them
/// hides nothing.
bool stat_may_hold_descriptors(std::string_view stat) {
  const auto flags = to_number<std::uint64_t>(stat_field(stat, 9));
  if (flags && (*flags & kernel_thread_flag) != 0) return false;
  const std::string_view state = stat_field(stat, 3);
  return (state != "Z" && state != "X") || stat_field(stat, 20) != "1";
}

bool is_kernel_thread(int proc, int pid, std::string& scratch) {
  if (read_file_at(proc, ProcPath(pid, "/stat").c_str(), comm_limit, scratch) != 0) return false;
  const auto flags = to_number<std::uint64_t>(stat_field(scratch, 9));
  return flags && (*flags & kernel_thread_flag) != 0;
}

/// FNV-1a, by bytes.
std::uint64_t digest(std::uint64_t sum, std::string_view link, int fd) {
  constexpr std::uint64_t prime = 0x100000001B3U;
  sum = (sum ^ static_cast<std::uint64_t>(fd)) * prime;
  for (const char byte : link) sum = (sum ^ static_cast<unsigned char>(byte)) * prime;
  return sum;
}

}  // namespace

bool is_denied(int error) { return error == EACCES || error == EPERM; }

MayHold may_hold_descriptors(int proc, int pid, std::string& scratch) {
  const int error = read_file_at(proc, ProcPath(pid, "/stat").c_str(), comm_limit, scratch);
  if (is_gone(error)) return MayHold::no;
  if (error != 0) return MayHold::unknown;
  return stat_may_hold_descriptors(scratch) ? MayHold::yes : MayHold::no;
}

std::uint32_t parse_socket_link(const char* link, std::size_t length) {
  if (length < socket_prefix.size() + 2 || std::memcmp(link, socket_prefix.data(), socket_prefix.size()) != 0) return 0;
  if (link[length - 1] != ']') return 0;
  const std::string_view digits(link + socket_prefix.size(), length - socket_prefix.size() - 1);
  return to_number<std::uint32_t>(digits).value_or(0);
}

/// False, and errno set, when nothing can be said of the table.
bool ProcessVisitor::note_link(const char* link, long length, int fd) {
  // A descriptor closed since, or a path too long for /proc to tell, is no socket.
  if (length < 0) return is_gone(errno) || errno == ENAMETOOLONG;
  if (task_.known != nullptr) content_ = digest(content_, {link, static_cast<std::size_t>(length)}, fd);
  const std::uint32_t inode = parse_socket_link(link, static_cast<std::size_t>(length));
  if (inode == 0) return true;
  if (task_.known != nullptr) held_.push_back({inode, fd});
  note_socket({inode, fd});
  return true;
}

void ProcessVisitor::note_socket(HeldSocket socket) {
  const std::uint32_t wanted = task_.wanted->find(socket.inode);
  if (wanted != InodeIndex::absent) sockets_.push_back({wanted, socket.fd});
  if (task_.seen != nullptr && stranger_pid_ != 0 && task_.seen->find(socket.inode) == InodeIndex::absent)
    harvest_.strangers.push_back({Inode{socket.inode}, stranger_pid_, socket.fd});
}

void ProcessVisitor::recall(int pid, const std::vector<HeldSocket>& held) {
  sockets_.clear();
  for (const HeldSocket& socket : held) note_socket(socket);
  if (sockets_.empty()) return;
  const UniqueFd process = open_place(task_.proc, ProcPath(pid).c_str());
  if (process.valid()) add_holder(process.get(), pid, 0, "comm");
}

KnownTable* ProcessVisitor::known_table(int pid) const {
  return task_.known != nullptr ? task_.known->find(pid) : nullptr;
}

ProcessVisitor::TableEnd ProcessVisitor::refuse(int error) {
  if (is_gone(error)) return TableEnd::gone;
  refusal_ = error;
  return TableEnd::refused;
}

ProcessVisitor::TableEnd ProcessVisitor::read_table(int process, const char* path) {
  sockets_.clear();
  held_.clear();
  content_ = 0;
  if (task_.socket_contexts) table_path_ = path;
  UniqueFd table = open_directory(process, path);
  if (!table.valid()) return refuse(errno);
  std::array<char, 64> link;  // NOLINT(cppcoreguidelines-pro-type-member-init): readlinkat() fills it
  bool any = false;
  int refusal = 0;
  const int error = for_each_number(table.get(), buffer_, [&](const char* name, int fd) {
    any = true;
    // A refusal holds for the whole table.
    if (!note_link(link.data(), ::readlinkat(table.get(), name, link.data(), link.size()), fd)) refusal = errno;
    return refusal == 0;
  });
  if (refusal == 0) refusal = error;
  if (is_denied(refusal)) {
    // A thread that ended while its table was read looks the same (fs/proc/base.c, proc_pid_readlink: EACCES when the
    // task is gone), but cannot be opened again.
    table.reset();
    table = open_directory(process, path);
    return refuse(table.valid() ? refusal : errno);
  }
  if (refusal != 0 && (!any || !is_gone(refusal))) return refuse(refusal);
  return any ? TableEnd::read : TableEnd::empty;
}

/// The table of the leader, which is that of nearly all threads.
ProcessVisitor::TableEnd ProcessVisitor::read_main_table(int process, int pid) {
  const TableEnd end = read_table(process, "fd");
  KnownTable* const known = known_table(pid);
  // Empty it also is of a leader that has ended, whose threads may still change the table.
  const bool is_whole = end == TableEnd::read || (end == TableEnd::empty && count_threads(process) < 2);
  if (known == nullptr || !is_whole) return end;
  known->sockets = held_;
  known->content = content_;
  if (end == TableEnd::empty) known->of_kernel = is_kernel_thread(task_.proc, pid, text_);
  return end;
}

void ProcessVisitor::visit(int pid) {
  if (const int error = look_through(pid); error != 0) note_unreadable(pid, error);
}

void ProcessVisitor::knock(int pid) {
  const UniqueFd table = open_directory(task_.proc, ProcPath(pid, "/fd").c_str());
  if (!table.valid()) {
    if (!is_gone(errno)) note_unreadable(pid, errno);
    return;
  }
  // Who may list them may not always follow them; the first one answers for all.
  std::array<char, 64> link;  // NOLINT(cppcoreguidelines-pro-type-member-init): readlinkat() fills it
  int refusal = 0;
  const int error = for_each_number(table.get(), buffer_, [&](const char* name, int) {
    if (::readlinkat(table.get(), name, link.data(), link.size()) < 0) refusal = errno;
    return false;
  });
  if (refusal == 0) refusal = error;
  if (refusal != 0 && !is_gone(refusal) && refusal != ENAMETOOLONG) note_unreadable(pid, refusal);
}

int ProcessVisitor::look_through(int pid) {
  if (const KnownTable* const known = known_table(pid); known != nullptr && known->sockets) {
    stranger_pid_ = pid;
    recall(pid, *known->sockets);
    stranger_pid_ = 0;
    return 0;
  }
  const UniqueFd process = open_place(task_.proc, ProcPath(pid).c_str());
  // hidepid=noaccess, or no descriptor left to look with: either way its sockets stay unknown.
  if (!process.valid()) return is_gone(errno) ? 0 : errno;
  if (task_.threads && count_threads(process.get()) > 1) return look_through_each_thread(process.get(), pid);
  stranger_pid_ = pid;
  const TableEnd end = read_main_table(process.get(), pid);
  stranger_pid_ = 0;
  // A thread-group leader that ended before the others stays as a zombie, empty to root and closed to everybody else;
  // the others still hold the process' table.
  const bool hides_threads = end == TableEnd::empty || (end == TableEnd::refused && is_denied(refusal_));
  if (hides_threads && count_threads(process.get()) > 1) return look_through_threads(process.get(), pid);
  if (end == TableEnd::refused) return refusal_;
  if (!sockets_.empty()) add_holder(process.get(), pid, task_.threads ? pid : 0, "comm");
  return 0;
}

int ProcessVisitor::look_through_threads(int process, int pid) {
  std::vector<int> tids;
  if (const int error = list_threads(process, tids); error != 0) return error;
  for (const int tid : tids) {
    if (tid == pid) continue;
    const TableEnd end = read_table(process, ProcPath("task/", tid, "/fd").c_str());
    if (end == TableEnd::refused) return refusal_;
    if (end != TableEnd::read) continue;
    if (!sockets_.empty()) add_holder(process, pid, 0, "comm");
    return 0;
  }
  return 0;
}

/// Reads a table through the first of its threads that still lives.
int ProcessVisitor::read_shared_table(int process, const std::vector<int>& tids) {
  for (const int tid : tids) {
    const TableEnd end = read_table(process, ProcPath("task/", tid, "/fd").c_str());
    if (end == TableEnd::refused) return refusal_;
    if (end == TableEnd::read) return 0;
  }
  return 0;
}

int ProcessVisitor::look_through_each_thread(int process, int pid) {
  const auto unknown = [](int, int) { return TableOrder::unknown; };
  const CompareTables compare = task_.can_compare_tables ? CompareTables(compare_descriptor_tables) : unknown;
  std::vector<int> tids;
  if (const int error = list_threads(process, tids); error != 0) return error;
  bool read_any = false;
  int leader_error = 0;
  for (const ThreadTable& table : group_by_table(tids, compare)) {
    // pidfd_getfd reads the leader's table.
    stranger_pid_ = std::find(table.tids.begin(), table.tids.end(), pid) != table.tids.end() ? pid : 0;
    if (const int error = read_shared_table(process, table.tids); error != 0) {
      // It may be a zombie; the others decide.
      const bool is_leader = table.tids.size() == 1 && table.tids.front() == pid;
      if (!is_leader || !is_denied(error)) return error;
      leader_error = error;
      continue;
    }
    read_any = true;
    if (sockets_.empty()) continue;
    for (const int tid : table.tids) add_holder(process, pid, tid, ProcPath("task/", tid, "/comm").c_str());
  }
  return read_any ? 0 : leader_error;
}

void ProcessVisitor::visit_private_tables(int pid) {
  const int error = look_through_private_tables(pid);
  // Who may not be looked at was noted by the first pass.
  if (error != 0 && !is_denied(error)) note_unreadable(pid, error);
}

int ProcessVisitor::look_through_private_tables(int pid) {
  KnownTable* const known = known_table(pid);
  if (known != nullptr && known->sockets && known->apart) {
    recall(pid, *known->apart);
    return 0;
  }
  const UniqueFd process = open_place(task_.proc, ProcPath(pid).c_str());
  if (!process.valid()) return is_gone(errno) ? 0 : errno;
  if (known == nullptr) return read_private_tables(process.get(), pid, nullptr);
  std::vector<HeldSocket> held;
  const int error = read_private_tables(process.get(), pid, &held);
  if (error == 0 && known->sockets) known->apart = std::move(held);
  return error;
}

/// `held`: where to put what is held, too; may be null.
int ProcessVisitor::read_private_tables(int process, int pid, std::vector<HeldSocket>* held) {
  if (count_threads(process) < 2) return 0;
  std::vector<int> tids;
  if (const int error = list_threads(process, tids); error != 0) return error;
  int first_error = 0;
  for (const ThreadTable& table : group_by_table(tids, compare_descriptor_tables)) {
    const bool is_leaders = std::find(table.tids.begin(), table.tids.end(), pid) != table.tids.end();
    if (is_leaders) continue;
    const int error = read_shared_table(process, table.tids);
    if (error == 0 && !sockets_.empty()) add_holder(process, pid, 0, "comm");
    if (error == 0 && held != nullptr) held->insert(held->end(), held_.begin(), held_.end());
    if (!is_denied(error) && first_error == 0) first_error = error;
  }
  return first_error;
}

int ProcessVisitor::list_threads(int process, std::vector<int>& tids) {
  const UniqueFd task = open_directory(process, "task");
  if (!task.valid()) return is_gone(errno) ? 0 : errno;
  const int error = for_each_number(task.get(), buffer_, [&](const char*, int tid) {
    tids.push_back(tid);
    return true;
  });
  return is_gone(error) ? 0 : error;
}

void ProcessVisitor::note_unreadable(int pid, int error) {
  const MayHold may_hold = may_hold_descriptors(task_.proc, pid, text_);
  if (may_hold != MayHold::no) harvest_.unreadable.push_back({pid, error, may_hold == MayHold::yes});
}

/// Everything in sockets_ is held by this one. If it is gone by now, so are its descriptors.
void ProcessVisitor::add_holder(int process, int pid, int tid, const char* comm_path) {
  if (is_gone(read_file_at(process, comm_path, comm_limit, text_))) return;
  if (text_.ends_with('\n')) text_.pop_back();
  Holder holder{pid, tid, text_, 0};
  if (task_.process_details) {
    if (details_pid_ != pid) harvest_.processes.push_back(read_process_text(process));
    details_pid_ = pid;
    holder.process = static_cast<std::uint32_t>(harvest_.processes.size() - 1);
  }
  if (task_.contexts) {
    const ProcPath own("attr/current"), of_thread("task/", tid, "/attr/current");
    holder.context = read_process_context(process, tid == 0 ? own.c_str() : of_thread.c_str());
  }
  const auto place = static_cast<std::uint32_t>(harvest_.holders.size());
  harvest_.holders.push_back(std::move(holder));
  for (const SocketFd& socket : sockets_) {
    const std::uint32_t context = task_.socket_contexts ? add_socket_context(process, socket.fd) : 0;
    harvest_.findings.push_back({socket.wanted, place, socket.fd, context});
  }
}

/// Sockets of one process mostly have one context: that is kept once.
std::uint32_t ProcessVisitor::add_socket_context(int process, int fd) {
  std::string context = read_socket_context(process, ProcPath(table_path_, "/", fd).c_str());
  std::vector<std::string>& all = harvest_.socket_contexts;
  if (all.empty() || all.back() != context) all.push_back(std::move(context));
  return static_cast<std::uint32_t>(all.size() - 1);
}

}  // namespace skq::kernel
