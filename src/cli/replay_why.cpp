#include "cli/replay_why.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "base/text_escape.h"
#include "base/text_json.h"
#include "cli/command_parts.h"
#include "cli/message.h"
#include "cli/recorded_findings.h"
#include "cli/recorded_source.h"
#include "cli/recordings_state.h"
#include "cli/replay_list.h"
#include "cli/replay_names.h"
#include "cli/replay_range.h"
#include "cli/watch.h"
#include "kernel/host_names.h"
#include "kernel/output.h"
#include "render/json_head.h"
#include "skq/render_findings.h"
#include "skq/target.h"

namespace skq::cli {
namespace {

ExitCode misuse(const UsageError& error) {
  complain(error.text);
  return ExitCode::usage;
}

/// What a TARGET means where only findings are known: no process and no socket beside those that they name.
class RecordedTargets {
 public:
  Problem parse(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      auto target = parse_target(word);
      if (!target) return UsageError{escaped(target.error().text())};
      if (target->address)
        return UsageError{"an address cannot be looked for among recorded findings; say the port alone, as in :5432"};
      targets_.push_back(std::move(*target));
    }
    return {};
  }

  [[nodiscard]] bool empty() const { return targets_.empty(); }
  /// The first one that neither a finding nor a row has; where no owner is recorded, a process may be any.
  [[nodiscard]] const Target* first_unknown(const RecordedFindings& findings,
                                            std::span<const Socket* const> rows) const {
    const bool owners = std::any_of(rows.begin(), rows.end(), [](const Socket* row) {
      return row->owners != nullptr && !row->owners->list.empty();
    });
    for (const Target& target : targets_) {
      if ((target.kind == TargetKind::pid || target.kind == TargetKind::name) && !owners) continue;
      const bool touched = std::any_of(findings.all().begin(), findings.all().end(),
                                       [&](const auto& one) { return touches(target, one); });
      if (!touched && !resolve_target(target, rows, {}).found()) return &target;
    }
    return nullptr;
  }
  [[nodiscard]] bool touch(const RecordedFindings::One& one) const {
    return targets_.empty() ||
           std::any_of(targets_.begin(), targets_.end(), [&](const Target& target) { return touches(target, one); });
  }

 private:
  template <class Test>
  static bool any_process(const Finding& finding, const Test& test) {
    const auto is = [&](const auto& one) { return test(one.pid, one.comm); };
    return std::any_of(finding.waiters.begin(), finding.waiters.end(), is) ||
           std::any_of(finding.culprits.begin(), finding.culprits.end(), is) ||
           std::any_of(finding.chain.begin(), finding.chain.end(), is);
  }
  template <class List, class Value>
  static bool has(const List& list, const Value& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  }

  static bool touches(const Target& target, const RecordedFindings::One& one) {
    switch (target.kind) {
      case TargetKind::pid:
        return any_process(one.finding, [&](const std::optional<int>& pid, std::string_view) {
          return pid && static_cast<std::uint32_t>(*pid) == target.number;
        });
      case TargetKind::name:
        return has(one.paths, target.name) ||
               any_process(one.finding, [&](const auto&, std::string_view comm) { return comm == target.name; });
      case TargetKind::path:
        return has(one.paths, target.name);
      case TargetKind::abstract:
        return has(one.paths, "@" + target.name);
      case TargetKind::inode:
        return has(one.inodes, target.number);
      case TargetKind::port:
        return has(one.ports, target.number);
    }
    return false;
  }

