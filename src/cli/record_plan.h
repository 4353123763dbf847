// What `skq record` records: which sockets and what of each. Without options all of every socket that the list can show
// by -a -e -i -m -o -p.
#pragma once

#include <string_view>
#include <variant>

#include "cli/list_plan.h"
#include "cli/settings.h"
#include "cli/usage_error.h"

namespace skq::cli {

struct RecordPlan {
  Settings settings;  ///< with what record adds to what was given
  ListPlan list;

  /// Whether the snapshot has that column.
  [[nodiscard]] bool records(std::string_view column) const;
};

std::variant<RecordPlan, UsageError> plan_record(const Settings& settings, Resolver& resolver);

/// Options that contradict each other.
Problem mistake_in_record(const Settings& settings);

}  // namespace skq::cli
