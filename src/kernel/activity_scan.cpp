#include "kernel/activity_scan.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "kernel/cpu_clocks.h"
#include "kernel/descriptor_limit.h"
#include "kernel/parallel.h"
#include "kernel/proc_dir.h"
#include "kernel/process_look.h"
#include "kernel/thread_tables.h"

namespace skq::kernel {
namespace {

/// A process with more threads is not one worker's task, but that of all.
constexpr std::size_t few_threads = 128, threads_at_once = 64;

FileIdentity identity_of(const UniqueFd& file) {
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) return {};
  // The kernel's dev_t: 12 bits and 20 (include/linux/kdev_t.h).
  constexpr unsigned minor_bits = 20;
  return {status.st_ino, (major(status.st_dev) << minor_bits) | minor(status.st_dev)};
}

/// The look at all processes that were asked for.
class ActivityScan {
 public:
  explicit ActivityScan(LookContext& context) : context_(context), found_(context.request.pids.size()) {}

  Activity run();

 private:
  void look_at_all();
  void set_times();
  void add_process(ProcessNotes& notes, Activity& to);
  static void sort_sockets(Activity& activity);
  [[nodiscard]] std::vector<Gap> gaps() const;

  LookContext& context_;
  std::vector<std::optional<ProcessNotes>> found_;  // by place in the request
};

void ActivityScan::look_at_all() {
  const std::span<const int> pids = context_.request.pids;
  std::mutex mutex;
  std::vector<std::size_t> large;
  run_parallel(pids.size(), 8, [&](std::size_t at) {
    ProcessLook process(context_, pids[at]);
    if (!process.exists()) return;
    if (process.threads() > few_threads) {
      const std::lock_guard lock(mutex);
      large.push_back(at);
      return;
    }
    process.read_threads(0, process.threads());
    found_[at] = process.finish();
  });
  for (const std::size_t at : large) {
    ProcessLook process(context_, pids[at]);
    if (!process.exists()) continue;
    const std::size_t parts = (process.threads() + threads_at_once - 1) / threads_at_once;
    run_parallel(parts, 2, [&](std::size_t part) { process.read_threads(part * threads_at_once, threads_at_once); });
    found_[at] = process.finish();
  }
}

void ActivityScan::set_times() {
  std::vector<int> cpus;
  for (const auto& process : found_)
    if (process)
      for (const ThreadNotes& thread : process->threads)
        if (thread.last_ran_ns) cpus.push_back(thread.cpu);
  std::sort(cpus.begin(), cpus.end());
  cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
  const CpuClocks clocks(cpus);
  for (auto& process : found_) {
    if (!process) continue;
    for (ThreadNotes& thread : process->threads) {
      if (!thread.last_ran_ns) continue;
      const auto since = clocks.monotonic(thread.cpu, *thread.last_ran_ns);
      if (since) thread.activity.asleep_ns = std::max<std::int64_t>(thread.seen_ns - *since, 0);
    }
  }
}

void ActivityScan::add_process(ProcessNotes& notes, Activity& to) {
  std::vector<ThreadActivity> threads;
  threads.reserve(notes.threads.size());
  for (const ThreadNotes& thread : notes.threads) threads.push_back(thread.activity);
  notes.activity.threads = context_.arena.keep(std::span<const ThreadActivity>(threads));
  to.processes.push_back(notes.activity);
  to.in_flight.insert(to.in_flight.end(), notes.in_flight.begin(), notes.in_flight.end());
  to.in_io_uring.insert(to.in_io_uring.end(), notes.in_io_uring.begin(), notes.in_io_uring.end());
}

/// Each socket once, though several descriptors and processes may hold it.
void ActivityScan::sort_sockets(Activity& activity) {
  auto& flying = activity.in_flight;
  std::sort(flying.begin(), flying.end(), [](const DescriptorsInFlight& a, const DescriptorsInFlight& b) {
    return a.receiver != b.receiver ? a.receiver < b.receiver : a.count > b.count;
  });
  const auto same = [](const auto& a, const auto& b) { return a.receiver == b.receiver; };
  flying.erase(std::unique(flying.begin(), flying.end(), same), flying.end());
  auto& rings = activity.in_io_uring;
  std::sort(rings.begin(), rings.end());
  rings.erase(std::unique(rings.begin(), rings.end()), rings.end());
}

/// Of all such processes one is named.
class ProcessGap {
 public:
  void add(const ProcessActivity& process) {
    if (count_++ == 0) first_ = "pid " + std::to_string(process.pid) + " (" + std::string(process.comm) + ")";
  }
  void put(std::string_view what, std::vector<Gap>& to) const {
    const std::string which = count_ == 1 ? first_ : std::to_string(count_) + " processes, such as " + first_ + ",";
    if (count_ > 0) to.push_back({GapKind::activity, "threads of " + which + ' ' + std::string(what)});
  }

 private:
  std::size_t count_ = 0;
  std::string first_;
};

std::vector<Gap> ActivityScan::gaps() const {
  ProcessGap refused, cut;
  for (const auto& process : found_) {
    if (!process) continue;
    if (!process->activity.readable) refused.add(process->activity);
    if (std::any_of(process->threads.begin(), process->threads.end(), [](const auto& thread) { return thread.cut; }))
      cut.add(process->activity);
  }
  std::vector<Gap> gaps;
  refused.put("could not be read", gaps);
  cut.put("wait for more descriptors than were looked at", gaps);
  if (context_.left_unasked)
    gaps.push_back(
        {GapKind::activity, "too many sockets are polled for room to send to ask about each whether it has any"});
  if (const int error = context_.shortage)
    gaps.push_back({GapKind::activity, "some of what threads do could not be read: " + open_error_text(error)});
  return gaps;
}

Activity ActivityScan::run() {
  look_at_all();
  set_times();
  Activity activity;
  for (auto& process : found_)
    if (process) add_process(*process, activity);
  sort_sockets(activity);
  activity.gaps = gaps();
  return activity;
}

}  // namespace

bool is_wanted(const ActivityRequest& request, std::uint64_t inode) {
  return inode != 0 && inode <= UINT32_MAX &&
         std::binary_search(request.sockets.begin(), request.sockets.end(), static_cast<Inode>(inode));
}

Result<Activity> read_activity(const ActivityRequest& request, Arena& arena, const char* proc) {
  const UniqueFd opened = open_directory(AT_FDCWD, proc);
  if (!opened.valid()) return Error{std::string("open ") + proc, errno};
  LookContext context{request, SharedArena(arena)};
  context.proc = opened.get();
  const auto identity = [&](UniqueFd file) {
    if (!file.valid()) context.note_shortage(errno);
    return identity_of(file);
  };
  context.socket = identity(UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)));
  context.anonymous_file = identity(UniqueFd(::epoll_create1(EPOLL_CLOEXEC)));
  context.can_compare_tables = can_compare_tables();
  return ActivityScan(context).run();
}

}  // namespace skq::kernel
