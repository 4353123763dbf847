// --format=prom: what the list would show, counted, with what `skq why` finds, for Prometheus.
#pragma once

#include "cli/exit_code.h"
#include "cli/settings.h"

namespace skq::cli {

ExitCode write_metrics(const Settings& settings);

}  // namespace skq::cli
