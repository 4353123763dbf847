// skq record: looks at the sockets and appends what it saw to the day's file.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode record_snapshots(const Settings& settings);

}  // namespace skq::cli
