// What a command reads besides its words, before it does anything: the file of -F, and TCPDIAG_FILE, by which ss is
// told what --from tells skq.
#pragma once

#include <optional>

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

/// Completes the settings. Else tells why not, and gives the exit code.
std::optional<ExitCode> take_inputs(Settings& settings);

}  // namespace skq::cli
