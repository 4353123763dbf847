// What skq tells its caller through the exit status. `check` alone will use the monitoring plugin codes 0-3 instead.
#pragma once

namespace skq::cli {

enum class ExitCode : int {
  done = 0,
  failed = 1,      ///< nothing could be read, or a write failed
  usage = 2,       ///< unknown option, wrong value, mistake in a filter
  incomplete = 3,  ///< with --strict: something is missing from the answer
  no_match = 4,    ///< with --exit-code: no socket matched
  stuck = 5,       ///< why, with --exit-code: something is stuck
};

}  // namespace skq::cli
