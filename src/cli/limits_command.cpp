#include "cli/limits_command.h"

#include "cli/message.h"

namespace skq::cli {

ExitCode print_limits(const Settings&) {
  complain("not built yet");
  return ExitCode::usage;
}

}  // namespace skq::cli
