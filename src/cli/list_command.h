// skq [OPTION]... [FILTER]: parse, collect, select, render, write.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode list_sockets(const Settings& settings);

}  // namespace skq::cli
