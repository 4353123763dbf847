// -K: closes the sockets that FILTER names.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode kill_sockets(const Settings& settings);

}  // namespace skq::cli
