#include "kernel/cpu_clocks.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "kernel/proc_dir.h"
#include "kernel/thread_files.h"

namespace skq::kernel {
namespace {

/// A set of CPUs with room for every one that a kernel may have.
class CpuSet {
 public:
  static constexpr int most = 1 << 14;
  static CpuSet of(int cpu) {
    CpuSet set;
    if (cpu >= 0 && cpu < most)
      set.words_[static_cast<std::size_t>(cpu) / bits] = 1UL << (static_cast<std::size_t>(cpu) % bits);
    return set;
  }
  static CpuSet current() {
    CpuSet set;
    ::syscall(SYS_sched_getaffinity, 0, sizeof set.words_, set.words_.data());
    return set;
  }
  /// False: we may not run there.
  [[nodiscard]] bool give_to(int tid) const {
    return ::syscall(SYS_sched_setaffinity, tid, sizeof words_, words_.data()) == 0;
  }

 private:
  static constexpr std::size_t bits = 8 * sizeof(unsigned long);
  std::array<unsigned long, most / bits> words_{};
};

/// One comparison of both clocks, on the CPU that this thread is on.
std::optional<std::int64_t> compare_clocks(std::string& scratch) {
  std::array<std::int64_t, 3> samples{};
  for (std::int64_t& sample : samples) {
    // Brings our own se.exec_start up to now (kernel/sched/fair.c, yield_task_fair).
    ::sched_yield();
    const std::int64_t now = monotonic_now();
    constexpr std::size_t most = 4096;
    if (read_file_at(AT_FDCWD, "/proc/thread-self/sched", most, scratch) != 0) return std::nullopt;
    const auto stamp = parse_thread_clock(scratch).last_ran_ns;
    if (!stamp) return std::nullopt;
    sample = now - *stamp;
  }
  // We may have been taken off the CPU between two steps: the middle one is good.
  std::sort(samples.begin(), samples.end());
  return samples[1];
}

/// The thread that goes from CPU to CPU. One that never lets it run (a realtime task in a loop) must not hold us up.
class Traveller {
 public:
  Traveller() : thread_([this] { travel(); }) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return tid_ != 0; });
  }
  Traveller(const Traveller&) = delete;
  Traveller& operator=(const Traveller&) = delete;
  ~Traveller() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  std::optional<std::int64_t> ask(int cpu) {
    constexpr std::chrono::milliseconds patience(100);
    if (!CpuSet::of(cpu).give_to(tid_)) return std::nullopt;
    std::unique_lock lock(mutex_);
    asked_ = true;
    changed_.notify_all();
    const auto answered = [this] { return !asked_; };
    if (!changed_.wait_for(lock, patience, answered)) {
      static_cast<void>(home_.give_to(tid_));
      changed_.wait(lock, answered);
    }
    return answered_on_ == cpu ? answer_ : std::nullopt;
  }

 private:
  void travel() {
    std::string scratch;
    std::unique_lock lock(mutex_);
    tid_ = static_cast<int>(::syscall(SYS_gettid));
    changed_.notify_all();
    for (;;) {
      changed_.wait(lock, [this] { return asked_ || over_; });
      if (over_) return;
      lock.unlock();
      const auto answer = compare_clocks(scratch);
      const int cpu = ::sched_getcpu();
      lock.lock();
      answer_ = answer;
      answered_on_ = cpu;
      asked_ = false;
      changed_.notify_all();
    }
  }

  CpuSet home_ = CpuSet::current();
  std::mutex mutex_;
  std::condition_variable changed_;
  int tid_ = 0;
  bool asked_ = false, over_ = false;
  std::optional<std::int64_t> answer_;
  int answered_on_ = -1;
  std::thread thread_;
};

}  // namespace

std::int64_t monotonic_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

CpuClocks::CpuClocks(std::span<const int> cpus) {
  if (cpus.empty()) return;
  try {
    Traveller traveller;
    for (const int cpu : cpus)
      if (const auto behind = traveller.ask(cpu)) behind_.emplace(cpu, *behind);
  } catch (const std::system_error&) {
    // No more threads are to be had.
  }
  std::string scratch;
  if (!behind_.empty()) return;
  if (const auto behind = compare_clocks(scratch)) behind_.emplace(::sched_getcpu(), *behind);
}

std::optional<std::int64_t> CpuClocks::monotonic(int cpu, std::int64_t stamp) const {
  if (behind_.empty()) return std::nullopt;
  const auto own = behind_.find(cpu);
  return stamp + (own == behind_.end() ? behind_.begin() : own)->second;
}

}  // namespace skq::kernel
