#include "cli/why_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <ctime>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_parts.h"
#include "cli/interruption.h"
#include "cli/log.h"
#include "cli/message.h"
#include "cli/open_source.h"
#include "cli/terminal.h"
#include "cli/watch.h"
#include "cli/why_look.h"
#include "cli/why_targets.h"
#include "kernel/host_names.h"
#include "kernel/output.h"
#include "skq/diagnose.h"
#include "skq/render_findings.h"

namespace skq::cli {
namespace {

constexpr double usual_settle = 1;

/// One look and where it came from. Rows name namespaces that the source knows, so the source goes last.
struct Seen {
  std::unique_ptr<Source> source;
  HostLook look;
};

/// Looks of a watch. One that is as old as the patience says what one a moment ago cannot: what lasts.
class Looks {
 public:
  void add(std::unique_ptr<Seen> seen, std::int64_t patience_ns) {
    const std::int64_t time = seen->look.scene.time_ns;
    // Apart from each other, so that few are kept however often it looks.
    if (now_ != nullptr && (earlier_.empty() || since(earlier_.back(), now_) >= patience_ns / most_within))
      earlier_.push_back(std::move(now_));
    now_ = std::move(seen);
    while (earlier_.size() > 1 && time - earlier_[1]->look.scene.time_ns >= patience_ns) earlier_.pop_front();
  }
  [[nodiscard]] const HostLook& now() const { return now_->look; }
  /// The newest that is old enough; before there is one, the oldest.
  [[nodiscard]] const Scene* before() const { return earlier_.empty() ? nullptr : &earlier_.front()->look.scene; }

 private:
  static constexpr std::int64_t most_within = 3;
  static std::int64_t since(const std::unique_ptr<Seen>& a, const std::unique_ptr<Seen>& b) {
    return b->look.scene.time_ns - a->look.scene.time_ns;
  }

  std::deque<std::unique_ptr<Seen>> earlier_;
  std::unique_ptr<Seen> now_;
};

/// What is told once: the looks that it points into live as long.
struct Answer {
  Diagnosis diagnosis;
  std::vector<TargetReport> targets;
  std::vector<const Finding*> findings;  ///< all, or those around the targets
  std::vector<Gap> gaps;
  Looked looked;
  const Circumstances* circumstances = nullptr;
  std::string remark;  ///< of the last look
  int signal = 0;      ///< that came before the second look

  [[nodiscard]] bool stuck() const {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding* finding) { return finding->severity == Severity::critical; });
  }
};

/// The signal that interrupted it, or 0. -W has handlers of its own for signals, and only its wait ends early.
int sleep_for(std::int64_t time_ns, const Settings& settings) {
  using namespace std::chrono;
  if (settings.watch) {
    const timespec time{time_ns / 1'000'000'000, time_ns % 1'000'000'000};
    ::nanosleep(&time, nullptr);
    return 0;
  }
  const Interruption interruption;
  static_cast<void>(interruption.wait(-1, false, ceil<milliseconds>(nanoseconds(time_ns))));
  return interruption.signal();
}

void add_new(std::vector<Gap>& gaps, const std::vector<Gap>& more) {
  for (const Gap& gap : more)
    if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.push_back(gap);
}

/// Looks at the host, twice where one look is not enough, and judges. In a watch an earlier look is the first of the
/// two.
class Asker {
 public:
  Asker(const Settings& settings, WhyTargets targets) : settings_(settings), targets_(std::move(targets)) {}

  /// The first look: only sockets tell whether a target stands for something.
  Result<Problem> begin() {
    begun_ns_ = monotonic_ns();
    if (const Status looked = look(); !looked) return looked.error();
    first_ = true;
    return targets_.unknown();
  }

  Result<Answer> ask() {
    const bool first = std::exchange(first_, false);
    if (!first) {
      begun_ns_ = monotonic_ns();
      if (const Status looked = look(); !looked) return looked.error();
    }
    Answer answer;
    judge(answer);
    if (first && needs_time(answer)) {
      if (const Status settled = settle(answer); !settled) return settled.error();
    }
    choose(answer);
    count(answer);
    return answer;
  }

