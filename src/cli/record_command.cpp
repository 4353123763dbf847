#include "cli/record_command.h"

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <variant>

#include "base/text_escape.h"
#include "cli/append_snapshot.h"
#include "cli/beat.h"
#include "cli/command_parts.h"
#include "cli/interruption.h"
#include "cli/message.h"
#include "cli/record_folder.h"
#include "cli/record_list.h"
#include "cli/record_log.h"
#include "cli/record_plan.h"
#include "cli/record_take.h"
#include "cli/scope.h"
#include "cli/screen.h"
#include "kernel/host_names.h"

namespace skq::cli {
namespace {

/// Snapshots in quick succession shall not wear out a disk: what a power cut takes away is then short, too.
constexpr double shortest_durable = 1;
/// Users and interfaces may get other names.
constexpr std::uint64_t looks_with_same_names = 60;

RecordOptions options_of(const RecordPlan& plan) {
  RecordOptions options;
  const RecordSettings& record = plan.settings.record;
  options.full_every = record.full_every.value_or(options.full_every);
  // Who goes on knows it himself.
  options.leaves_last = !record.interval;
  options.columns = plan.list.layout.columns;
  return options;
}

kernel::LockWait until_interrupted(const Interruption& interruption) {
  const auto pause = [&interruption](std::chrono::milliseconds time) {
    return interruption.wait(-1, false, time) != Interruption::Woke::interrupted;
  };
  return {.pause = pause};
}

bool is_locked(const Error& error) { return error.code == EWOULDBLOCK; }

/// As it is told: what keeps the lock is no error of the kernel, nor is the end of the wait for it.
Error told(const Error& error, bool goes_on) {
  if (error.code == EINTR) return {error.doing + ": ended by a signal, no snapshot was recorded", 0};
  if (!is_locked(error)) return error;
  return {goes_on ? "warning: " + error.doing + "; a snapshot is left out" : error.doing, 0};
}

/// Records one snapshot after the other.
class Recording {
 public:
  Recording(const RecordPlan& plan, RecordLog& log)
      : plan_(plan),
        log_(log),
        taker_(plan),
        recorder_(options_of(plan)),
        scope_(scope_of(plan.settings, plan.list.tables)),
        folder_(record_folder(plan.settings)) {}

  /// Looks and appends. A signal waits until that is done.
  Status record(const Interruption& interruption) {
    if (number_++ % looks_with_same_names == 0) names_.emplace(kernel::HostNamesOptions{});
    const std::int64_t begin = monotonic_ns();
    auto taken = taker_.take(*names_, interruption);
    if (!taken) return taken.error();
    const Taken& look = **taken;
    scope_.unlisted = look.unlisted;
    const Look seen{.circumstances = &look.at,
                    .gaps = look.gaps,
                    .rows = look.rows,
                    .findings = look.findings,
                    .diagnosed = plan_.settings.record.findings,
                    .scope = &scope_};
    const auto appended =
        append_snapshot(folder_, recorder_, seen, &*names_, is_durable(), until_interrupted(interruption));
    if (!appended) return appended.error();
    complete_ = complete_ && look.gaps.empty();
    log_.gaps(look.gaps);
    log_.log().info("{}: snapshot {}, {}, {} sockets, {} findings, {} gaps, {} bytes, {:.3f} s", appended->name,
                    appended->head.seq, appended->head.full ? "full" : "delta", look.rows.size(), look.findings.size(),
                    look.gaps.size(), appended->bytes, static_cast<double>(monotonic_ns() - begin) / 1e9);
    if (!appended->unreadable.empty())
      log_.damaged(appended->name +
                   ": what it ends with cannot be read, so this snapshot is a full one: " + appended->unreadable);
    if (appended->not_left) log_.log().warning("{}", escaped(appended->not_left->text()));
    return remove_old(appended->name);
  }

  [[nodiscard]] bool complete() const { return complete_; }

 private:
  [[nodiscard]] bool is_durable() const {
    return plan_.settings.record.interval.value_or(shortest_durable) >= shortest_durable;
  }

  Status remove_old(const std::string& current) {
    const auto removed = apply_retention(plan_.settings, current);
    if (!removed) return removed.error();
    for (const std::string& name : *removed) log_.log().info("removed {}", name);
    return Done{};
  }

  const RecordPlan& plan_;
  RecordLog& log_;
  Taker taker_;
  Recorder recorder_;
  Scope scope_;
  std::string folder_;
  std::optional<kernel::HostNames> names_;
  std::uint64_t number_ = 0;
  bool complete_ = true;
};

void wait_until(std::int64_t until_ns, const Interruption& interruption) {
  const std::chrono::nanoseconds left(until_ns - monotonic_ns());
  if (left.count() > 0)
    static_cast<void>(interruption.wait(-1, false, std::chrono::ceil<std::chrono::milliseconds>(left)));
}

/// Until it is told to stop. An error at the first snapshot is a mistake of whoever started it; a later one, such as a
/// full disk, may pass, and so may a lock.
void record_again_and_again(const RecordSettings& settings, Recording& recording, const Interruption& interruption,
                            RecordLog& log) {
  Beat beat(*settings.interval);
  for (std::uint64_t made = 1; !interruption.came(); ++made) {
    const Status recorded = recording.record(interruption);
    if (recorded) {
      log.went_well();
    } else if (!interruption.came() || recorded.error().code != EINTR) {
      log.failed(told(recorded.error(), true));
      if (made == 1 && !is_locked(recorded.error())) return;
    }
    if (settings.count && made >= *settings.count) return;
    wait_until(beat.next(), interruption);
  }
}

ExitCode record(const RecordPlan& plan, RecordLog& log) {
  if (const Status prepared = prepare_record_folder(plan.settings); !prepared) return fail(prepared.error());
  Recording recording(plan, log);
  const Interruption interruption;
  if (plan.settings.record.interval) {
    record_again_and_again(plan.settings.record, recording, interruption, log);
  } else if (const Status recorded = recording.record(interruption); !recorded) {
    log.failed(told(recorded.error(), false));
  }
  if (log.ever_failed()) return ExitCode::failed;
  return plan.settings.strict && !recording.complete() ? ExitCode::incomplete : ExitCode::done;
}

ExitCode misuse(const UsageError& error) {
  complain(error.text);
  return ExitCode::usage;
}

}  // namespace

ExitCode record_snapshots(const Settings& settings) {
  if (const Problem mistake = mistake_in_record(settings)) return misuse(*mistake);
  if (settings.record.list) return list_recorded(settings);
  auto log = RecordLog::open(settings);
  if (!log) return fail(log.error());
  kernel::HostNames names({.resolve = settings.resolve});
  auto plan = plan_record(settings, names);
  if (const auto* error = std::get_if<UsageError>(&plan)) return misuse(*error);
  const RecordPlan& good = std::get<RecordPlan>(plan);
  for (const std::string& warning : good.list.filter.warnings) complain("warning: " + escaped(warning));
  return record(good, *log);
}

}  // namespace skq::cli
