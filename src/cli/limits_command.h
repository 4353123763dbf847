// --limits: what the kernel would give a socket.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode print_limits(const Settings& settings);

}  // namespace skq::cli
