// What --limits found, as text for eyes and as facts for programs.
#pragma once

#include <string>

#include "cli/facts.h"
#include "kernel/measured_limits.h"
#include "kernel/system_limits.h"

namespace skq::cli {

struct LimitsReport {
  kernel::SystemLimits system;
  kernel::MeasuredLimits measured;
};

std::string limits_text(const LimitsReport& report, bool color, bool exact_bytes);
Facts limits_facts(const LimitsReport& report);

}  // namespace skq::cli
