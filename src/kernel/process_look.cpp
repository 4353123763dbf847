#include "kernel/process_look.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "kernel/fdinfo_text.h"
#include "kernel/proc_dir.h"
#include "kernel/process_details.h"
#include "kernel/text_words.h"
#include "kernel/thread_tables.h"

namespace skq::kernel {
namespace {

constexpr std::size_t short_file = 4096, long_file = std::size_t{1} << 18, ring_file = std::size_t{1} << 24;
constexpr std::size_t directory_buffer = std::size_t{1} << 15;
/// Above that threads that wait for nothing of interest are read less of.
constexpr std::size_t many_threads = 512;

/// Both share one memory: what vfork() gives its child until that ends or calls exec. Empty: not to be known.
std::optional<bool> share_memory(int pid, int other) {
  const long order = ::syscall(SYS_kcmp, pid, other, KCMP_VM, 0UL, 0UL);
  if (order < 0) return std::nullopt;
  return order == 0;
}

/// kernel/fork.c by its names over the years; the wait itself is inlined as a rule.
bool waits_for_vfork(const ThreadActivity& leader) {
  constexpr std::array<std::string_view, 5> functions{"kernel_clone", "wait_for_vfork_done", "_do_fork", "do_fork",
                                                      "__do_sys_vfork"};
  return leader.state == ThreadState::disk_sleep &&
         std::find(functions.begin(), functions.end(), leader.wchan) != functions.end();
}

}  // namespace

ProcessLook::ProcessLook(LookContext& context, int pid) : context_(context) { open(pid); }

bool ProcessLook::read_stat(ThreadStat& stat) {
  const int error = read_file_at(process_.get(), "stat", short_file, text_);
  context_.note_shortage(error);
  if (error != 0) return false;
  const auto parsed = parse_thread_stat(text_);
  if (parsed) stat = *parsed;
  return parsed.has_value();
}

void ProcessLook::open(int pid) {
  process_ = open_place(context_.proc, ProcPath(pid).c_str());
  if (!process_.valid()) context_.note_shortage(errno);
  ThreadStat stat;
  if (!process_.valid() || !read_stat(stat)) return;
  task_ = open_directory(process_.get(), "task");
  if (!task_.valid()) {
    context_.note_shortage(errno);
    return;
  }
  ProcessActivity& process = notes_.activity;
  process.pid = pid;
  process.parent = stat.parent;
  process.comm = context_.arena.keep(stat.comm);
  process.started = stat.started;
  process.state = stat.state;
  const bool of_kernel = stat.of_kernel;
  std::vector<char> buffer(directory_buffer);
  for_each_number(task_.get(), buffer, [&](const char*, int tid) {
    tids_.push_back(tid);
    return true;
  });
  std::sort(tids_.begin(), tids_.end());
  found_.resize(tids_.size());
  epolls_.emplace(context_, task_.get(), pid);
  place_.emplace(
      ThreadsPlace{context_, *epolls_, task_.get(), pid, of_kernel, word_size(), tids_.size() > many_threads});
}

/// Of a leader that has ended the other threads know.
std::size_t ProcessLook::word_size() {
  for (std::size_t at = 0; at < tids_.size() && at < 3; ++at) {
    const int error = read_file_at(task_.get(), ProcPath(tids_[at], "/auxv").c_str(), short_file, text_);
    context_.note_shortage(error);
    if (error != 0) continue;
    if (const std::size_t word = parse_word_size(text_); word != 0) return word;
  }
  return 0;
}

void ProcessLook::read_threads(std::size_t first, std::size_t count) {
  for (std::size_t at = first; at < tids_.size() && at - first < count; ++at)
    found_[at] = look_at_thread(*place_, tids_[at]);
}

void ProcessLook::read_details() {
  ProcessText text;
  text.cmdline = read_cmdline(process_.get(), "cmdline");
  // A zombie leader has no memory any more, the other threads do.
  for (std::size_t at = 0; text.cmdline.empty() && !place_->of_kernel && at < tids_.size() && at < 3; ++at)
    text.cmdline = read_cmdline(task_.get(), ProcPath(tids_[at], "/cmdline").c_str());
  if (read_file_at(process_.get(), "cgroup", long_file, cgroups_) == 0) read_cgroup_lines(cgroups_, text);
  const Process details{
      context_.arena.keep(std::string_view(text.cmdline)), context_.arena.keep(std::string_view(text.cgroup)),
      context_.arena.keep(std::string_view(text.container)), context_.arena.keep(std::string_view(text.unit))};
  notes_.activity.details = context_.arena.keep(std::span(&details, 1)).data();
}

/// Each thread may be traced apart.
void ProcessLook::read_tracer() {
  if (read_file_at(process_.get(), "status", long_file, text_) == 0)
    notes_.activity.tracer = parse_thread_status(text_).tracer;
  for (const ThreadNotes& thread : notes_.threads) {
    if (notes_.activity.tracer != 0) return;
    if (thread.activity.state != ThreadState::traced) continue;
    if (read_file_at(task_.get(), ProcPath(thread.activity.tid, "/status").c_str(), long_file, text_) == 0)
      notes_.activity.tracer = parse_thread_status(text_).tracer;
  }
}

void ProcessLook::read_freezer() {
  if (place_->of_kernel) return;
  const bool trapped = std::any_of(notes_.threads.begin(), notes_.threads.end(), [](const ThreadNotes& thread) {
    return is_freezer_function(thread.activity.wchan);
  });
  // A thread that slept where that may be is frozen in its place since Linux 6.1, without a trace of its own.
  notes_.activity.frozen = trapped || context_.freezer.is_frozen(cgroups_);
}

int ProcessLook::find_vfork_child() {
  const int pid = notes_.activity.pid;
  const auto leader = std::find_if(notes_.threads.begin(), notes_.threads.end(),
                                   [&](const ThreadNotes& thread) { return thread.activity.tid == pid; });
  if (leader == notes_.threads.end() || !waits_for_vfork(leader->activity)) return 0;
  if (read_file_at(task_.get(), ProcPath(pid, "/children").c_str(), long_file, text_) != 0) return 0;
  std::string_view rest = text_;
  std::vector<int> children, sharing;
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    const auto child = to_number<int>(word);
    if (!child) continue;
    children.push_back(*child);
    if (share_memory(pid, *child).value_or(false)) sharing.push_back(*child);
  }
  if (sharing.size() == 1) return sharing.front();
  // Without the right to compare there is only one that it can be.
  const bool sure = children.size() == 1 && !share_memory(pid, children.front()).has_value();
  return sure ? children.front() : 0;
}

