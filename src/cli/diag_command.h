// -D: the raw dumps to a file.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode record_dumps(const Settings& settings);

}  // namespace skq::cli
