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
#include "cli/recorded_targets.h"
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

/// The findings of one snapshot.
struct Told {
  const RecordedSnapshot& snapshot;
  std::vector<const RecordedFindings::One*> chosen;
  std::size_t all = 0;
  std::size_t namespaces = 0;
  std::vector<Gap> gaps;
  bool recorded = true;               ///< somebody looked for findings
  std::vector<const Target*> absent;  ///< nothing of that name is in the snapshot
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
  out += "],\n\"cycles\":[" + cycles + "]";
  for (const Target* target : told.absent)
    append_json_string(out += target == told.absent.front() ? ",\n\"absent\":[" : ",", target->text);
  out += told.absent.empty() ? "}\n" : "]}\n";
}

/// "'x'", "'x' and 'y'".
std::string names_of(const std::vector<const Target*>& targets) {
  std::string text;
  for (const Target* target : targets) {
    if (!text.empty()) text += target == targets.back() ? " and " : ", ";
    text += "'" + escaped(target->text) + "'";
  }
  return text;
}

void append_lines(std::string& out, const Told& told) {
  for (const auto* one : told.chosen) {
    out += "{\"ts\":" + std::to_string(render::seconds_of(told.snapshot.head.at.time_ns)) + ",\"host\":";
    append_json_string(out, told.snapshot.head.at.host);
    out += "," + one->json.substr(1, one->json.size() - 2) +
           ",\"cycle\":" + (one->cycle.empty() ? "null" : cycle_json(one->cycle)) + "}\n";
  }
}

void append_text(std::string& out, const Settings& settings, const Told& told, std::size_t targets,
                 NameService& names) {
  if (!told.absent.empty()) out += "Nothing of the name " + names_of(told.absent) + " is in this snapshot.\n";
  // Then nobody can say that nothing is stuck there.
  if (!told.absent.empty() && told.absent.size() == targets) return;
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
  // Where none was named, findings are of the whole host, whatever the rows are of.
  const auto& scope = told.snapshot.head.scope;
  if (scope && !scope->all_netns) {
    report.looked.namespaces = 0;
    report.looked.one_netns = scope->netns_findings;
    report.looked.recorded += scope->netns_findings ? " (findings are of network namespace " +
                                                          std::to_string(told.snapshot.head.at.netns) + " alone)"
                                                    : " (findings are of the whole host)";
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
        here_({.numeric = settings.numeric, .resolve = settings.resolve, .recorded = true}) {
    for (const Target& target : targets_.all()) sought_.push_back(&target);
  }

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
    Told told{snapshot, {}, findings.all().size(), 0, gaps_of(replayed, findings)};
    told.absent = targets_.unknown(findings, *rows);
    if (!told.absent.empty() && !range_)
      return misuse({"TARGET '" + escaped(told.absent.front()->text) +
                     "': nothing of that name is in the snapshot of " + time_text(snapshot.head.at.time_ns)});
    std::erase_if(sought_, [&](const Target* target) {
      return std::find(told.absent.begin(), told.absent.end(), target) == told.absent.end();
    });
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
    held_ += text_of(told);
    if (!sought_.empty() && held_.size() < most_held) return {};
    return let_go();
  }

  ExitCode end() {
    // A word that no snapshot knows is a mistake, and no answer.
    if (!sought_.empty())
      return misuse(
          {"TARGET '" + escaped(sought_.front()->text) + "': nothing of that name is in any of the snapshots"});
    if (const auto failed = let_go()) return *failed;
    if (const Status committed = output_.commit(); !committed) return fail(committed.error());
    if (settings_.exit_code && stuck_) return ExitCode::stuck;
    // Whether somebody was stuck was asked, and nobody had looked, or what he found is lost.
    if (settings_.exit_code && (!any_recorded_ || lost_)) return ExitCode::incomplete;
    return settings_.strict && !complete_ ? ExitCode::incomplete : ExitCode::done;
  }

 private:
  static constexpr std::size_t most_held = std::size_t{1} << 24;

  std::optional<ExitCode> let_go() {
    const Status written = output_.write(std::exchange(held_, {}));
    return written ? std::nullopt : std::optional(fail(written.error()));
  }

  std::string text_of(const Told& told) {
    std::string text;
    if (settings_.format == Format::json) append_json(text, told);
    if (settings_.format == Format::jsonl) append_lines(text, told);
    if (settings_.format == Format::table) {
      text = block_heading(told.snapshot.head.at);
      text.insert(text.size() - 1, "  " + escaped(told.snapshot.head.at.host));
      ReplayNames names(told.snapshot.names, here_, settings_.numeric);
      append_text(text, settings_, told, targets_.all().size(), names);
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
  std::vector<const Target*> sought_;  ///< no snapshot so far has anything of that name
  std::string held_;                   ///< not yet written: where all is found, or none, is still open
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
