#include "cli/why_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "cli/asker.h"
#include "cli/command_parts.h"
#include "cli/log.h"
#include "cli/message.h"
#include "cli/replay_why.h"
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
  const std::vector<const Field*> fields = fields_of_look();
  FindingsReport report;
  report.circumstances = &answer.look->circumstances;
  report.diagnosis = &answer.diagnosis;
  report.findings = answer.findings;
  report.targets = answer.targets;
  report.elsewhere = answer.diagnosis.findings.size() - answer.findings.size();
  report.gaps = answer.gaps;
  report.looked = answer.looked;
  report.looked.one_netns = settings.net.has_value();
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
  result.circumstances = answer->look->circumstances;
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
  if (settings.from) return tell_recorded_why(settings, *log);
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
