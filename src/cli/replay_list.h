// Lists recorded snapshots: the last one, that of a time, or each of a range.
#pragma once

#include <functional>
#include <optional>
#include <variant>

#include "cli/exit_code.h"
#include "cli/log.h"
#include "cli/recordings.h"
#include "cli/replay_range.h"
#include "cli/settings.h"

namespace skq::cli {

/// Which snapshots --at, --begin and --end mean, read from their words.
struct ReplayTimes {
  std::optional<store::Moment> at, begin, end;
};
std::variant<ReplayTimes, UsageError> replay_times(const ReplaySettings& replay);

/// Calls `show` for each snapshot that is meant, until it gives a code. Nothing: all were shown. Before the first of a
/// range, `prepare` is called.
std::optional<ExitCode> replay_each(Recordings& recordings, const ReplayTimes& times,
                                    const std::function<std::optional<ExitCode>(const Replayed&)>& show,
                                    const std::function<void(ReplayRange&)>& prepare = {});

ExitCode list_recorded(const Settings& settings, Recordings& recordings, const ReplayTimes& times, const Log& log);

}  // namespace skq::cli
