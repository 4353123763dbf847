// skq record --list: what a folder of day files holds.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode list_recorded(const Settings& settings);

}  // namespace skq::cli
