#include "cli/conflicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "kernel/security_contexts.h"

namespace skq::cli {
namespace {

/// Empty: -W can repeat it.
std::string_view not_repeated(Action action) {
  switch (action) {
    case Action::list:
    case Action::why:
    case Action::summary:
    case Action::help:
    case Action::version:
    case Action::list_columns:
    case Action::family_help:
    case Action::query_help:
    case Action::generate:
      return {};
    case Action::limits:
      return "--limits";
    case Action::events:
      return "-E (--events), which goes on by itself";
    case Action::kill:
      return "-K (--kill)";
    case Action::diag:
      return "-D (--diag)";
    case Action::record:
      return "record, which has --interval";
    case Action::diff:
      return "diff";
    case Action::check:
      return "check";
  }
  return {};
}

/// What says which rows of sockets are shown, and how.
struct RowOption {
  std::string_view name;
  bool (*is_given)(const Settings&);
  bool chooses = false;  ///< by the filter, which decides what is recorded, too
  bool counts = false;   ///< decides which sockets metrics count, too
};
constexpr std::array row_options{
    RowOption{"FILTER", [](const Settings& s) { return !s.filter.empty(); }, true, true},
    RowOption{"-F (--filter)", [](const Settings& s) { return s.filter_file.has_value(); }, true, true},
    RowOption{"--where", [](const Settings& s) { return s.where.has_value(); }, false, true},
    RowOption{"--sort", [](const Settings& s) { return s.sort.has_value(); }},
    RowOption{"--limit", [](const Settings& s) { return s.limit.has_value(); }},
    RowOption{"-c (--columns)", [](const Settings& s) { return s.columns.has_value(); }},
};

/// Why there are no rows that such an option could be about; empty where there are.
std::string_view shows_no_rows(const Settings& settings) {
  if (settings.action == Action::limits) return "--limits shows none";
  if (settings.action == Action::diag)
    return "-D (--diag) records them whole: ask when the recording is read by --from";
  if (settings.format == Format::prom) return "--format=prom tells none of them, only numbers";
  if (settings.action == Action::summary && !lists_after_summary(settings))
    return "-s (--summary) lists them only after tables or a filter";
  return {};
}

Problem unheard_row_option(const Settings& settings) {
  const std::string_view why = shows_no_rows(settings);
  if (why.empty()) return {};
  for (const RowOption& option : row_options) {
    if (!option.is_given(settings) || (option.chooses && settings.action == Action::diag)) continue;
    if (option.counts && settings.format == Format::prom) continue;
    return UsageError{fmt::format("{} is about rows of sockets, and {}", option.name, why)};
  }
  return {};
}

/// Why a command is of one network namespace only; empty where it is not.
std::string_view of_one_netns(Action action) {
  switch (action) {
    case Action::list:
    case Action::why:
    case Action::record:
    case Action::diff:
    case Action::check:
    case Action::help:
    case Action::version:
    case Action::list_columns:
    case Action::family_help:
    case Action::query_help:
    case Action::generate:
      return {};
    case Action::summary:
      return "-s (--summary) counts those of one: its counters are each namespace's own";
    case Action::limits:
      return "--limits tells the settings of one";
    case Action::events:
      return "-E (--events) hears of one: the kernel tells the events of each namespace apart";
    case Action::kill:
      return "-K (--kill) closes in one, so that no filter reaches further than was meant";
    case Action::diag:
      return "-D (--diag) records one: a recording has no place for more";
  }
  return {};
}

/// Beside what --from names it looks at the running kernel; where it does not, it says so itself.
bool has_live_side(Action action) { return action == Action::diff; }

Problem conflict_of_all_netns(const Settings& settings) {
  if (!settings.all_netns) return {};
  if (settings.net) return UsageError{"--all-netns and -N (--net): every network namespace, or the named one"};
  if (settings.from && !has_live_side(settings.action))
    return UsageError{"--all-netns and --from: a recording has its own namespace"};
  const std::string_view why = of_one_netns(settings.action);
  if (why.empty()) return {};
  return UsageError{fmt::format("--all-netns is of every network namespace, and {}; choose one by -N (--net)", why)};
}

Problem conflict_of_times(const Settings& settings) {
  const ReplaySettings& replay = settings.replay;
  const bool range = replay.begin || replay.end;
  const std::string first = replay.at ? "--at" : replay.begin ? "--begin" : "--end";
  if ((replay.at || range) && !settings.from)
    return UsageError{first + " needs --from: it chooses among recorded snapshots"};
  if (replay.at && range) return UsageError{"--at is one snapshot, --begin and --end are a range: say one of them"};
  return {};
}

/// Looks at sockets and closes none.
bool only_looks(Action action) {
  constexpr std::array looks{Action::list, Action::summary, Action::limits, Action::events, Action::diag};
  return std::find(looks.begin(), looks.end(), action) != looks.end();
}

/// What does not go with metrics, and what goes with nothing else.
Problem conflict_of_metrics(const Settings& settings) {
  const bool asked = settings.format == Format::prom;
  if (asked && settings.action == Action::why)
    return UsageError{"--format=prom is of the list, which counts sockets and findings alike: skq --format=prom"};
  if (asked && settings.action != Action::list && (only_looks(settings.action) || settings.action == Action::kill)) {
    const std::string_view instead = not_repeated(settings.action);
    return UsageError{fmt::format("--format=prom counts what the list would show, and {} is no list",
                                  instead.empty() ? "-s (--summary)" : instead.substr(0, instead.find(',')))};
  }
  if (asked && (settings.replay.begin || settings.replay.end))
    return UsageError{"--format=prom tells one moment, not a range: take --at"};
  if (asked && settings.watch && !settings.output)
    return UsageError{"--format=prom with -W (--watch) needs --output: each look's metrics are a file of their own"};
  if (asked || !only_looks(settings.action)) return {};
  if (settings.settle) return UsageError{"--settle is of 'skq why' and of --format=prom, which were not said"};
  if (!settings.findings) return UsageError{"--no-findings is of --format=prom, which was not said"};
  return {};
}

}  // namespace

bool lists_after_summary(const Settings& settings) {
  return settings.tables.chosen || settings.tables.queried || !settings.filter.empty() || settings.filter_file;
}

Problem conflict_in(const Settings& settings) {
  if (settings.action == Action::why && (settings.format == Format::raw || settings.format == Format::csv))
    return UsageError{fmt::format("--format={} is for rows, and why tells findings: take table, json or jsonl",
                                  settings.format == Format::raw ? "raw" : "csv")};
  if (Problem problem = conflict_of_metrics(settings)) return problem;
  if (Problem problem = unheard_row_option(settings)) return problem;
  if (settings.yes && only_looks(settings.action))
    return UsageError{"--yes answers the question of -K (--kill), which was not said"};
  if (settings.rates && !settings.watch)
    return UsageError{"--rates needs -W (--watch): a rate is what a counter grows by from one look to the next"};
  if (settings.watch && !not_repeated(settings.action).empty())
    return UsageError{"-W (--watch) repeats the list, the summary and why, not " +
                      std::string(not_repeated(settings.action))};
  if (settings.watch && settings.from)
    return UsageError{"-W (--watch) looks again, but what --from names does not change"};
  if (Problem problem = conflict_of_all_netns(settings)) return problem;
  if (Problem problem = conflict_of_times(settings)) return problem;
  if (settings.net && settings.from && !has_live_side(settings.action))
    return UsageError{"-N (--net) and --from: a recording has its own namespace"};
  if (settings.action == Action::summary && settings.from)
    return UsageError{"-s (--summary) is of the running system, --from of a recorded one"};
  if (settings.action == Action::summary && settings.format != Format::table && lists_after_summary(settings))
    return UsageError{"-s (--summary) and a list make one text, but not one document: ask for them one by one"};
  if (settings.action == Action::summary && (settings.output || settings.watch) && lists_after_summary(settings))
    return UsageError{std::string(settings.output ? "--output" : "-W (--watch)") +
                      " takes either the summary of -s or a list, not both"};
  if (!settings.context) return {};
  const std::string lack = kernel::lacks_selinux();
  if (lack.empty()) return {};
  return UsageError{std::string(settings.contexts ? "-z (--contexts)" : "-Z (--context)") + " cannot be had: " + lack};
}

}  // namespace skq::cli
