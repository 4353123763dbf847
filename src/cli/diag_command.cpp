#include "cli/diag_command.h"

#include <unistd.h>

#include <utility>

#include "base/text_escape.h"
#include "cli/command_parts.h"
#include "cli/list_plan.h"
#include "cli/log.h"
#include "cli/message.h"
#include "kernel/host_names.h"
#include "kernel/live_source.h"
#include "kernel/output.h"
#include "skq/collect.h"

namespace skq::cli {
namespace {

// Not in the datagrams: processes are read from /proc, users from their database.
constexpr NeedSet not_recorded{Need::owners, Need::peer_owners, Need::process, Need::users};

ExitCode misuse(std::string_view why) {
  complain(why);
  return ExitCode::usage;
}

/// The chosen tables in all states, unless states were asked for: a recording is asked later what nobody knows now.
std::vector<TableRequest> tables_to_record(const Settings& settings, const ListPlan& plan) {
  const auto& asked = settings.tables.asked;
  const bool by_option = asked && (asked->has(State::listen) || asked->has(State::bound_inactive));
  if (plan.filter.states || (by_option && !settings.all_said)) return plan.tables;
  return table_requests(settings.tables, ~StateSet());
}

Result<Summary> record(const Settings& settings, const ListPlan& plan, kernel::LiveSource& live,
                       std::vector<std::byte>& file) {
  kernel::CaptureWriter writer(live.circumstances());
  live.record(&writer);
  Request request;
  request.tables = tables_to_record(settings, plan);
  request.needs = ~NeedSet() & ~not_recorded;
  request.tests = &plan.tests;
  Snapshot storage;
  auto summary = collect(request, live, storage, [](std::span<const Socket* const>) {});
  live.record(nullptr);
  file = writer.finish();
  return summary;
}

ExitCode write_recording(const Settings& settings, const ListPlan& plan, const Log& log) {
  auto output = *settings.diag == "-" ? kernel::Output::to_stdout() : kernel::Output::to_file(*settings.diag);
  if (!output) return fail(output.error());
  auto live = kernel::open_live();
  if (!live) return fail(live.error());
  std::vector<std::byte> file;
  const auto summary = record(settings, plan, **live, file);
  if (!summary) return fail(summary.error());
  tell_gaps(summary->gaps, log);
  log.info("{} bytes, {} gaps", file.size(), summary->gaps.size());
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  if (const Status written = output->write(bytes); !written) return fail(written.error());
  if (const Status committed = output->commit(); !committed) return fail(committed.error());
  return settings.strict && !summary->complete() ? ExitCode::incomplete : ExitCode::done;
}

}  // namespace

ExitCode record_dumps(const Settings& settings) {
  if (settings.output) return misuse("-D (--diag) names the file itself; it cannot be used with --output");
  if (*settings.diag == "-" && ::isatty(STDOUT_FILENO) != 0)
    return misuse("a recording is not for a terminal; write it to a file or a pipe");
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  kernel::HostNames names({.numeric = settings.numeric, .resolve = settings.resolve});
  auto plan = plan_list(settings, names);
  if (const auto* error = std::get_if<UsageError>(&plan)) return misuse(error->text);
  const ListPlan& good = std::get<ListPlan>(plan);
  for (const std::string& warning : good.filter.warnings) complain("warning: " + escaped(warning));
  return write_recording(settings, good, *log);
}

}  // namespace skq::cli
