#include "kernel/process_scan.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

#include "kernel/bpf/owner_harvest.h"
#include "kernel/descriptor_limit.h"
#include "kernel/inode_index.h"
#include "kernel/proc_dir.h"
#include "kernel/proc_visibility.h"
#include "kernel/process_visit.h"
#include "kernel/thread_tables.h"

namespace skq::kernel {
namespace {

constexpr unsigned most_workers = 4;
constexpr std::size_t comm_limit = 4096;

using Pass = void (ProcessVisitor::*)(int pid);

/// What is to be visited: our own process apart, since it is looked at when the workers are gone, whose threads would
/// else be told as owners under -T.
struct Processes {
  int error = 0;  ///< why the list may be short
  std::vector<int> pids;
  int self = 0;  ///< 0: this /proc does not show us
};

/// The workers of one pass, which take the next pid from a common counter.
class Crew {
 public:
  Crew(const ScanTask& task, const std::vector<int>& pids, Pass pass, std::size_t workers)
      : task_(task), pids_(pids), pass_(pass), workers_(workers) {}

  std::vector<Harvest> run() {
    std::vector<Harvest> harvests;
    {
      std::vector<std::jthread> threads;  // joined when they go out of scope, whatever is thrown
      threads.reserve(workers_.size());
      for (std::size_t extra = 1; extra < workers_.size(); ++extra) {
        if (!start(threads, workers_[extra])) break;
      }
      work(workers_.front());
    }
    for (Worker& worker : workers_) {
      if (worker.failure) std::rethrow_exception(worker.failure);
      harvests.push_back(std::move(worker.harvest));
    }
    return harvests;
  }

 private:
  struct Worker {
    Harvest harvest;
    std::exception_ptr failure;
  };

  /// False: no more threads are to be had, those that run share the work.
  bool start(std::vector<std::jthread>& threads, Worker& worker) {
    try {
      threads.emplace_back([this, &worker] { work(worker); });
    } catch (const std::system_error&) {
      return false;
    } catch (const std::bad_alloc&) {
      return false;
    }
    return true;
  }

  /// What is thrown on a thread of its own would end the process.
  void work(Worker& worker) noexcept {
    try {
      ProcessVisitor visitor(task_);
      for (std::size_t at = next_++; at < pids_.size(); at = next_++) (visitor.*pass_)(pids_[at]);
      worker.harvest = visitor.take();
    } catch (...) {
      worker.failure = std::current_exception();
      next_ = pids_.size();  // the others need not go on
    }
  }

  const ScanTask& task_;
  const std::vector<int>& pids_;
  Pass pass_;
  std::vector<Worker> workers_;
  std::atomic<std::size_t> next_{0};
};

/// Runs one pass over all processes.
std::vector<Harvest> run_pass(const ScanTask& task, const Processes& processes, Pass pass) {
  const unsigned workers = std::clamp(std::thread::hardware_concurrency(), 1U, most_workers);
  std::vector<Harvest> harvests = Crew(task, processes.pids, pass, workers).run();
  if (processes.self != 0) {
    ProcessVisitor visitor(task);
    (visitor.*pass)(processes.self);
    harvests.push_back(visitor.take());
  }
  return harvests;
}

/// By place in the list of wanted inodes.
std::vector<bool> find_found(const std::vector<Harvest>& harvests, std::size_t wanted) {
  std::vector<bool> found(wanted);
  for (const Harvest& harvest : harvests)
    for (const Finding& finding : harvest.findings) found[finding.wanted] = true;
  return found;
}

std::size_t count_found(const std::vector<Harvest>& harvests, std::size_t wanted) {
  const std::vector<bool> found = find_found(harvests, wanted);
  return static_cast<std::size_t>(std::count(found.begin(), found.end(), true));
}

/// Turns each worker's findings into owners, put in the order of the wanted inodes by counting.
class OwnerTable {
 public:
  OwnerTable(const std::vector<Harvest>& harvests, std::size_t wanted, const ScanTask& task, Arena& arena)
      : starts_(wanted + 1), task_(task), arena_(arena) {
    for (const Harvest& harvest : harvests) {
      for (const Finding& finding : harvest.findings) ++starts_[finding.wanted + 1];
    }
    for (std::size_t at = 1; at < starts_.size(); ++at) starts_[at] += starts_[at - 1];
    owners_ = arena_.room<Owner>(starts_.back());
  }

