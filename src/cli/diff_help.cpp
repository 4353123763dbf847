#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/help.h"

namespace skq::cli {

std::string diff_help() {
  std::string out = fmt::format("Usage: skq {}\n\nOptions:\n", row_of(Command::diff).usage);
  append_options(out, Command::diff);
  return out;
}

}  // namespace skq::cli
