// skq [OPTION]... [FILTER]: parse, collect, select, render, write.
#pragma once

#include <functional>

#include "cli/exit_code.h"
#include "cli/settings.h"
#include "skq/result.h"

namespace skq::cli {

/// `print_before` is called once nothing can be wrong any more with what was asked for.
ExitCode list_sockets(const Settings& settings, const std::function<Status()>& print_before = {});

}  // namespace skq::cli