 private:
  Status look() {
    auto seen = std::make_unique<Seen>();
    auto source = open_host_source(settings_);
    if (!source) return source.error();
    seen->source = std::move(*source);
    const auto resolve = [this](HostLook& look) {
      if (!targets_.empty()) targets_.resolve(look);
    };
    if (const Status looked = look_at_host(*seen->source, seen->look, resolve); !looked) return looked;
    looks_.add(std::move(seen), patience());
    return Done{};
  }

  void judge(Answer& answer) const {
    answer.diagnosis = diagnose(looks_.now().scene, looks_.before(), {.stuck_after_ns = patience()});
    answer.gaps = looks_.now().summary.gaps;
    add_new(answer.gaps, answer.diagnosis.gaps);
  }

  /// A longer settle time than usual does not make anybody less stuck.
  [[nodiscard]] std::int64_t patience() const {
    return std::min<std::int64_t>(std::llround(settings_.settle.value_or(usual_settle) * 1e9),
                                  Patience{}.stuck_after_ns);
  }

  [[nodiscard]] bool needs_time(const Answer& answer) const {
    return answer.diagnosis.look_again_after_ns && patience() > 0;
  }

  /// Something is open that only time will tell.
  Status settle(Answer& answer) {
    const std::int64_t time = std::clamp<std::int64_t>(*answer.diagnosis.look_again_after_ns, 0, patience());
    answer.signal = sleep_for(time, settings_);
    if (answer.signal != 0) {
      answer.gaps.push_back({GapKind::activity, "interrupted before the second look: what needs time is not told"});
      return Done{};
    }
    if (const Status looked = look(); !looked) return looked;
    judge(answer);
    return Done{};
  }

  void choose(Answer& answer) const {
    answer.targets =
        targets_.around(looks_.now().scene, looks_.before(), answer.diagnosis, {.stuck_after_ns = patience()});
    const auto touches = [](const Finding& finding) {
      return [&finding](const TargetReport& target) {
        const auto& findings = target.around.findings;
        return std::find(findings.begin(), findings.end(), &finding) != findings.end();
      };
    };
    for (const Finding& finding : answer.diagnosis.findings)
      if (targets_.empty() || std::any_of(answer.targets.begin(), answer.targets.end(), touches(finding)))
        answer.findings.push_back(&finding);
  }

  void count(Answer& answer) const {
    const HostLook& look = looks_.now();
    std::set<std::uint64_t> namespaces;
    for (const Socket* socket : look.sockets)
      if (socket->netns != nullptr) namespaces.insert(socket->netns->inode);
    answer.looked.sockets = look.sockets.size();
    answer.looked.namespaces = namespaces.size();
    for (const ProcessActivity& process : look.scene.processes) answer.looked.threads += process.threads.size();
    answer.looked.seconds = static_cast<double>(monotonic_ns() - begun_ns_) / 1e9;
    answer.circumstances = &look.circumstances;
    answer.remark = look.remark;
  }

  const Settings& settings_;
  WhyTargets targets_;
  Looks looks_;
  std::int64_t begun_ns_ = 0;
  bool first_ = false;  ///< nothing was asked yet about the look
};

/// What a look brings of every socket; all else of a row would be null for no reason.
std::vector<const Field*> told_fields() {
  const NeedSet fetched = needs_of_look();
  std::vector<const Field*> fields;
  for (const Field& field : all_fields()) {
    const bool wanted = field.shown != Shown::on_request || field.needs.has(Need::netns);
    if (!field.composed && wanted && (field.needs & ~fetched).empty()) fields.push_back(&field);
  }
  return fields;
}

FindingsView view_of_findings(const Settings& settings) {
  const Terminal terminal = reader_of(settings);
  FindingsView view;
  view.width = terminal.width.value_or(view.width);
  view.color = use_color(settings.color, terminal);
  view.utf8 = terminal.utf8;
  view.version = SKQ_VERSION;
  return view;
}

