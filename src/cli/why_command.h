// skq why: who is stuck on which socket, who causes it, since when.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode tell_why(const Settings& settings);

}  // namespace skq::cli
