#include "kernel/known_tables.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>

#include "kernel/parallel.h"
#include "kernel/proc_dir.h"

namespace skq::kernel {
namespace {

constexpr std::uint32_t scans_until_all_is_read = 10;
/// Longer than the time between two ticks of any usual kernel (CONFIG_HZ is 100 or more).
constexpr std::int64_t tick_ns = 20'000'000;
constexpr std::size_t grain = 32;  // processes for which a worker pays

std::int64_t read_clock(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) return -1;
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// What clock_getcpuclockid(3) gives, which asks the kernel once more than needed.
clockid_t cpu_clock_of(int pid) {
  constexpr unsigned scheduler_clock = 2;  // CPUCLOCK_SCHED
  return static_cast<clockid_t>((~static_cast<unsigned>(pid) << 3U) | scheduler_clock);
}

/// Nothing: it is gone, or does not let itself be looked at.
std::optional<ProcessStamp> stamp_of(int proc, int pid, const KnownTable& table) {
  struct stat status {};
  if (::fstatat(proc, ProcPath(pid, "/fd").c_str(), &status, 0) != 0) return std::nullopt;
  if (table.of_kernel) return ProcessStamp{status.st_ino, 0, 0};
  const std::int64_t cpu_ns = read_clock(cpu_clock_of(pid));
  if (cpu_ns < 0) return std::nullopt;
  return ProcessStamp{status.st_ino, status.st_size, cpu_ns};
}

/// The list of those without is "(null)", an empty line, or no file at all.
bool do_all_processors_tick() {
  constexpr std::size_t limit = 4096;
  std::string list;
  static_cast<void>(read_file_at(AT_FDCWD, "/sys/devices/system/cpu/nohz_full", limit, list));
  return list.find_first_of("0123456789") == std::string::npos;
}

}  // namespace

KnownTables::KnownTables() : all_processors_tick_(do_all_processors_tick()) {}

KnownTable* KnownTables::find(int pid) {
  const auto found = tables_.find(pid);
  return found == tables_.end() ? nullptr : &found->second;
}

void KnownTables::begin(int proc, std::span<const int> pids) {
  if (scan_ % scans_until_all_is_read == 0 || !all_processors_tick_) tables_.clear();
  ++scan_;
  std::vector<Entry> entries;
  entries.reserve(pids.size());
  for (const int pid : pids) {
    KnownTable& table = tables_[pid];
    table.scan = scan_;
    entries.push_back({pid, &table});
  }
  static_cast<void>(forget_changed(proc, entries));
  begun_ns_ = read_clock(CLOCK_MONOTONIC);
  recalled_ = 0;
  for (const Entry& entry : entries) {
    entry.table->recalled = entry.table->sockets.has_value();
    recalled_ += entry.table->recalled ? 1 : 0;
  }
}

/// Takes new stamps of all that changed, and gives those whose sockets are unknown now but were not before.
std::vector<int> KnownTables::forget_changed(int proc, std::span<const Entry> entries) {
  const std::int64_t begun_ns = read_clock(CLOCK_MONOTONIC);
  std::vector<std::optional<ProcessStamp>> stamps(entries.size());
  run_parallel(entries.size(), grain,
               [&](std::size_t at) { stamps[at] = stamp_of(proc, entries[at].pid, *entries[at].table); });
  const std::int64_t stamped_ns = read_clock(CLOCK_MONOTONIC);
  const std::vector<std::uint64_t> gone = drop_gone();
  std::unordered_set<std::uint64_t> touched(gone.begin(), gone.end());
  std::vector<int> forgotten;
  const auto forget = [&](const Entry& entry) {
    if (entry.table->sockets) forgotten.push_back(entry.pid);
    entry.table->sockets.reset();
    entry.table->apart.reset();
  };
  for (std::size_t at = 0; at < entries.size(); ++at) {
    KnownTable& table = *entries[at].table;
    const bool is_old_enough = begun_ns - table.since_ns >= tick_ns || table.of_kernel;
    if (table.sockets && stamps[at] && *stamps[at] == table.stamp && is_old_enough) continue;
    if (table.sockets) touched.insert(table.content);
    forget(entries[at]);
    table.of_kernel = false;
    table.stamp = stamps[at].value_or(ProcessStamp{});
    table.since_ns = stamped_ns;
  }
  for (const Entry& entry : entries) {
    if (entry.table->sockets && !entry.table->of_kernel && touched.contains(entry.table->content)) forget(entry);
  }
  return forgotten;
}

/// What the processes had that are gone: somebody may have shared it.
std::vector<std::uint64_t> KnownTables::drop_gone() {
  std::vector<std::uint64_t> contents;
  for (auto table = tables_.begin(); table != tables_.end();) {
    if (table->second.scan == scan_) {
      ++table;
      continue;
    }
    if (table->second.sockets) contents.push_back(table->second.content);
    table = tables_.erase(table);
  }
  return contents;
}

std::vector<int> KnownTables::catch_up(int proc) {
  const std::int64_t left = begun_ns_ + tick_ns - read_clock(CLOCK_MONOTONIC);
  if (left > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(left));
  std::vector<Entry> entries;
  for (auto& [pid, table] : tables_) {
    if (table.recalled) entries.push_back({pid, &table});
  }
  return forget_changed(proc, entries);
}

bool KnownTables::expects_unowned(std::vector<std::uint32_t> inodes) {
  std::sort(inodes.begin(), inodes.end());
  const bool expected = std::includes(unowned_.begin(), unowned_.end(), inodes.begin(), inodes.end());
  unowned_ = std::move(inodes);
  return expected;
}

}  // namespace skq::kernel
