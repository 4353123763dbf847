#include "cli/check_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <new>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/text_escape.h"
#include "cli/arguments.h"
#include "cli/check_look.h"
#include "cli/check_watchdog.h"
#include "cli/conflicts.h"
#include "cli/inputs.h"
#include "cli/log.h"
#include "cli/message.h"
#include "cli/net_option.h"
#include "kernel/output.h"

namespace skq::cli {
namespace {

constexpr double usual_timeout = 10;

ExitCode code_of(CheckStatus status) { return static_cast<ExitCode>(status); }

ExitCode tell(const CheckAnswer& answer) {
  // Made before the answer is begun: who has begun must not fail for want of memory, for nobody else answers then.
  const std::string text = plugin_text(answer);
  // Too late: somebody else writes already, and ends us.
  if (!begin_answer())
    for (;;) ::pause();
  auto output = kernel::Output::to_stdout();
  Status status = output ? output->write(text) : Status(output.error());
  if (status) status = output->commit();
  end_answer();
  if (status) return code_of(answer.status);
  complain(escaped(status.error().text()));
  return code_of(CheckStatus::unknown);
}

/// The first line of a text is the answer's, the others follow it.
CheckAnswer unknown(std::string_view text) {
  CheckAnswer answer;
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::size_t end = std::min(text.find('\n'), text.size());
  answer.text = text.substr(0, end);
  if (answer.text.size() > 60) answer.lines.emplace_back(answer.text);
  for (std::size_t at = end + 1; at < text.size();) {
    const std::size_t next = std::min(text.find('\n', at), text.size());
    answer.lines.emplace_back(text.substr(at, next - at));
    at = next + 1;
  }
  return answer;
}

/// `-tl` is the list's; here -t takes what follows.
std::string with_hint(std::string_view text) {
  std::string out(text);
  if (text.find("seconds are needed") != std::string_view::npos) out += " (-t is the timeout here; the table is --tcp)";
  return out;
}

CheckAnswer without_metric(std::string_view text) {
  CheckAnswer answer = unknown(text);
  for (const CheckMetric& metric : check_metrics())
    answer.lines.push_back(fmt::format("{:<12} {}", metric.name, metric.help));
  return answer;
}

/// Given ones, or the metric's own.
std::variant<CheckThresholds, UsageError> thresholds_of(const Settings& settings, const CheckMetric& metric) {
  struct Row {
    std::string_view option;
    const std::optional<std::string>& given;
    std::string_view usual;
    std::optional<CheckRange> CheckThresholds::*into;
  };
  CheckThresholds thresholds;
  for (const Row& row :
       {Row{"-w (--warning)", settings.check.warning, metric.warning, &CheckThresholds::warning},
        Row{"-c (--critical)", settings.check.critical, metric.critical, &CheckThresholds::critical}}) {
    const std::string_view text = row.given ? std::string_view(*row.given) : row.usual;
    if (text.empty() && !row.given) continue;
    const auto range = parse_check_range(text, metric.unit);
    if (!range) return UsageError{fmt::format("{}: {}", row.option, range.error().text())};
    thresholds.*row.into = *range;
  }
  return thresholds;
}

/// A WARNING that can never be seen is a mistake; only where both were written, for own ones may cross usual ones.
std::vector<std::string> doubts_about(const Settings& settings, const CheckThresholds& thresholds) {
  if (!settings.check.warning || !settings.check.critical || !is_never_seen(thresholds)) return {};
  return {"-w never shows: wherever it alerts, -c does, too"};
}

CheckLooked look(const Settings& settings, const CheckMetric& metric, const CheckThresholds& thresholds) {
  switch (metric.kind) {
    case CheckKind::findings:
      return look_for_stuck(settings);
    case CheckKind::system:
      return look_at_system(settings, metric);
    case CheckKind::largest:
    case CheckKind::total:
    case CheckKind::number:
      return look_at_sockets(settings, metric, thresholds);
  }
  return Error{"unknown kind of metric", 0};
}

Known known_of(const CheckLook& look) {
  if (look.gaps.empty()) return Known::all;
  return look.in_doubt ? Known::in_doubt : Known::part;
}

CheckStatus status_of(const CheckLook& look, const CheckMetric& metric, const CheckThresholds& thresholds) {
  const Known known = known_of(look);
  // Nothing is there, so nothing is full; but who asks about a listener has one.
  if (look.none && known == Known::all) return metric.needs_some ? CheckStatus::unknown : CheckStatus::ok;
  return judge(look.value, thresholds, known);
}

CheckAnswer answer_of(CheckLook look, const CheckMetric& metric, const CheckThresholds& thresholds,
                      std::vector<std::string> doubts) {
  CheckAnswer answer;
  answer.status = status_of(look, metric, thresholds);
  const bool incomplete = !look.gaps.empty();
  const bool doubtful = incomplete && answer.status == CheckStatus::unknown;
  // A graph of half a number would look like a whole one.
  const auto value = doubtful ? std::nullopt : look.value;
  answer.performance.push_back({.label = std::string(metric.name),
                                .value = value,
                                .unit = metric.unit,
                                .thresholds = thresholds,
                                .least = 0,
                                .most = look.most});
  if (!doubtful) answer.performance.insert(answer.performance.end(), look.more.begin(), look.more.end());
  answer.text = !incomplete ? look.text
                : doubtful  ? "incomplete: " + escaped(look.gaps.front().detail)
                            : "(incomplete) " + look.text;
  if (doubtful && look.value) answer.lines.push_back("as far as seen: " + look.text);
  answer.lines.insert(answer.lines.end(), look.lines.begin(), look.lines.end());
  for (const Gap& gap : look.gaps) answer.lines.push_back("incomplete: " + escaped(gap.detail));
  for (std::string& doubt : doubts) answer.lines.push_back("warning: " + std::move(doubt));
  for (const std::string& warning : look.warnings) answer.lines.push_back("warning: " + warning);
  return answer;
}

CheckAnswer check(Settings settings) {
  if (settings.operands.empty()) return without_metric("check needs a METRIC, and these there are");
  const CheckMetric* const metric = find_check_metric(settings.operands.front());
  if (metric == nullptr) return without_metric(unknown_check_metric(settings.operands.front()));
  if (settings.settle && metric->kind != CheckKind::findings)
    return unknown("--settle is of the metric stuck: no other looks twice");
  settings.filter.assign(settings.operands.begin() + 1, settings.operands.end());
  const auto thresholds = thresholds_of(settings, *metric);
  if (const auto* error = std::get_if<UsageError>(&thresholds)) return unknown(error->text);
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return unknown(escaped(log.error().text()));
  auto looked = look(settings, *metric, std::get<CheckThresholds>(thresholds));
  if (const auto* error = std::get_if<UsageError>(&looked)) return unknown(error->text);
  if (const auto* error = std::get_if<Error>(&looked)) return unknown(escaped(error->text()));
  CheckAnswer answer = answer_of(std::move(std::get<CheckLook>(looked)), *metric, std::get<CheckThresholds>(thresholds),
                                 doubts_about(settings, std::get<CheckThresholds>(thresholds)));
  log->info("{} {}: {}", metric->name, to_text(answer.status), answer.text);
  return answer;
}

/// What an input or a namespace says on standard error belongs on standard output here.
CheckAnswer prepared(Settings& settings) {
  std::string said;
  const Listening listening(said);
  if (take_inputs(settings)) return unknown(said);
  if (const Problem problem = conflict_in(settings)) return unknown(problem->text);
  if (settings.net && enter_namespace(*settings.net)) return unknown(said);
  return check(settings);
}

}  // namespace

bool is_check(std::span<char* const> words) {
  return !words.empty() && words.front() != nullptr && std::strcmp(words.front(), "check") == 0;
}

ExitCode run_check(std::span<char* const> words, ExitCode (*act)(const Settings& settings)) try {
  // A closed pipe is no reason to end by a signal, which no monitoring system understands.
  std::signal(SIGPIPE, SIG_IGN);
  auto parsed = parse_arguments(words);
  if (const auto* error = std::get_if<UsageError>(&parsed)) return tell(unknown(with_hint(error->text)));
  Settings& settings = std::get<Settings>(parsed);
  if (settings.action != Action::check) return act(settings);
  if (!limit_time(settings.check.timeout.value_or(usual_timeout)))
    return tell(unknown("no thread can be made that would keep the time (-t)"));
  return tell(prepared(settings));
} catch (const std::bad_alloc&) {
  constexpr std::string_view line = "SKQ UNKNOWN - out of memory\n";
  if (begin_answer()) static_cast<void>(!::write(STDOUT_FILENO, line.data(), line.size()));
  return code_of(CheckStatus::unknown);
} catch (const std::exception& bug) {
  return tell(unknown(escaped(bug.what())));
}

}  // namespace skq::cli
