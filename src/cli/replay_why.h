// `skq why --from`: the findings that `skq record --why` recorded, told as those of now are.
#pragma once

#include "cli/exit_code.h"
#include "cli/log.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode tell_recorded_why(const Settings& settings, const Log& log);

}  // namespace skq::cli