std::string text_of(const Settings& settings, const Answer& answer, NameService& names) {
  const std::vector<const Field*> fields = told_fields();
  FindingsReport report;
  report.circumstances = answer.circumstances;
  report.diagnosis = &answer.diagnosis;
  report.findings = answer.findings;
  report.targets = answer.targets;
  report.elsewhere = answer.diagnosis.findings.size() - answer.findings.size();
  report.gaps = answer.gaps;
  report.looked = answer.looked;
  report.columns = fields;
  TextContext context = shown_text(settings, names);
  const FindingsView view = view_of_findings(settings);
  std::string text;
  if (settings.format == Format::table) append_findings_text(text, report, view, context);
  if (settings.format == Format::json) append_findings_json(text, report, view, context);
  if (settings.format == Format::jsonl) append_findings_lines(text, report, context);
  // One document a line. Within strings newlines are escaped, so these are only layout.
  if (settings.watch && settings.format == Format::json) std::replace(text.begin(), text.end() - 1, '\n', ' ');
  return text;
}

Status write(const Settings& settings, const std::string& text) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return output.error();
  if (const Status written = output->write(text); !written) return written;
  return output->commit();
}

/// What is known to be stuck is so, whatever else could not be seen.
ExitCode outcome_of(const Settings& settings, const Answer& answer) {
  if (settings.exit_code && answer.stuck()) return ExitCode::stuck;
  return settings.strict && !answer.gaps.empty() ? ExitCode::incomplete : ExitCode::done;
}

kernel::HostNames names_for(const Settings& settings) {
  return kernel::HostNames({.numeric = settings.numeric, .resolve = settings.resolve});
}

Result<Glimpse> repeat(const Settings& settings, Asker& asker, const Glance& glance) {
  auto answer = asker.ask();
  if (!answer) return answer.error();
  kernel::HostNames names = names_for(settings);
  Glimpse result;
  result.text = text_of(settings, *answer, names);
  const std::size_t count = answer->findings.size();
  result.count = fmt::format("{} {}", count, count == 1 ? "finding" : "findings");
  result.circumstances = *answer->circumstances;
  result.outcome = outcome_of(settings, *answer);
  if (!glance.screen) {
    const std::string heading = settings.format == Format::table ? block_heading(result.circumstances) : "";
    if (const Status written = write(settings, heading + result.text); !written) return written.error();
  }
  result.gaps = std::move(answer->gaps);
  return result;
}

/// What is known is told, but no file is replaced by half an answer. The caller learns of the signal as of any other.
ExitCode end_interrupted(const Settings& settings, const Answer& answer, const std::string& text) {
  if (!settings.output)
    if (const Status written = write(settings, text); !written) return fail(written.error());
  std::raise(answer.signal);
  return ExitCode::failed;
}

ExitCode once(const Settings& settings, Asker& asker, const Log& log) {
  const auto answer = asker.ask();
  if (!answer) return fail(answer.error());
  tell_gaps(answer->gaps, log);
  if (!answer->remark.empty()) log.debug("{}", answer->remark);
  log.info("{} sockets, {} threads looked at, {} findings, {} gaps, {:.3f} s", answer->looked.sockets,
           answer->looked.threads, answer->findings.size(), answer->gaps.size(), answer->looked.seconds);
  kernel::HostNames names = names_for(settings);
  const std::string text = text_of(settings, *answer, names);
  if (answer->signal != 0) return end_interrupted(settings, *answer, text);
  if (const Status written = write(settings, text); !written) return fail(written.error());
  return outcome_of(settings, *answer);
}

ExitCode misuse(const UsageError& error) {
  complain(error.text);
  return ExitCode::usage;
}

}  // namespace

ExitCode tell_why(const Settings& settings) {
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  WhyTargets targets;
  if (const Problem problem = targets.parse(settings.operands)) return misuse(*problem);
  Asker asker(settings, std::move(targets));
  const auto begun = asker.begin();
  if (!begun) return fail(begun.error());
  if (const Problem& unknown = *begun) return misuse(*unknown);
  if (!settings.watch) return once(settings, asker, *log);
  return watch(settings, *log, [&](const Glance& glance) { return repeat(settings, asker, glance); });
}

}  // namespace skq::cli
