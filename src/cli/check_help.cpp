#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/help.h"

namespace skq::cli {

std::string check_help() {
  std::string out = fmt::format("Usage: skq {}\n\nOptions:\n", row_of(Command::check).usage);
  append_options(out, Command::check);
  return out;
}

}  // namespace skq::cli