  std::vector<Target> targets_;
};

/// The findings of one snapshot.
struct Told {
  const RecordedSnapshot& snapshot;
  std::vector<const RecordedFindings::One*> chosen;
  std::size_t all = 0;
  std::size_t namespaces = 0;
  std::vector<Gap> gaps;
  bool recorded = true;  ///< somebody looked for findings
};

std::string cycle_json(const std::vector<CycleStep>& cycle) {
  const auto number = [](const char* key, std::int64_t value) { return key + std::to_string(value); };
  std::string out = "[";
  for (const CycleStep& step : cycle) {
    out += number(out.size() > 1 ? ",{\"pid\":" : "{\"pid\":", step.pid) + number(",\"tid\":", step.tid) + ",\"comm\":";
    append_json_string(out, step.comm);
    out += step.fd ? number(",\"fd\":", *step.fd) : ",\"fd\":null";
    out += number(",\"inode\":", static_cast<std::uint32_t>(step.inode)) + "}";
  }
  return out + "]";
}

/// The recorded objects themselves, in the document of now.
void append_json(std::string& out, const Told& told) {
  out += "{\"skq\":";
  render::append_json_head(out, told.snapshot.head.at, SKQ_VERSION);
  render::append_json_gaps(out, told.gaps);
  out += "},\n\"findings\":[";
  std::string cycles;
  for (const auto* one : told.chosen) {
    out += (one == told.chosen.front() ? "\n" : ",\n") + one->json;
    if (!one->cycle.empty()) cycles += (cycles.empty() ? "" : ",") + cycle_json(one->cycle);
  }
  out += "],\n\"cycles\":[" + cycles + "]}\n";
}

void append_lines(std::string& out, const Told& told) {
  for (const auto* one : told.chosen) {
    out += "{\"ts\":" + std::to_string(render::seconds_of(told.snapshot.head.at.time_ns)) + ",\"host\":";
    append_json_string(out, told.snapshot.head.at.host);
    out += "," + one->json.substr(1, one->json.size() - 2) +
           ",\"cycle\":" + (one->cycle.empty() ? "null" : cycle_json(one->cycle)) + "}\n";
  }
}

void append_text(std::string& out, const Settings& settings, const Told& told, NameService& names) {
  if (!told.recorded) {
    out += "No findings were recorded: skq record looks for them with --why.\n";
    return;
  }
  Diagnosis diagnosis;
  FindingsReport report;
  std::vector<const Finding*> findings;
  for (const auto* one : told.chosen) {
    findings.push_back(&one->finding);
    if (!one->cycle.empty()) diagnosis.cycles.push_back(one->cycle);
  }
  report.circumstances = &told.snapshot.head.at;
  report.diagnosis = &diagnosis;
  report.findings = findings;
  report.gaps = told.gaps;
  report.elsewhere = told.all - told.chosen.size();
  report.looked.sockets = told.snapshot.rows.size();
  report.looked.namespaces = told.namespaces;
  report.looked.recorded = time_text(told.snapshot.head.at.time_ns);
  // Findings are of the whole host, whatever the rows are of.
  if (told.snapshot.head.scope && !told.snapshot.head.scope->all_netns) {
    report.looked.namespaces = 0;
    report.looked.recorded += " (findings are of the whole host)";
  }
  FindingsView view;
  const Terminal terminal = reader_of(settings);
  view.width = terminal.width.value_or(view.width);
  view.color = use_color(settings.color, terminal);
  view.utf8 = terminal.utf8;
  TextContext context = shown_text(settings, names);
  append_findings_text(out, report, view, context);
}

/// Everything of the snapshot, both ends joined.
Result<std::vector<const Socket*>> joined(const RecordedSnapshot& snapshot, Snapshot& storage) {
  RecordedSource source(snapshot);
  Request request;
  TableChoice every;
  ask_for_all(every);
  request.tables = table_requests(every, std::nullopt);
  request.needs =
      NeedSet{Need::queues, Need::name, Need::peer_inode, Need::memory, Need::peer, Need::owners, Need::peer_owners};
  request.keep = true;
  std::vector<const Socket*> rows;
  const auto summary = collect(request, source, storage, [&](std::span<const Socket* const> some) {
    rows.insert(rows.end(), some.begin(), some.end());
  });
  if (!summary) return summary.error();
  return rows;
}

class WhyReplay {
 public:
  WhyReplay(const Settings& settings, RecordedTargets targets, bool range, kernel::Output& output, const Log& log)
      : settings_(settings),
        targets_(std::move(targets)),
        range_(range),
        output_(output),
        log_(log),
        here_({.numeric = settings.numeric, .resolve = settings.resolve, .recorded = true}) {}

  std::optional<ExitCode> show(const Replayed& replayed) {
    if (replayed.snapshot == nullptr) {
      take(replayed.gaps);
      return {};
    }
    const RecordedSnapshot& snapshot = *replayed.snapshot;
    Snapshot storage;
    const auto rows = joined(snapshot, storage);
    if (!rows) return fail(rows.error());
    const RecordedFindings findings(snapshot.findings, *rows);
    const Target* unknown = targets_.first_unknown(findings, *rows);
    if (unknown != nullptr && !range_)
      return misuse({"TARGET '" + escaped(unknown->text) + "': nothing of that name is in the snapshot of " +
                     time_text(snapshot.head.at.time_ns)});
    Told told{snapshot, {}, findings.all().size(), 0, gaps_of(replayed, findings)};
    told.recorded = were_recorded(snapshot);
    lost_ = lost_ || lost_findings(snapshot, findings) != 0;
    any_recorded_ = any_recorded_ || told.recorded;
    std::set<std::uint64_t> namespaces;
    for (const Socket* row : snapshot.rows)
      if (row->netns != nullptr) namespaces.insert(row->netns->inode);
    told.namespaces = namespaces.size();
    for (const auto& one : findings.all()) {
      if (!targets_.touch(one)) continue;
      told.chosen.push_back(&one);
      stuck_ = stuck_ || one.finding.severity == Severity::critical;
    }
    take(told.gaps);
    const Status written = output_.write(text_of(told));
    if (!written) return fail(written.error());
    return {};
  }

