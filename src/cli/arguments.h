// argv to Settings, by getopt_long over the option table.
#pragma once

#include <span>
#include <variant>

#include "cli/settings.h"
#include "cli/usage_error.h"

namespace skq::cli {

/// `words` are argv without the program's name. Options may follow the filter, letters cluster, long names may be cut
/// short; where a short form fits an option of ss and one of ours, ss's is meant.
std::variant<Settings, UsageError> parse_arguments(std::span<char* const> words);

}  // namespace skq::cli
