// Where the numbers of `skq check` come from: sockets, what `skq why` finds, or the host's counters.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/settings.h"
#include "cli/usage_error.h"
#include "skq/check.h"
#include "skq/result.h"
#include "skq/snapshot.h"

namespace skq::cli {

/// What a look brought for one metric.
struct CheckLook {
  std::optional<double> value;      ///< empty: not to be had
  std::string text;                 ///< what the first line says of it
  std::optional<double> most = {};  ///< what it can be at most
  std::vector<PerformanceData> more = {};
  std::vector<std::string> lines = {};
  std::vector<Gap> gaps = {};  ///< only those that matter for the value
  bool in_doubt = false;       ///< sockets may have been taken that should not
  bool none = false;           ///< no socket is what it is about
  std::vector<std::string> warnings = {};
};

/// UsageError: nothing was looked at. Error: nothing could be read.
using CheckLooked = std::variant<CheckLook, UsageError, Error>;

CheckLooked look_at_sockets(const Settings& settings, const CheckMetric& metric, const CheckThresholds& thresholds);
CheckLooked look_for_stuck(const Settings& settings);
CheckLooked look_at_system(const Settings& settings, const CheckMetric& metric);

}  // namespace skq::cli
