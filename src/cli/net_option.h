// -N: the network namespace that everything after this call sees.
#pragma once

#include <optional>
#include <string>

#include "cli/exit_code.h"

namespace skq::cli {

/// Enters it with the calling thread, which has to be the only one. Gives the exit code where that failed and was said.
std::optional<ExitCode> enter_namespace(const std::string& which);

}  // namespace skq::cli
