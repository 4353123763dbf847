// The command line's way in: from argv to an exit code.
#pragma once

#include <span>

#include "cli/exit_code.h"

namespace skq::cli {

/// `words` are argv without the program's name.
ExitCode run(std::span<char* const> words);

}  // namespace skq::cli
