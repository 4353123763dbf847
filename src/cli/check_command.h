// skq check: one number against its thresholds, as monitoring plugins tell it.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode check_metric(const Settings& settings);

}  // namespace skq::cli
