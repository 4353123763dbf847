// Where `skq record` keeps its day files, and how long.
#pragma once

#include <string>
#include <vector>

#include "cli/settings.h"
#include "skq/result.h"

namespace skq::cli {

/// --dir, else /var/log/skq.
std::string record_folder(const Settings& settings);

/// Makes the default folder where it is missing; one that was named by --dir is not made: it may be misspelt, or a disk
/// that is not mounted.
Status prepare_record_folder(const Settings& settings);

/// Removes what --keep-days and --max-bytes say, never the current day's file. Gives the names.
Result<std::vector<std::string>> apply_retention(const Settings& settings, const std::string& current);

}  // namespace skq::cli
