// -s: how many sockets there are, what they hold, and the limits and pressure of the system.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode print_summary(const Settings& settings);

}  // namespace skq::cli