  void fill(const std::vector<Harvest>& harvests) {
    std::vector<std::uint32_t> at(starts_.begin(), starts_.end() - 1);
    for (const Harvest& harvest : harvests) {
      const std::vector<Owner> holders = keep_holders(harvest);
      for (const Finding& finding : harvest.findings) {
        Owner& owner = owners_[at[finding.wanted]++];
        owner = holders[finding.holder];
        owner.fd = finding.fd;
        if (task_.contexts) owner.security = security_of(harvest, finding);
      }
    }
  }

  void give(std::span<const Inode> wanted, std::vector<OwnerScan::Entry>& entries) {
    entries.reserve(wanted.size());
    for (std::size_t at = 0; at + 1 < starts_.size(); ++at) {
      if (starts_[at] == starts_[at + 1]) continue;
      const std::span<Owner> list = owners_.subspan(starts_[at], starts_[at + 1] - starts_[at]);
      entries.push_back({wanted[at], {sorted_unique(list)}});
    }
  }

 private:
  /// Both passes may see the same descriptor: a private table begins as a copy of the common one.
  static std::span<Owner> sorted_unique(std::span<Owner> list) {
    if (list.size() < 2) return list;
    const auto key = [](const Owner& owner) { return std::tuple(owner.pid, owner.tid, owner.fd); };
    std::sort(list.begin(), list.end(), [&](const Owner& a, const Owner& b) { return key(a) < key(b); });
    const auto end =
        std::unique(list.begin(), list.end(), [&](const Owner& a, const Owner& b) { return key(a) == key(b); });
    return list.first(static_cast<std::size_t>(end - list.begin()));
  }

  const SecurityContext* security_of(const Harvest& harvest, const Finding& finding) const {
    SecurityContext context{arena_.keep(harvest.holders[finding.holder].context), {}, task_.socket_contexts};
    if (task_.socket_contexts) context.socket = arena_.keep(harvest.socket_contexts[finding.context]);
    return arena_.make<SecurityContext>(context);
  }

  [[nodiscard]] std::vector<Owner> keep_holders(const Harvest& harvest) const {
    std::vector<const Process*> processes;
    for (const ProcessText& text : harvest.processes) {
      processes.push_back(arena_.make<Process>(Process{arena_.keep(text.cmdline), arena_.keep(text.cgroup),
                                                       arena_.keep(text.container), arena_.keep(text.unit)}));
    }
    std::vector<Owner> holders;
    for (const Holder& holder : harvest.holders) {
      holders.push_back({holder.pid, holder.tid, 0, arena_.keep(holder.comm),
                         task_.process_details ? processes[holder.process] : nullptr});
    }
    return holders;
  }

