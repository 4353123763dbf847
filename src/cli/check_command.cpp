#include "cli/check_command.h"

#include "cli/message.h"

namespace skq::cli {

ExitCode check_metric(const Settings& /*settings*/) {
  complain("the command 'check' is not built yet");
  return ExitCode::usage;
}

}  // namespace skq::cli
