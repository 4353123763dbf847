#include "kernel/process_scan.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

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

/// Runs one pass over all processes: workers take the next pid from a common counter.
std::vector<Harvest> run_pass(const ScanTask& task, const Processes& processes, Pass pass) {
  const std::vector<int>& pids = processes.pids;
  const unsigned workers = std::clamp(std::thread::hardware_concurrency(), 1U, most_workers);
  std::vector<Harvest> harvests(workers);
  std::atomic<std::size_t> next{0};
  const auto work = [&](Harvest& harvest) {
    ProcessVisitor visitor(task);
    for (std::size_t at = next++; at < pids.size(); at = next++) (visitor.*pass)(pids[at]);
    harvest = visitor.take();
  };
  std::vector<std::thread> threads;
  for (unsigned extra = 1; extra < workers; ++extra) {
    try {
      threads.emplace_back([&work, &harvest = harvests[extra]] { work(harvest); });
    } catch (const std::system_error&) {
      break;  // no more threads allowed: those that run share the work
    }
  }
  work(harvests[0]);
  for (std::thread& thread : threads) thread.join();
  if (processes.self != 0) {
    ProcessVisitor visitor(task);
    (visitor.*pass)(processes.self);
    harvests.push_back(visitor.take());
  }
  return harvests;
}

std::size_t count_found(const std::vector<Harvest>& harvests, std::size_t wanted) {
  std::vector<bool> found(wanted);
  std::size_t count = 0;
  for (const Harvest& harvest : harvests) {
    for (const Finding& finding : harvest.findings) {
      if (!found[finding.wanted]) ++count;
      found[finding.wanted] = true;
    }
  }
  return count;
}

/// Turns each worker's findings into owners, put in the order of the wanted inodes by counting.
class OwnerTable {
 public:
  OwnerTable(const std::vector<Harvest>& harvests, std::size_t wanted, bool details) : starts_(wanted + 1) {
    for (const Harvest& harvest : harvests) {
      for (const Finding& finding : harvest.findings) ++starts_[finding.wanted + 1];
    }
    for (std::size_t at = 1; at < starts_.size(); ++at) starts_[at] += starts_[at - 1];
    owners_.resize(starts_.back());
    details_ = details;
  }

  void fill(const std::vector<Harvest>& harvests, Arena& arena) {
    std::vector<std::size_t> at(starts_.begin(), starts_.end() - 1);
    for (const Harvest& harvest : harvests) {
      const std::vector<Owner> holders = keep_holders(harvest, arena);
      for (const Finding& finding : harvest.findings) {
        Owner& owner = owners_[at[finding.wanted]++];
        owner = holders[finding.holder];
        owner.fd = finding.fd;
      }
    }
  }

  void give(std::span<const Inode> wanted, Arena& arena, std::vector<OwnerScan::Entry>& entries) {
    for (std::size_t at = 0; at + 1 < starts_.size(); ++at) {
      if (starts_[at] == starts_[at + 1]) continue;
      const std::span<Owner> list = std::span(owners_).subspan(starts_[at], starts_[at + 1] - starts_[at]);
      entries.push_back({wanted[at], {arena.keep(std::span<const Owner>(sorted_unique(list)))}});
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

  [[nodiscard]] std::vector<Owner> keep_holders(const Harvest& harvest, Arena& arena) const {
    std::vector<const Process*> processes;
    for (const ProcessText& text : harvest.processes) {
      processes.push_back(arena.make<Process>(Process{arena.keep(text.cmdline), arena.keep(text.cgroup),
                                                      arena.keep(text.container), arena.keep(text.unit)}));
    }
    std::vector<Owner> holders;
    for (const Holder& holder : harvest.holders) {
      holders.push_back(
          {holder.pid, holder.tid, 0, arena.keep(holder.comm), details_ ? processes[holder.process] : nullptr});
    }
    return holders;
  }

  std::vector<std::size_t> starts_;  // where each inode's owners begin
  std::vector<Owner> owners_;
  bool details_ = false;
};

void note_unreadable(int proc, const std::vector<Harvest>& harvests, OwnerScan& scan) {
  int first = 0;
  for (const Harvest& harvest : harvests) {
    scan.unreadable += harvest.unreadable;
    if (harvest.first_unreadable != 0 && (first == 0 || harvest.first_unreadable < first)) {
      first = harvest.first_unreadable;
    }
  }
  if (first == 0) return;
  scan.first_unreadable = "pid " + std::to_string(first);
  std::string comm;
  if (read_file_at(proc, ProcPath(first, "/comm").c_str(), comm_limit, comm) != 0) return;
  if (comm.ends_with('\n')) comm.pop_back();
  scan.first_unreadable += " (" + comm + ")";
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
std::vector<Harvest> harvest_all(const ScanTask& task, const Processes& processes, std::size_t places) {
  std::vector<Harvest> harvests = run_pass(task, processes, &ProcessVisitor::visit);
  const bool complete = count_found(harvests, places) == task.wanted->size();
  if (complete || task.threads || !task.can_compare_tables) return harvests;
  for (Harvest& more : run_pass(task, processes, &ProcessVisitor::visit_private_tables)) {
    harvests.push_back(std::move(more));
  }
  return harvests;
}

}  // namespace

Result<OwnerScan> scan_owners(const OwnerScanRequest& request, Arena& arena, const char* proc) {
  OwnerScan scan;
  if (request.wanted.empty()) return scan;
  const UniqueFd root = open_directory(AT_FDCWD, proc);
  if (!root.valid()) return Error{std::string("open ") + proc, errno};
  const Processes processes = list_processes(root.get());
  if (processes.error != 0) return Error{std::string("read ") + proc, processes.error};
  if (processes.pids.empty() && processes.self == 0)
    return Error{std::string("read ") + proc + ": it shows no process; is it mounted?", 0};

  const InodeIndex wanted(request.wanted);
  // kcmp only where pids mean the same in this /proc and in system calls.
  const bool same_pids = processes.self == ::getpid();
  const ScanTask task{root.get(), &wanted, request.threads, request.process_details, same_pids && can_compare_tables()};
  const std::vector<Harvest> harvests = harvest_all(task, processes, request.wanted.size());
  OwnerTable table(harvests, request.wanted.size(), request.process_details);
  table.fill(harvests, arena);
  table.give(request.wanted, arena, scan.entries);
  note_unreadable(root.get(), harvests, scan);
  scan.hidden_processes = hides_processes(root.get(), proc);
  return scan;
}

}  // namespace skq::kernel
