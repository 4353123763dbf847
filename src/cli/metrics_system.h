// What the system as a whole says, for metrics: shared memory, limits, counters.
#pragma once

#include <vector>

#include "kernel/system_limits.h"
#include "kernel/system_state.h"
#include "skq/metrics.h"

namespace skq::cli {

/// Keeps what the numbers' names point into, so it neither moves nor is copied.
class SystemNumbers {
 public:
  SystemNumbers() = default;
  SystemNumbers(const SystemNumbers&) = delete;
  SystemNumbers& operator=(const SystemNumbers&) = delete;

  void read();
  [[nodiscard]] const std::vector<SystemNumber>& numbers() const { return numbers_; }
  [[nodiscard]] const std::vector<SharedMemory>& memory() const { return memory_; }
  [[nodiscard]] const std::vector<Gap>& gaps() const { return gaps_; }

 private:
  kernel::SystemState state_;
  kernel::SystemLimits limits_;
  std::vector<SystemNumber> numbers_;
  std::vector<SharedMemory> memory_;
  std::vector<Gap> gaps_;
};

}  // namespace skq::cli
