// -E: sockets as they are destroyed.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode follow_events(const Settings& settings);

}  // namespace skq::cli
