// Options that each are right and together make no sense, and those that this host cannot serve: refused by name before
// anything is done.
#pragma once

#include "cli/settings.h"
#include "cli/usage_error.h"

namespace skq::cli {

/// -s prints the summary alone, but for tables or a filter: then the list follows, as in ss.
bool lists_after_summary(const Settings& settings);

Problem conflict_in(const Settings& settings);

}  // namespace skq::cli
