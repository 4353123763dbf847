#include "cli/replay_list.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text_escape.h"
#include "cli/command_parts.h"
#include "cli/gap_teller.h"
#include "cli/listing.h"
#include "cli/message.h"
#include "cli/recorded_columns.h"
#include "cli/recorded_scope.h"
#include "cli/recorded_source.h"
#include "cli/replay_distance.h"
#include "cli/replay_names.h"
#include "cli/replay_range.h"
#include "kernel/host_names.h"
#include "kernel/output.h"

namespace skq::cli {
namespace {

/// Rows of other network namespaces than the recorder's own.
bool has_other_namespaces(const RecordedSnapshot& snapshot) {
  for (const Socket* row : snapshot.rows)
    if (row->netns != nullptr && row->netns->inode != snapshot.head.at.netns) return true;
  return false;
}

/// Lists snapshots one after the other to one output.
class Replay {
 public:
  Replay(const Settings& settings, bool range, kernel::Output& output, const Log& log)
      : settings_(settings),
        range_(range),
        output_(output),
        log_(log),
        gaps_([&log](const std::string& text) {
          complain("incomplete: " + text);
          log.warning("incomplete: {}", text);
        }),
        here_({.numeric = settings.numeric, .resolve = settings.resolve, .recorded = true}) {}

  /// Rows of two hosts shall be told apart; the other formats always do.
  void prepare(ReplayRange& range) { hosts_ = is_rows() && range.has_many_hosts(); }

  /// Nothing: go on. A code: it is over.
  std::optional<ExitCode> show(const Replayed& replayed) {
    tell_gaps(replayed.gaps, log_);
    complete_ = complete_ && replayed.gaps.empty();
    if (replayed.snapshot == nullptr) return {};
    const RecordedSnapshot& snapshot = *replayed.snapshot;
    // The columns shall be the same in all of one stream.
    if (number_ == 0) settings_.all_netns = settings_.all_netns || has_other_namespaces(snapshot);
    ReplayNames names(snapshot.names, here_, settings_.numeric);
    auto plan = plan_list(settings_, names);
    if (const auto* error = std::get_if<UsageError>(&plan)) {
      complain(error->text);
      return ExitCode::usage;
    }
    return list(snapshot, replayed.gaps, names, std::get<ListPlan>(plan));
  }

  ExitCode end() {
    if (const Status committed = output_.commit(); !committed) return fail(committed.error());
    if (settings_.strict && !complete_) return ExitCode::incomplete;
    return settings_.exit_code && shown_ == 0 ? ExitCode::no_match : ExitCode::done;
  }

 private:
  [[nodiscard]] bool is_rows() const { return settings_.format == Format::raw || settings_.format == Format::csv; }

  ListingStyle style() const {
    return {.heading = ListingStyle::Heading::time_and_host,
            .stamped = true,
            .hosts = hosts_,
            .titles = !is_rows() || number_ == 0,
            .one_line = range_};
  }

  std::optional<ExitCode> list(const RecordedSnapshot& snapshot, const std::vector<Gap>& around, ReplayNames& names,
                               ListPlan& plan) {
    RecordedColumns columns(snapshot.head);
    columns.adapt(plan);
    RecordedSource source(snapshot);
    for (const Gap& gap : around) source.add_gap(gap);
    for (Gap& gap : gaps_of_scope(snapshot.head, settings_, plan.tables)) source.add_gap(std::move(gap));
    if (auto gap = columns.gap()) source.add_gap(std::move(*gap));
    Listing listing(settings_, plan, names, &output_, style(), nullptr);
    auto summary = listing.run(source);
    if (!summary) return fail(summary.error());
    if (!listing.written()) return fail(listing.written().error());
    ++number_;
    shown_ += listing.shown();
    complete_ = complete_ && summary->complete();
    tell_once(summary->gaps, around);
    log_.info("snapshot {} of {}: {} rows, {} shown, {} gaps", snapshot.head.seq, time_text_of(snapshot),
              snapshot.rows.size(), listing.shown(), summary->gaps.size());
    return {};
  }

  static std::string time_text_of(const RecordedSnapshot& snapshot) {
    return block_heading(snapshot.head.at).substr(2, 24);
  }

