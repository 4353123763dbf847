#include "cli/diff_command.h"

#include "cli/message.h"

namespace skq::cli {

ExitCode tell_diff(const Settings& /*settings*/) {
  complain("the command 'diff' is not built yet");
  return ExitCode::usage;
}

}  // namespace skq::cli
