// The clock that each CPU keeps of its tasks (rq_clock_task), set against CLOCK_MONOTONIC. It stands still while a
// hypervisor takes the CPU away or an interrupt is served, so each CPU's is behind by another amount; what a sleeping
// thread's se.exec_start says is told apart only by asking on the CPU that it ran on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

namespace skq::kernel {

class CpuClocks {
 public:
  /// Asks on each of these CPUs, by a thread of our own that goes there and ends.
  explicit CpuClocks(std::span<const int> cpus);

  /// When, on CLOCK_MONOTONIC, that CPU's clock showed `stamp`. Of a CPU that we may not run on it is told by
  /// another's clock: then a little wrong. Empty: there is no such clock.
  [[nodiscard]] std::optional<std::int64_t> monotonic(int cpu, std::int64_t stamp) const;

 private:
  std::map<int, std::int64_t> behind_;  // CLOCK_MONOTONIC less the CPU's
};

std::int64_t monotonic_now();

}  // namespace skq::kernel
