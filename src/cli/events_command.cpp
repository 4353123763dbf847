#include "cli/events_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <string>
#include <utility>

#include "base/text_escape.h"
#include "cli/command_parts.h"
#include "cli/events_output.h"
#include "cli/interruption.h"
#include "cli/message.h"
#include "cli/open_source.h"
#include "cli/stdout_reader.h"
#include "collect/known_sockets.h"
#include "kernel/event_stream.h"
#include "kernel/host_names.h"
#include "kernel/output.h"

namespace skq::cli {
namespace {

using Clock = std::chrono::steady_clock;
using kernel::EventStream;

Problem refuse(const Settings& settings) {
  if (settings.from) return UsageError{"--from is a recording: -E follows the running kernel"};
  if (settings.watch) return UsageError{"-E follows by itself: -W has nothing to repeat"};
  if (settings.sort) return UsageError{"-E prints events as they come: --sort would have to wait for the last one"};
  if (settings.format == Format::json)
    return UsageError{"-E has no end, and a JSON document needs one: say --json-lines"};
  const auto& asked = settings.tables.asked;
  if (asked && !asked->has(State::established))
    return UsageError{"-l and -B choose states, and the sockets of -E are closed: choose by FILTER"};
  return {};
}

/// Reads events for as long as somebody wants them.
class Following {
 public:
  Following(const Settings& settings, const ListPlan& plan, kernel::HostNames& names, EventStream& stream,
            Source& source, kernel::Output& output, const Log& log)
      : settings_(settings),
        plan_(plan),
        compared_(compared_text(settings, names)),
        stream_(stream),
        source_(source),
        log_(log),
        known_(plan.tables, plan.needs, settings.threads),
        out_(settings, plan, names, output, source.circumstances()) {}

  Status run() {
    look();
    while (!done()) {
      const bool more = read_some();
      out_.flush();
      if (!more || Clock::now() - told_at_ > std::chrono::seconds(1)) tell_losses();
      if (done()) break;
      if (look_is_due()) look();
      if (!more) wait();
    }
    // What came before the signal is told.
    for (int round = 0; interruption_.came() && round < most_last_rounds && !enough() && read_some();) ++round;
    tell_losses();
    if (lost_told_ != 0) summary_.gaps.push_back({GapKind::events, fmt::format("at least {} events lost", lost_told_)});
    if (stream_.malformed() != 0) {
      const Gap gap{GapKind::events, fmt::format("{} events could not be decoded", stream_.malformed())};
      tell_gaps(std::span(&gap, 1), log_);
      summary_.gaps.push_back(gap);
    }
    out_.finish(summary_);
    if (!out_.written()) return out_.written().error();
    if (failed_) return *failed_;
    return Done{};
  }

  [[nodiscard]] const Summary& summary() const { return summary_; }
  [[nodiscard]] std::size_t shown() const { return out_.shown(); }

 private:
  static constexpr int some = 256;
  static constexpr int most_last_rounds = 1024;

  [[nodiscard]] bool enough() const { return settings_.limit && out_.shown() >= *settings_.limit; }
  [[nodiscard]] bool done() const { return enough() || failed_ || !out_.written() || interruption_.came(); }

  /// False: nothing waits to be read any more.
  bool read_some() {
    arena_.reset();
    for (int count = 0; count < some && !enough(); ++count) {
      Socket row;
      switch (stream_.read(arena_, row)) {
        case EventStream::Heard::event:
          take(row);
          break;
        case EventStream::Heard::nothing:
          return false;
        case EventStream::Heard::other:
        case EventStream::Heard::overrun:
          break;
        case EventStream::Heard::failed:
          failed_ = Error{"read events", stream_.error()};
          return false;
      }
    }
    return true;
  }

  void take(Socket& row) {
    ++summary_.rows_seen;
    if (plan_.filter.states && !plan_.filter.states->has(row.state)) return;
    known_.tell(row);
    if (!matches(plan_.filter, row) || (plan_.where && !matches(*plan_.where, row, compared_))) return;
    out_.add(row);
  }

  void tell_losses() {
    told_at_ = Clock::now();
    const std::uint64_t lost = stream_.lost();
    if (lost == lost_told_) return;
    const std::uint64_t now = lost - lost_told_;
    lost_told_ = lost;
    complain(fmt::format("incomplete: at least {} {} lost, they came faster than they were read", now,
                         now == 1 ? "event was" : "events were"));
    log_.warning("{} events lost", now);
  }

