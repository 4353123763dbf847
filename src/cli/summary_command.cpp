#include "cli/summary_command.h"

#include "cli/message.h"

namespace skq::cli {

ExitCode print_summary(const Settings&) {
  complain("not built yet");
  return ExitCode::usage;
}

}  // namespace skq::cli