  std::vector<std::uint32_t> starts_;  // where each inode's owners begin
  std::span<Owner> owners_;
  const ScanTask& task_;
  Arena& arena_;
};

/// Each process once, by pid. Where a worker ran short of descriptors, now there are some to ask what kind of process
/// it was.
std::vector<Unreadable> list_unreadable(int proc, const std::vector<Harvest>& harvests) {
  std::vector<Unreadable> list;
  for (const Harvest& harvest : harvests) {
    list.insert(list.end(), harvest.unreadable.begin(), harvest.unreadable.end());
  }
  const auto by_pid = [](const Unreadable& a, const Unreadable& b) { return a.pid < b.pid; };
  const auto same_pid = [](const Unreadable& a, const Unreadable& b) { return a.pid == b.pid; };
  std::stable_sort(list.begin(), list.end(), by_pid);
  list.erase(std::unique(list.begin(), list.end(), same_pid), list.end());
  std::string scratch;
  const auto holds_nothing = [&](Unreadable& process) {
    if (process.certain || is_denied(process.error)) return false;
    const MayHold may_hold = may_hold_descriptors(proc, process.pid, scratch);
    process.certain = may_hold == MayHold::yes;
    return may_hold == MayHold::no;
  };
  std::vector<Unreadable> kept;
  for (Unreadable& process : list) {
    if (!holds_nothing(process)) kept.push_back(process);
  }
  return kept;
}

/// A failure of ours is worth more words than a missing right, and a process that is known more than one that is not.
const Unreadable& most_telling(const std::vector<Unreadable>& list) {
  const auto rank = [](const Unreadable& process) { return is_denied(process.error) ? 2 : (process.certain ? 0 : 1); };
  return *std::min_element(list.begin(), list.end(),
                           [&](const Unreadable& a, const Unreadable& b) { return rank(a) < rank(b); });
}

std::string describe(int proc, const Unreadable& process) {
  const std::string reason = is_denied(process.error) ? "" : ": " + open_error_text(process.error);
  if (!process.certain && !reason.empty()) return "a process" + reason;
  std::string text = "pid " + std::to_string(process.pid);
  std::string comm;
  if (read_file_at(proc, ProcPath(process.pid, "/comm").c_str(), comm_limit, comm) != 0) return text + reason;
  if (comm.ends_with('\n')) comm.pop_back();
  return text + " (" + comm + ")" + reason;
}

void note_unreadable(int proc, const std::vector<Harvest>& harvests, OwnerScan& scan) {
  const std::vector<Unreadable> list = list_unreadable(proc, harvests);
  scan.unreadable = list.size();
  if (!list.empty()) scan.first_unreadable = describe(proc, most_telling(list));
}

/// One descriptor of each, in the order of the pids: a process is opened once for all its strangers.
std::vector<Stranger> list_strangers(const std::vector<Harvest>& harvests, int self) {
  std::vector<Stranger> list;
  for (const Harvest& harvest : harvests) list.insert(list.end(), harvest.strangers.begin(), harvest.strangers.end());
  std::erase_if(list, [&](const Stranger& stranger) { return stranger.pid == self; });
  const auto key = [](const Stranger& s) { return std::tuple(s.inode, s.pid, s.fd); };
  std::sort(list.begin(), list.end(), [&](const Stranger& a, const Stranger& b) { return key(a) < key(b); });
  const auto same = [](const Stranger& a, const Stranger& b) { return a.inode == b.inode; };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
  std::sort(list.begin(), list.end(),
            [](const Stranger& a, const Stranger& b) { return std::tuple(a.pid, a.fd) < std::tuple(b.pid, b.fd); });
  return list;
}

Processes list_processes(int proc) {
  Processes processes;
  processes.self = to_number<int>(read_link_at(proc, "self")).value_or(0);
  std::vector<char> buffer(std::size_t{1} << 16);
  processes.error = for_each_number(proc, buffer, [&](const char*, int pid) {
    if (pid != processes.self) processes.pids.push_back(pid);
    return true;
  });
  return processes;
}

/// Both passes; the second one's harvests stand behind the first one's.
std::vector<Harvest> harvest_both(const ScanTask& task, const Processes& processes, std::size_t places) {
  std::vector<Harvest> harvests = run_pass(task, processes, &ProcessVisitor::visit);
  const bool complete = count_found(harvests, places) == task.wanted->size();
  if (complete || task.threads || !task.can_compare_tables) return harvests;
  for (Harvest& more : run_pass(task, processes, &ProcessVisitor::visit_private_tables)) {
    harvests.push_back(std::move(more));
  }
  return harvests;
}

std::vector<std::uint32_t> without_owner(const std::vector<Harvest>& harvests, std::span<const Inode> wanted) {
  const std::vector<bool> found = find_found(harvests, wanted.size());
  std::vector<std::uint32_t> inodes;
  for (std::size_t at = 0; at < wanted.size(); ++at)
    if (!found[at]) inodes.push_back(static_cast<std::uint32_t>(wanted[at]));
  return inodes;
}

void drop_processes(std::vector<Harvest>& harvests, std::vector<int> pids) {
  std::sort(pids.begin(), pids.end());
  const auto is_dropped = [&](int pid) { return std::binary_search(pids.begin(), pids.end(), pid); };
  for (Harvest& harvest : harvests) {
    std::erase_if(harvest.findings,
                  [&](const Finding& finding) { return is_dropped(harvest.holders[finding.holder].pid); });
    std::erase_if(harvest.strangers, [&](const Stranger& stranger) { return is_dropped(stranger.pid); });
  }
}

/// Where a socket seems to be nobody's that was somebody's in the scan before, or was not there, a process may have
/// run while this scan believed that it did not.
std::vector<Harvest> harvest_all(const ScanTask& task, const Processes& processes, std::span<const Inode> wanted) {
  if (task.known == nullptr) return harvest_both(task, processes, wanted.size());
  task.known->begin(task.proc, processes.pids);
  std::vector<Harvest> harvests = harvest_both(task, processes, wanted.size());
  if (task.known->expects_unowned(without_owner(harvests, wanted)) || !task.known->relies()) return harvests;
  const Processes missed{.pids = task.known->catch_up(task.proc)};
  if (missed.pids.empty()) return harvests;
  drop_processes(harvests, missed.pids);
  for (Harvest& more : harvest_both(task, missed, wanted.size())) harvests.push_back(std::move(more));
  task.known->expects_unowned(without_owner(harvests, wanted));
  return harvests;
}

/// What the iterator saw; nothing: /proc has to tell. It may see more than /proc does, but that nobody holds a socket
/// is believed only where every process was seen by one of the two: something may protect a process from both.
std::optional<std::vector<Harvest>> harvest_by_iterators(SocketIterators* iterators, const ScanTask& task,
                                                         const Processes& processes, std::size_t places) {
  if (iterators == nullptr || !is_for_iterator(*iterators, task, processes.pids.size())) return std::nullopt;
  Result<IteratorHarvest> seen = harvest_by_iterator(*iterators, task);
  if (!seen) return std::nullopt;
  std::vector<Harvest> harvests;
  harvests.push_back(std::move(seen->harvest));
  if (count_found(harvests, places) == task.wanted->size()) return harvests;
  Processes unseen;
  for (const int pid : processes.pids)
    if (!std::binary_search(seen->pids.begin(), seen->pids.end(), pid)) unseen.pids.push_back(pid);
  for (Harvest& more : run_pass(task, unseen, &ProcessVisitor::knock)) harvests.push_back(std::move(more));
  return harvests;
}

/// Threads are asked one by one, and a security context may change without a step of the process.
bool may_recall(const OwnerScanRequest& request) {
  return !request.threads && !request.contexts && !request.socket_contexts;
}

}  // namespace

Result<OwnerScan> scan_owners(const OwnerScanRequest& request, Arena& arena, const char* proc,
                              SocketIterators* iterators, KnownTables* known) {
  OwnerScan scan;
  if (request.wanted.empty() && request.seen == nullptr) return scan;
  const UniqueFd root = open_directory(AT_FDCWD, proc);
  if (!root.valid()) return Error{std::string("open ") + proc, errno};
  const Processes processes = list_processes(root.get());
  if (processes.error != 0) return Error{std::string("read ") + proc, processes.error};
  if (processes.pids.empty() && processes.self == 0)
    return Error{std::string("read ") + proc + ": it shows no process; is it mounted?", 0};

  const InodeIndex wanted(request.wanted);
  const InodeIndex seen(request.seen != nullptr ? std::span<const Inode>(*request.seen) : std::span<const Inode>());
  // kcmp and pidfd_open only where pids mean the same in this /proc and in system calls.
  const bool same_pids = processes.self == ::getpid();
  const ScanTask task{.proc = root.get(),
                      .wanted = &wanted,
                      .threads = request.threads,
                      .process_details = request.process_details,
                      .contexts = request.contexts || request.socket_contexts,
                      .socket_contexts = request.socket_contexts,
                      .seen = request.seen != nullptr && same_pids ? &seen : nullptr,
                      .can_compare_tables = same_pids && can_compare_tables(),
                      .known = same_pids && may_recall(request) ? known : nullptr};
  std::optional<std::vector<Harvest>> told;
  if (same_pids) told = harvest_by_iterators(iterators, task, processes, request.wanted.size());
  const bool by_proc = !told;
  if (by_proc) told = harvest_all(task, processes, request.wanted);
  const std::vector<Harvest>& harvests = *told;
  OwnerTable table(harvests, request.wanted.size(), task, arena);
  table.fill(harvests);
  table.give(request.wanted, scan.entries);
  note_unreadable(root.get(), harvests, scan);
  scan.strangers = list_strangers(harvests, processes.self);
  // A /proc that does not show us is another pid namespace's: it shows none of ours.
  scan.hidden_processes =
      processes.self == 0 || is_inner_pid_namespace(root.get()) || (by_proc && hides_processes(root.get(), proc));
  return scan;
}

}  // namespace skq::kernel