  ExitCode end() {
    if (const Status committed = output_.commit(); !committed) return fail(committed.error());
    if (settings_.exit_code && stuck_) return ExitCode::stuck;
    // Whether somebody was stuck was asked, and nobody had looked, or what he found is lost.
    if (settings_.exit_code && (!any_recorded_ || lost_)) return ExitCode::incomplete;
    return settings_.strict && !complete_ ? ExitCode::incomplete : ExitCode::done;
  }

 private:
  std::string text_of(const Told& told) {
    std::string text;
    if (settings_.format == Format::json) append_json(text, told);
    if (settings_.format == Format::jsonl) append_lines(text, told);
    if (settings_.format == Format::table) {
      text = block_heading(told.snapshot.head.at);
      text.insert(text.size() - 1, "  " + escaped(told.snapshot.head.at.host));
      ReplayNames names(told.snapshot.names, here_, settings_.numeric);
      append_text(text, settings_, told, names);
    }
    if (range_ && settings_.format == Format::json) std::replace(text.begin(), text.end() - 1, '\n', ' ');
    return text;
  }

  static bool were_recorded(const RecordedSnapshot& snapshot) {
    return !snapshot.findings.empty() || snapshot.head.findings.has_value();
  }

  /// Those that are none, and those that the head counts and that are not there.
  static std::size_t lost_findings(const RecordedSnapshot& snapshot, const RecordedFindings& findings) {
    const std::uint64_t counted = snapshot.head.findings.value_or(0), there = snapshot.findings.size();
    return findings.unreadable() + static_cast<std::size_t>(counted > there ? counted - there : 0);
  }

  static std::vector<Gap> gaps_of(const Replayed& replayed, const RecordedFindings& findings) {
    const RecordedSnapshot& snapshot = *replayed.snapshot;
    std::vector<Gap> gaps = replayed.gaps;
    for (const Gap& gap : snapshot.head.gaps) gaps.push_back(gap);
    if (!were_recorded(snapshot))
      gaps.push_back({GapKind::recording, "no findings are recorded in the snapshot of " +
                                              time_text(snapshot.head.at.time_ns) + ": it was recorded without --why"});
    const std::string at = time_text(snapshot.head.at.time_ns);
    if (const std::size_t lost = lost_findings(snapshot, findings); lost != 0)
      gaps.push_back(
          {GapKind::recording, std::to_string(lost) + " of the findings recorded at " + at + " cannot be read"});
    if (const std::uint64_t counted = snapshot.head.findings.value_or(0); counted < snapshot.findings.size())
      gaps.push_back({GapKind::recording, "the snapshot of " + at + " says that it has " + std::to_string(counted) +
                                              " findings, and has " + std::to_string(snapshot.findings.size())});
    return gaps;
  }

  void take(const std::vector<Gap>& gaps) {
    complete_ = complete_ && gaps.empty();
    std::vector<Gap> fresh;
    for (const Gap& gap : gaps)
      if (told_.insert(gap.detail).second) fresh.push_back(gap);
    tell_gaps(fresh, log_);
  }

  const Settings& settings_;
  RecordedTargets targets_;
  bool range_;
  kernel::Output& output_;
  const Log& log_;
  kernel::HostNames here_;
  std::set<std::string> told_;
  bool stuck_ = false, complete_ = true, any_recorded_ = false, lost_ = false;
};

}  // namespace

ExitCode tell_recorded_why(const Settings& settings, const Log& log) {
  RecordedTargets targets;
  if (const Problem problem = targets.parse(settings.operands)) return misuse(*problem);
  const auto times = replay_times(settings.replay);
  if (const auto* error = std::get_if<UsageError>(&times)) return misuse(*error);
  auto recordings = Recordings::open(*settings.from);
  if (!recordings) return fail(recordings.error());
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return fail(output.error());
  const ReplayTimes& when = std::get<ReplayTimes>(times);
  WhyReplay replay(settings, std::move(targets), when.begin || when.end, *output, log);
  const auto code = replay_each(*recordings, when, [&](const Replayed& replayed) { return replay.show(replayed); });
  return code ? *code : replay.end();
}

}  // namespace skq::cli