void ProcessLook::read_descriptor(int tid, const char* name, int fd, const char* link, std::size_t length) {
  const std::string_view target(link, length);
  if (const Inode inode = parse_socket_name(target); inode != Inode{}) {
    holds_.push_back(inode);
    if (!is_wanted(context_.request, static_cast<std::uint64_t>(inode))) return;
    if (read_file_at(task_.get(), ProcPath(tid, "/fdinfo/", name).c_str(), short_file, text_) != 0) return;
    if (const std::uint32_t count = parse_descriptors_in_flight(text_); count > 0)
      notes_.in_flight.push_back({inode, count});
    return;
  }
  if (target != "anon_inode:[io_uring]") return;
  if (read_file_at(task_.get(), ProcPath(tid, "/fdinfo/", fd).c_str(), ring_file, text_) != 0) return;
  for (const Inode inode : parse_ring(text_).sockets)
    if (is_wanted(context_.request, static_cast<std::uint64_t>(inode))) notes_.in_io_uring.push_back(inode);
}

/// False: that thread has none, or it may not be read.
bool ProcessLook::read_table(int tid) {
  const UniqueFd table = open_directory(task_.get(), ProcPath(tid, "/fd").c_str());
  if (!table.valid()) {
    context_.note_shortage(errno);
    return false;
  }
  std::vector<char> buffer(directory_buffer);
  std::array<char, 64> link;  // NOLINT(cppcoreguidelines-pro-type-member-init): readlinkat() fills it
  bool any = false;
  const int error = for_each_number(table.get(), buffer, [&](const char* name, int fd) {
    any = true;
    const ssize_t length = ::readlinkat(table.get(), name, link.data(), link.size());
    if (length > 0) read_descriptor(tid, name, fd, link.data(), static_cast<std::size_t>(length));
    if (length < 0 && errno != ENOENT && errno != ENAMETOOLONG) all_tables_read_ = false;  // no mere close(2)
    return true;
  });
  if (error != 0) all_tables_read_ = false;
  return any;
}

/// Every table once: through the first of its threads that still has it.
void ProcessLook::read_tables() {
  if (context_.request.sockets.empty() || place_->of_kernel) return;
  const auto read_one = [&](const std::vector<int>& tids) {
    return std::any_of(tids.begin(), tids.end(), [&](int tid) { return read_table(tid); });
  };
  if (context_.can_compare_tables) {
    for (const ThreadTable& table : group_by_table(tids_, compare_descriptor_tables))
      all_tables_read_ &= read_one(table.tids);
  } else {
    all_tables_read_ &= read_one(tids_) && tids_.size() == 1;
  }
  keep_holds();
}

void ProcessLook::keep_holds() {
  if (!all_tables_read_) return;
  std::sort(holds_.begin(), holds_.end());
  holds_.erase(std::unique(holds_.begin(), holds_.end()), holds_.end());
  notes_.activity.holds = context_.arena.keep(std::span<const Inode>(holds_));
}

std::optional<ProcessNotes> ProcessLook::finish() {
  for (auto& thread : found_)
    if (thread) notes_.threads.push_back(std::move(*thread));
  notes_.activity.readable = std::none_of(notes_.threads.begin(), notes_.threads.end(),
                                          [](const ThreadNotes& thread) { return thread.refused; });
  read_details();
  read_tracer();
  read_freezer();
  notes_.activity.vfork_child = find_vfork_child();
  if (notes_.activity.readable) read_tables();
  ThreadStat stat;
  if (!read_stat(stat) || stat.started != notes_.activity.started) return std::nullopt;
  return std::move(notes_);
}

}  // namespace skq::kernel
