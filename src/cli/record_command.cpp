#include "cli/record_command.h"

#include "cli/message.h"

namespace skq::cli {

ExitCode record_snapshots(const Settings& /*settings*/) {
  complain("the command 'record' is not built yet");
  return ExitCode::usage;
}

}  // namespace skq::cli
