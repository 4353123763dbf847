#include "cli/list_command.h"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text_escape.h"
#include "cli/command_parts.h"
#include "cli/list_plan.h"
#include "cli/listing.h"
#include "cli/log.h"
#include "cli/message.h"
#include "cli/open_source.h"
#include "cli/recordings.h"
#include "cli/replay_list.h"
#include "cli/replay_names.h"
#include "cli/terminal.h"
#include "cli/watch.h"
#include "kernel/host_names.h"
#include "kernel/output.h"
#include "skq/collect.h"
#include "skq/render.h"

namespace skq::cli {
namespace {

/// One stream of rows with one line of titles; a file that is replaced each time needs its own.
ListingStyle style_of(const Settings& settings, const Repetition& repetition) {
  const bool rows = settings.format == Format::raw || settings.format == Format::csv;
  return {.heading = ListingStyle::Heading::time,
          .stamped = true,
          .titles = !rows || settings.output || repetition.glance.number == 0,
          .one_line = true};
}

ExitCode list(const Settings& settings, const ListPlan& plan, kernel::HostNames& names, Source& source,
              const Log& log) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return fail(output.error());
  Listing listing(settings, plan, names, &*output, {}, nullptr);
  const auto summary = listing.run(source);
  if (!summary) return fail(summary.error());
  tell_gaps(summary->gaps, log);
  if (const std::string remark = source.remark(); !remark.empty()) log.debug("{}", remark);
  log.info("{} tables, {} rows from the kernel, {} shown, {} gaps", plan.tables.size(), summary->rows_seen,
           listing.shown(), summary->gaps.size());
  if (!listing.written()) return fail(listing.written().error());
  if (const Status committed = output->commit(); !committed) return fail(committed.error());
  return outcome(settings, *summary, listing.shown());
}

std::string count_text(std::size_t shown) { return fmt::format("{} {}", shown, shown == 1 ? "socket" : "sockets"); }

/// One listing of a watch. Names are looked up anew: interfaces and users may be others by now, and a cache that is
/// never emptied only grows. Only DNS answers are kept for a while.
class Repeater {
 public:
  Repeater(const Settings& settings, const ListPlan& plan) : settings_(settings), plan_(plan) {}

  Result<Glimpse> look(const Glance& glance) {
    constexpr std::size_t looks_with_same_names = 60;
    if (!settings_.resolve || !names_ || glance.number % looks_with_same_names == 0)
      names_.emplace(kernel::HostNamesOptions{.numeric = settings_.numeric, .resolve = settings_.resolve});
    repetition_.glance = glance;
    auto source = open_source(settings_, memory_);
    if (!source) return source.error();
    if (glance.screen) return list(**source, nullptr);
    auto output = settings_.output ? kernel::Output::to_file(*settings_.output) : kernel::Output::to_stdout();
    if (!output) return output.error();
    auto look = list(**source, &*output);
    if (!look) return look;
    if (const Status committed = output->commit(); !committed) return committed.error();
    return look;
  }

 private:
  Result<Glimpse> list(Source& source, kernel::Output* output) {
    Listing listing(settings_, plan_, *names_, output, style_of(settings_, repetition_), &repetition_);
    auto summary = listing.run(source);
    if (!summary) return summary.error();
    if (!listing.written()) return listing.written().error();
    Glimpse look;
    look.outcome = outcome(settings_, *summary, listing.shown());
    look.text = std::move(listing.text());
    look.count = count_text(listing.shown());
    look.circumstances = listing.circumstances();
    look.gaps = std::move(summary->gaps);
    return look;
  }

  const Settings& settings_;
  const ListPlan& plan_;
  std::optional<kernel::HostNames> names_;
  Repetition repetition_;
  std::shared_ptr<LookMemory> memory_ = make_look_memory();
};

ExitCode watch_list(const Settings& settings, const ListPlan& plan, const Log& log) {
  Repeater repeater(settings, plan);
  return watch(settings, log, [&](const Glance& glance) { return repeater.look(glance); });
}

}  // namespace

namespace {

ExitCode list_live(const Settings& settings, const ListPlan& plan, kernel::HostNames& names, const Log& log) {
  if (settings.watch) return watch_list(settings, plan, log);
  auto source = open_source(settings);
  if (!source) return fail(source.error());
  return list(settings, plan, names, **source, log);
}

ExitCode misuse(const UsageError& error) {
  complain(error.text);
  return ExitCode::usage;
}

Problem refuse_times_of_dump(const Settings& settings) {
  const ReplaySettings& replay = settings.replay;
  if (!replay.at && !replay.begin && !replay.end) return {};
  return UsageError{std::string(replay.at      ? "--at"
                                : replay.begin ? "--begin"
                                               : "--end") +
                    " chooses among the snapshots of skq record, and what --from names is one dump of -D"};
}

/// Snapshots of `skq record`, or dumps of -D.
ExitCode list_from(const Settings& settings, kernel::HostNames& names, const Log& log) {
  const auto times = replay_times(settings.replay);
  if (const auto* error = std::get_if<UsageError>(&times)) return misuse(*error);
  auto recorded = open_recorded(*settings.from);
  if (!recorded) return fail(recorded.error());
  if (auto* snapshots = std::get_if<Recordings>(&*recorded))
    return list_recorded(settings, *snapshots, std::get<ReplayTimes>(times), log);
  if (const auto problem = refuse_times_of_dump(settings)) return misuse(*problem);
  auto plan = plan_list(settings, names);
  if (const auto* error = std::get_if<UsageError>(&plan)) return misuse(*error);
  return list(settings, std::get<ListPlan>(plan), names, *std::get<std::unique_ptr<Source>>(*recorded), log);
}

/// While the plan is made, no snapshot is open yet; what the filter names is looked up when one is.
std::variant<ListPlan, UsageError> first_plan(const Settings& settings, kernel::HostNames& names) {
  if (!settings.from) return plan_list(settings, names);
  const RecordedNames none;
  ReplayNames lenient(none, names, settings.numeric);
  return plan_list(settings, lenient);
}

}  // namespace

ExitCode list_sockets(const Settings& settings, const std::function<Status()>& print_before) {
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  kernel::HostNames names(
      {.numeric = settings.numeric, .resolve = settings.resolve, .recorded = settings.from.has_value()});
  auto plan = first_plan(settings, names);
  if (const auto* error = std::get_if<UsageError>(&plan)) {
    complain(error->text);
    return ExitCode::usage;
  }
  const ListPlan& good = std::get<ListPlan>(plan);
  for (const std::string& warning : good.filter.warnings) complain("warning: " + escaped(warning));
  if (print_before) {
    if (const Status printed = print_before(); !printed) return fail(printed.error());
  }
  return settings.from ? list_from(settings, names, *log) : list_live(settings, good, names, *log);
}

}  // namespace skq::cli
