#include "cli/metrics_system.h"

#include "cli/why_look.h"

namespace skq::cli {

void SystemNumbers::read() {
  state_ = kernel::read_system_state();
  limits_ = kernel::read_system_limits();
  for (const kernel::Counter& counter : state_.counters.all())
    numbers_.push_back({counter.group, counter.name, counter.value});
  for (const kernel::Sysctl& row : limits_.sysctls)
    if (row.parts.empty() && !row.values.empty()) numbers_.push_back({"sysctl", row.name, row.values.front()});
  memory_ = shared_memory(state_);
  // Of the limits only a few are told, and what a kernel does not tell is just not there.
  gaps_ = state_.gaps;
}

}  // namespace skq::cli
