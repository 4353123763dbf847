#include "cli/events_command.h"

#include "cli/message.h"

namespace skq::cli {

ExitCode follow_events(const Settings&) {
  complain("not built yet");
  return ExitCode::usage;
}

}  // namespace skq::cli