  /// Those around it are told already, each by its offset.
  void tell_once(const std::vector<Gap>& gaps, const std::vector<Gap>& told) {
    std::vector<Gap> more;
    for (const Gap& gap : gaps)
      if (std::find(told.begin(), told.end(), gap) == told.end()) more.push_back(gap);
    gaps_.take(more);
    gaps_.tell();
  }

  Settings settings_;
  bool range_;
  kernel::Output& output_;
  const Log& log_;
  GapTeller gaps_;
  kernel::HostNames here_;
  bool hosts_ = false;
  std::size_t number_ = 0, shown_ = 0;
  bool complete_ = true;
};

ExitCode misuse(const UsageError& error) {
  complain(error.text);
  return ExitCode::usage;
}

using Show = std::function<std::optional<ExitCode>(const Replayed&)>;

std::optional<ExitCode> show_one(Recordings& recordings, const ReplayTimes& times, const Show& show) {
  auto until = times.at ? resolve(*times.at, recordings) : Result<store::TimeSpan>(store::TimeSpan{});
  if (!until) return fail(until.error());
  auto replayed = times.at ? recordings.read_at(until->last_ns) : recordings.read_last();
  if (!replayed) return fail(replayed.error());
  if (times.at) note_distance(*until, *replayed, recordings);
  note_future(*replayed, recordings);
  return show(*replayed);
}

/// Says what there is instead.
Error none_in_range(Recordings& recordings) {
  const std::string none = recordings.name() + ": there is no snapshot in that range";
  return Error{none + recordings.span_text(), 0};
}

std::optional<ExitCode> show_range(Recordings& recordings, const ReplayTimes& times, const Show& show,
                                   const std::function<void(ReplayRange&)>& prepare) {
  std::optional<std::int64_t> begin, end;
  for (const bool first : {true, false}) {
    const auto& moment = first ? times.begin : times.end;
    if (!moment) continue;
    const auto span = resolve(*moment, recordings);
    if (!span) return fail(span.error());
    (first ? begin : end) = first ? span->first_ns : span->last_ns;
  }
  if (begin && end && *begin > *end) return misuse({"--begin is later than --end"});
  ReplayRange snapshots(recordings, begin, end);
  if (prepare) prepare(snapshots);
  for (bool any = false;; any = true) {
    const auto replayed = snapshots.next();
    if (!replayed) return fail(replayed.error());
    if (!*replayed && any) return {};
    if (!*replayed) return fail(none_in_range(recordings));
    if (const auto code = show(**replayed)) return code;
    if ((*replayed)->snapshot == nullptr && !any)
      return fail(Error{recordings.name() + ": there is no whole snapshot in that range", 0});
  }
}

}  // namespace

std::variant<ReplayTimes, UsageError> replay_times(const ReplaySettings& replay) {
  ReplayTimes times;
  struct Row {
    const char* spelling;
    const std::optional<std::string>& text;
    std::optional<store::Moment>& to;
  };
  for (const Row& row : {Row{"--at ", replay.at, times.at}, Row{"--begin ", replay.begin, times.begin},
                         Row{"--end ", replay.end, times.end}}) {
    if (!row.text) continue;
    auto moment = read_moment(row.spelling, *row.text);
    if (auto* error = std::get_if<UsageError>(&moment)) return std::move(*error);
    row.to = std::get<store::Moment>(moment);
  }
  return times;
}

ExitCode list_recorded(const Settings& settings, Recordings& recordings, const ReplayTimes& times, const Log& log) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return fail(output.error());
  Replay replay(settings, times.begin || times.end, *output, log);
  const auto show = [&](const Replayed& replayed) { return replay.show(replayed); };
  const auto code = replay_each(recordings, times, show, [&](ReplayRange& range) { replay.prepare(range); });
  return code ? *code : replay.end();
}

std::optional<ExitCode> replay_each(Recordings& recordings, const ReplayTimes& times, const Show& show,
                                    const std::function<void(ReplayRange&)>& prepare) {
  return times.begin || times.end ? show_range(recordings, times, show, prepare) : show_one(recordings, times, show);
}

}  // namespace skq::cli
