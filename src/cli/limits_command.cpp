#include "cli/limits_command.h"

#include <string>
#include <vector>

#include "cli/command_parts.h"
#include "cli/limits_report.h"
#include "cli/open_source.h"
#include "cli/terminal.h"
#include "kernel/output.h"

namespace skq::cli {
namespace {

Result<std::string> text_of(const Settings& settings, const LimitsReport& report, const std::vector<Gap>& gaps) {
  if (settings.format == Format::table)
    return limits_text(report, use_color(settings.color, reader_of(settings)), settings.exact_bytes);
  auto source = open_source(settings);
  if (!source) return source.error();
  return facts_text(limits_facts(report), settings.format,
                    {.key = "limits",
                     .version = SKQ_VERSION,
                     .circumstances = (*source)->circumstances(),
                     .gaps = gaps,
                     .header = settings.header});
}

}  // namespace

ExitCode print_limits(const Settings& settings) {
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return fail(output.error());
  const LimitsReport report{kernel::read_system_limits(), kernel::measure_limits()};
  std::vector<Gap> gaps = report.system.gaps;
  gaps.insert(gaps.end(), report.measured.gaps.begin(), report.measured.gaps.end());
  tell_gaps(gaps, *log);
  const auto text = text_of(settings, report, gaps);
  if (!text) return fail(text.error());
  Status status = output->write(*text);
  if (status) status = output->commit();
  if (!status) return fail(status.error());
  return settings.strict && !gaps.empty() ? ExitCode::incomplete : ExitCode::done;
}

}  // namespace skq::cli
