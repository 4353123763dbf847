#include "cli/diag_command.h"

#include "cli/message.h"

namespace skq::cli {

ExitCode record_dumps(const Settings&) {
  complain("not built yet");
  return ExitCode::usage;
}

}  // namespace skq::cli
