#include "cli/summary_command.h"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "cli/command_parts.h"
#include "cli/conflicts.h"
#include "cli/facts.h"
#include "cli/list_command.h"
#include "cli/log.h"
#include "cli/open_source.h"
#include "cli/summary_report.h"
#include "cli/terminal.h"
#include "cli/watch.h"
#include "kernel/host_names.h"
#include "kernel/output.h"
#include "skq/collect.h"

namespace skq::cli {
namespace {

/// Every socket there is, in any state.
Request everything() {
  TableChoice choice;
  ask_for_all(choice);
  Request request;
  request.tables = table_requests(choice, std::nullopt);
  request.needs = NeedSet(Need::queues, Need::memory, Need::name);
  return request;
}

struct Found {
  SummaryReport report;
  Circumstances circumstances;
  std::vector<Gap> gaps;
  std::uint64_t sockets = 0;
};

Result<Found> look(const Settings& settings) {
  Found found;
  // First what the system counts: our own netlink socket is not yet among it, as it is not for ss.
  found.report.system = kernel::read_system_state();
  auto source = open_source(settings);
  if (!source) return source.error();
  found.circumstances = (*source)->circumstances();
  kernel::HostNames names({.numeric = settings.numeric, .resolve = settings.resolve});
  TextContext context = shown_text(settings, names);
  // The kernel gives a process its pid as the port of its first netlink socket (net/netlink/af_netlink.c).
  SummaryTotals totals(context, static_cast<std::uint32_t>(getpid()));
  Snapshot storage;
  const auto summary = collect(everything(), **source, storage, [&](std::span<const Socket* const> rows) {
    for (const Socket* const row : rows) totals.add(*row);
    found.sockets += rows.size();
  });
  if (!summary) return summary.error();
  found.report.kinds = totals.kinds();
  found.gaps = found.report.system.gaps;
  found.gaps.insert(found.gaps.end(), summary->gaps.begin(), summary->gaps.end());
  return found;
}

std::string text_of(const Settings& settings, const Found& found, std::size_t number) {
  if (settings.format == Format::table)
    return summary_text(found.report,
                        {.color = use_color(settings.color, reader_of(settings)), .exact_bytes = settings.exact_bytes});
  FactsHead head{.key = "summary",
                 .version = SKQ_VERSION,
                 .circumstances = found.circumstances,
                 .gaps = found.gaps,
                 .header = settings.header && (number == 0 || settings.output.has_value()),
                 .stamped = settings.watch.has_value()};
  std::string text = facts_text(summary_facts(found.report), settings.format, head);
  if (settings.watch && settings.format == Format::json) std::replace(text.begin(), text.end() - 1, '\n', ' ');
  return text;
}

Status write(const Settings& settings, const std::string& text) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return output.error();
  if (const Status written = output->write(text); !written) return written;
  return output->commit();
}

Result<Glimpse> repeat(const Settings& settings, const Glance& glance) {
  auto found = look(settings);
  if (!found) return found.error();
  Glimpse result;
  result.text = text_of(settings, *found, glance.number);
  result.count = fmt::format("{} sockets", found->sockets);
  result.circumstances = found->circumstances;
  result.outcome = settings.strict && !found->gaps.empty() ? ExitCode::incomplete : ExitCode::done;
  if (!glance.screen) {
    const std::string heading = settings.format == Format::table ? block_heading(found->circumstances) : "";
    if (const Status written = write(settings, heading + result.text); !written) return written.error();
  }
  result.gaps = std::move(found->gaps);
  return result;
}

Result<ExitCode> once(const Settings& settings, const Log& log) {
  const auto found = look(settings);
  if (!found) return found.error();
  tell_gaps(found->gaps, log);
  if (const Status written = write(settings, text_of(settings, *found, 0)); !written) return written.error();
  return settings.strict && !found->gaps.empty() ? ExitCode::incomplete : ExitCode::done;
}

}  // namespace

ExitCode print_summary(const Settings& settings) {
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  if (settings.watch) return watch(settings, *log, [&](const Glance& glance) { return repeat(settings, glance); });
  ExitCode summary = ExitCode::done;
  const auto print = [&]() -> Status {
    const auto printed = once(settings, *log);
    if (!printed) return printed.error();
    summary = *printed;
    return Done{};
  };
  if (!lists_after_summary(settings)) {
    const Status printed = print();
    return printed ? summary : fail(printed.error());
  }
  const ExitCode list = list_sockets(settings, [&] {
    const Status printed = print();
    return printed ? write(settings, "\n") : printed;
  });
  return list == ExitCode::done ? summary : list;
}

}  // namespace skq::cli
