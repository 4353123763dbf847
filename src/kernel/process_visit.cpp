#include "kernel/process_visit.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "kernel/proc_dir.h"
#include "kernel/thread_tables.h"

namespace skq::kernel {
namespace {

constexpr std::string_view socket_prefix = "socket:[";
constexpr std::size_t comm_limit = 4096;
constexpr std::uint64_t kernel_thread_flag = 0x00200000;  // PF_KTHREAD, include/linux/sched.h

bool is_denied(int error) { return error == EACCES || error == EPERM; }
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

/// A kernel thread never has descriptors, and a process that ended has none any more: not being allowed to look at them
/// hides nothing.
bool may_hold_descriptors(std::string_view stat) {
  const auto flags = to_number<std::uint64_t>(stat_field(stat, 9));
  if (flags && (*flags & kernel_thread_flag) != 0) return false;
  const std::string_view state = stat_field(stat, 3);
  return (state != "Z" && state != "X") || stat_field(stat, 20) != "1";
}

}  // namespace

std::uint32_t parse_socket_link(const char* link, std::size_t length) {
  if (length < socket_prefix.size() + 2 || std::memcmp(link, socket_prefix.data(), socket_prefix.size()) != 0) return 0;
  if (link[length - 1] != ']') return 0;
  const std::string_view digits(link + socket_prefix.size(), length - socket_prefix.size() - 1);
  return to_number<std::uint32_t>(digits).value_or(0);
}

bool ProcessVisitor::note_link(const char* link, long length, int fd) {
  if (length < 0) return !is_denied(errno);
  const std::uint32_t inode = parse_socket_link(link, static_cast<std::size_t>(length));
  if (inode == 0) return true;
  const std::uint32_t wanted = task_.wanted->find(inode);
  if (wanted != InodeIndex::absent) sockets_.push_back({wanted, fd});
  return true;
}

ProcessVisitor::TableEnd ProcessVisitor::read_table(int process, const char* path) {
  sockets_.clear();
  const UniqueFd table = open_directory(process, path);
  if (!table.valid()) return is_gone(errno) ? TableEnd::gone : TableEnd::denied;
  std::array<char, 64> link;  // NOLINT(cppcoreguidelines-pro-type-member-init): readlinkat() fills it
  bool any = false;
  bool denied = false;
  const int error = for_each_number(table.get(), buffer_, [&](const char* name, int fd) {
    any = true;
    // A descriptor closed since, or a process that ended, is no matter; a refusal holds for the whole table.
    denied = !note_link(link.data(), ::readlinkat(table.get(), name, link.data(), link.size()), fd);
    return !denied;
  });
  if (denied || is_denied(error)) {
    // A thread that ended while its table was read looks the same (fs/proc/base.c, proc_pid_readlink: EACCES when the
    // task is gone), but cannot be opened again.
    const UniqueFd again = open_directory(process, path);
    return again.valid() || !is_gone(errno) ? TableEnd::denied : TableEnd::gone;
  }
  if (error != 0 && !any) return is_gone(error) ? TableEnd::gone : TableEnd::denied;
  return any ? TableEnd::read : TableEnd::empty;
}

void ProcessVisitor::visit(int pid) {
  const UniqueFd process = open_place(task_.proc, ProcPath(pid).c_str());
  if (!process.valid()) {
    // hidepid=noaccess, or no descriptor left to look with: either way its sockets stay unknown.
    if (!is_gone(errno)) note_unreadable(-1, pid);
    return;
  }
  if (task_.threads && count_threads(process.get()) > 1) return visit_each_thread(process.get(), pid);
  const TableEnd end = read_table(process.get(), "fd");
  // A thread-group leader that ended before the others stays as a zombie, empty to root and closed to everybody else;
  // the others still hold the process' table.
  const bool hides_threads = end == TableEnd::empty || end == TableEnd::denied;
  if (hides_threads && count_threads(process.get()) > 1) return visit_through_threads(process.get(), pid);
  if (end == TableEnd::denied) return note_unreadable(process.get(), pid);
  if (!sockets_.empty()) add_holder(process.get(), pid, task_.threads ? pid : 0, "comm");
}

void ProcessVisitor::visit_through_threads(int process, int pid) {
  for (const int tid : list_threads(process)) {
    if (tid == pid) continue;
    const TableEnd end = read_table(process, ProcPath("task/", tid, "/fd").c_str());
    if (end == TableEnd::denied) return note_unreadable(process, pid);
    if (end != TableEnd::read) continue;
    if (!sockets_.empty()) add_holder(process, pid, 0, "comm");
    return;
  }
}

/// Reads a table through the first of its threads that still lives.
bool ProcessVisitor::read_shared_table(int process, const std::vector<int>& tids) {
  for (const int tid : tids) {
    const TableEnd end = read_table(process, ProcPath("task/", tid, "/fd").c_str());
    if (end == TableEnd::denied) return false;
    if (end == TableEnd::read) return true;
  }
  return true;
}

void ProcessVisitor::visit_each_thread(int process, int pid) {
  const auto unknown = [](int, int) { return TableOrder::unknown; };
  const CompareTables compare = task_.can_compare_tables ? CompareTables(compare_descriptor_tables) : unknown;
  bool read_any = false;
  bool leader_denied = false;
  for (const ThreadTable& table : group_by_table(list_threads(process), compare)) {
    if (!read_shared_table(process, table.tids)) {
      // It may be a zombie; the others decide.
      leader_denied = table.tids.size() == 1 && table.tids.front() == pid;
      if (!leader_denied) return note_unreadable(process, pid);
      continue;
    }
    read_any = true;
    if (sockets_.empty()) continue;
    for (const int tid : table.tids) add_holder(process, pid, tid, ProcPath("task/", tid, "/comm").c_str());
  }
  if (leader_denied && !read_any) note_unreadable(process, pid);
}

void ProcessVisitor::visit_private_tables(int pid) {
  const UniqueFd process = open_place(task_.proc, ProcPath(pid).c_str());
  if (!process.valid() || count_threads(process.get()) < 2) return;
  for (const ThreadTable& table : group_by_table(list_threads(process.get()), compare_descriptor_tables)) {
    const bool is_leaders = std::find(table.tids.begin(), table.tids.end(), pid) != table.tids.end();
    if (is_leaders) continue;
    // What is refused was counted by the first pass.
    if (read_shared_table(process.get(), table.tids) && !sockets_.empty()) add_holder(process.get(), pid, 0, "comm");
  }
}

std::vector<int> ProcessVisitor::list_threads(int process) {
  std::vector<int> tids;
  const UniqueFd task = open_directory(process, "task");
  if (!task.valid()) return tids;
  for_each_number(task.get(), buffer_, [&](const char*, int tid) {
    tids.push_back(tid);
    return true;
  });
  return tids;
}

void ProcessVisitor::note_unreadable(int process, int pid) {
  if (process >= 0) {
    const int error = read_file_at(process, "stat", comm_limit, text_);
    if (is_gone(error) || (error == 0 && !may_hold_descriptors(text_))) return;
  }
  ++harvest_.unreadable;
  if (harvest_.first_unreadable == 0 || pid < harvest_.first_unreadable) harvest_.first_unreadable = pid;
}

void ProcessVisitor::add_process(int process) {
  ProcessText text = read_process_text(process);
  if (text.cmdline.empty() && count_threads(process) > 1) {
    // A zombie leader has no memory any more, the other threads do.
    for (const int tid : list_threads(process)) {
      text.cmdline = read_cmdline(process, ProcPath("task/", tid, "/cmdline").c_str());
      if (!text.cmdline.empty()) break;
    }
  }
  harvest_.processes.push_back(std::move(text));
}

/// Everything in sockets_ is held by this one. If it is gone by now, so are its descriptors.
void ProcessVisitor::add_holder(int process, int pid, int tid, const char* comm_path) {
  if (is_gone(read_file_at(process, comm_path, comm_limit, text_))) return;
  if (text_.ends_with('\n')) text_.pop_back();
  Holder holder{pid, tid, text_, 0};
  if (task_.process_details) {
    if (details_pid_ != pid) add_process(process);
    details_pid_ = pid;
    holder.process = static_cast<std::uint32_t>(harvest_.processes.size() - 1);
  }
  const auto place = static_cast<std::uint32_t>(harvest_.holders.size());
  harvest_.holders.push_back(std::move(holder));
  for (const SocketFd& socket : sockets_) harvest_.findings.push_back({socket.wanted, place, socket.fd});
}

}  // namespace skq::kernel
