// skq diff: what became of the sockets between two snapshots.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode tell_diff(const Settings& settings);

}  // namespace skq::cli
