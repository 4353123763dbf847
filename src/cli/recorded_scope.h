// What a recording cannot show because it was made of less than what is asked for now.
#pragma once

#include <span>
#include <vector>

#include "cli/settings.h"
#include "skq/collect.h"
#include "skq/store.h"

namespace skq::cli {

/// Gaps of tables that were not recorded, or in fewer states, or through another filter. What was chosen by the very
/// words that choose now is whole.
std::vector<Gap> gaps_of_scope(const SnapshotHead& head, const Settings& settings,
                               std::span<const TableRequest> tables);

}  // namespace skq::cli