  // Owners are known only of sockets that a look saw alive. A look costs a dump and a walk over /proc, so it may take
  // a twentieth of the time.
  [[nodiscard]] bool look_is_due() const { return next_look_ && Clock::now() >= *next_look_; }

  void look() {
    const auto begin = Clock::now();
    const auto seen = known_.look(source_);
    if (!seen) note_gap({GapKind::dump, "what lives now is not known: " + seen.error().text()});
    if (seen)
      for (const Gap& gap : seen->gaps) note_gap(gap);
    if ((plan_.needs & owner_needs).empty()) return;
    const auto end = Clock::now();
    next_look_ = end + std::max<Clock::duration>(std::chrono::seconds(1), 20 * (end - begin));
  }

  void note_gap(const Gap& gap) {
    // Each look finds the same processes unreadable: by kind, not by the count in the text.
    const auto same = [&](const Gap& known) {
      return known.kind == gap.kind && (gap.kind == GapKind::owners || known.detail == gap.detail);
    };
    if (std::any_of(summary_.gaps.begin(), summary_.gaps.end(), same)) return;
    summary_.gaps.push_back(gap);
    tell_gaps(std::span(&gap, 1), log_);
  }

  void wait() {
    std::optional<std::chrono::milliseconds> timeout;
    if (next_look_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next_look_ - Clock::now());
      timeout = std::max(left, std::chrono::milliseconds(0));
    }
    if (interruption_.wait(stream_.fd(), !settings_.output, timeout) != Interruption::Woke::nobody_reads) return;
    failed_ = end_unread();
  }

  const Settings& settings_;
  const ListPlan& plan_;
  TextContext compared_;
  EventStream& stream_;
  Source& source_;
  const Log& log_;
  Interruption interruption_;
  collecting::KnownSockets known_;
  EventsOutput out_;
  Arena arena_;
  Summary summary_;
  std::optional<Error> failed_;
  std::optional<Clock::time_point> next_look_;
  Clock::time_point told_at_;
  std::uint64_t lost_told_ = 0;
};

Result<EventStream> listen(const ListPlan& plan) {
  auto stream = EventStream::open();
  if (!stream) return stream;
  for (const TableRequest& table : plan.tables)
    if (const Status joined = stream->join(table.family, table.netid); !joined) return joined.error();
  return stream;
}

ExitCode follow(const Settings& settings, const ListPlan& plan, kernel::HostNames& names, const Log& log) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return fail(output.error());
  auto source = open_source(settings);
  if (!source) return fail(source.error());
  // Before the first look, so that nothing ends unheard between the two.
  auto stream = listen(plan);
  if (!stream) return fail(stream.error());

  Following following(settings, plan, names, *stream, **source, *output, log);
  const Status ended = following.run();
  log.info("{} events, {} shown", following.summary().rows_seen, following.shown());
  if (!ended) return fail(ended.error());
  if (const Status committed = output->commit(); !committed) return fail(committed.error());
  return outcome(settings, following.summary(), following.shown());
}

void warn(const Filter& filter) {
  for (const std::string& warning : filter.warnings) complain("warning: " + escaped(warning));
  if (filter.states && !filter.states->has(State::close))
    complain(
        "warning: a tcp socket is closed when its end is told; these states leave only udp sockets that had a peer");
}

}  // namespace

ExitCode follow_events(const Settings& settings) {
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  kernel::HostNames names({.numeric = settings.numeric, .resolve = settings.resolve});
  auto planned = plan_list(settings, names);
  Problem problem;
  if (auto* error = std::get_if<UsageError>(&planned)) {
    problem = *error;
  } else {
    problem = keep_tables(std::get<ListPlan>(planned), EventStream::tables, "be followed",
                          "the kernel tells the end of tcp and udp sockets, of no other kind");
    if (!problem) problem = refuse(settings);
  }
  if (problem) {
    complain(problem->text);
    return ExitCode::usage;
  }
  const ListPlan& plan = std::get<ListPlan>(planned);
  warn(plan.filter);
  return follow(settings, plan, names, *log);
}

}  // namespace skq::cli
