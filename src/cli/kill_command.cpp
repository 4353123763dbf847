#include "cli/kill_command.h"

#include "cli/message.h"

namespace skq::cli {

ExitCode kill_sockets(const Settings&) {
  complain("not built yet");
  return ExitCode::usage;
}

}  // namespace skq::cli
