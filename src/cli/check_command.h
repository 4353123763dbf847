// skq check METRIC: a monitoring plugin. Its answer is on standard output whatever goes wrong, and its exit status is
// one of theirs: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
#pragma once

#include <span>

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

/// Whether these words are a plugin's: then nothing may end but as one, bad usage neither.
bool is_check(std::span<char* const> words);

/// `act` does what the words ask for where that is not a check: --help, --version.
ExitCode run_check(std::span<char* const> words, ExitCode (*act)(const Settings& settings));

}  // namespace skq::cli
