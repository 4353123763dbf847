// Options that each are right and together make no sense, and those that this host cannot serve: refused by name before
// anything is done.
//
// To add an option that only rows obey: a row in the table of conflicts.cpp.
#pragma once

#include "cli/settings.h"
#include "cli/usage_error.h"

namespace skq::cli {

/// -s prints the summary alone, but for tables or a filter, also one of -F: then the list follows.
bool lists_after_summary(const Settings& settings);

Problem conflict_in(const Settings& settings);

}  // namespace skq::cli
