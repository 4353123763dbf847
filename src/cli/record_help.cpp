#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/help.h"

namespace skq::cli {

std::string record_help() {
  std::string out = fmt::format("Usage: skq {}\n\nOptions:\n", row_of(Command::record).usage);
  append_options(out, Command::record);
  return out;
}

}  // namespace skq::cli
