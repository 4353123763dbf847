#include "cli/run.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <variant>

#include "base/text_escape.h"
#include "cli/arguments.h"
#include "cli/check_command.h"
#include "cli/conflicts.h"
#include "cli/diag_command.h"
#include "cli/diff_command.h"
#include "cli/events_command.h"
#include "cli/generate.h"
#include "cli/help.h"
#include "cli/inputs.h"
#include "cli/kill_command.h"
#include "cli/limits_command.h"
#include "cli/list_columns.h"
#include "cli/list_command.h"
#include "cli/message.h"
#include "cli/metrics_command.h"
#include "cli/net_option.h"
#include "cli/record_command.h"
#include "cli/summary_command.h"
#include "cli/why_command.h"
#include "kernel/output.h"

namespace skq::cli {
namespace {

/// A closed descriptor 0, 1 or 2 would be given to the next thing we open, and output would go there. Read-only, so
/// that a write to a closed stdout is still the error that it is.
void hold_standard_descriptors() {
  int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && fd <= STDERR_FILENO) fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd > STDERR_FILENO) close(fd);
}

ExitCode print(const std::string& text) {
  auto output = kernel::Output::to_stdout();
  Status status = output ? output->write(text) : Status(output.error());
  if (status) status = output->commit();
  if (status) return ExitCode::done;
  complain(escaped(status.error().text()));
  return ExitCode::failed;
}

ExitCode act(const Settings& settings) {
  switch (settings.action) {
    case Action::list:
      return settings.format == Format::prom ? write_metrics(settings) : list_sockets(settings);
    case Action::why:
      return tell_why(settings);
    case Action::record:
      return record_snapshots(settings);
    case Action::diff:
      return tell_diff(settings);
    case Action::check:  // run_check() does it
      return ExitCode::failed;
    case Action::summary:
      return print_summary(settings);
    case Action::limits:
      return print_limits(settings);
    case Action::events:
      return follow_events(settings);
    case Action::kill:
      return kill_sockets(settings);
    case Action::diag:
      return record_dumps(settings);
    case Action::help:
      return print(help_text(settings.topic));
    case Action::version:
      return print(version_text());
    case Action::list_columns:
      return print(list_columns_text(settings.topic));
    case Action::family_help:
      return print(family_help_text());
    case Action::query_help:
      return print(query_help_text());
    case Action::generate:
      return print(generated_text(settings.topic));
  }
  return ExitCode::failed;
}

bool reads_sockets(Action action) {
  switch (action) {
    case Action::list:
    case Action::why:
    case Action::record:
    case Action::diff:
    case Action::check:
    case Action::summary:
    case Action::limits:
    case Action::events:
    case Action::kill:
    case Action::diag:
      return true;
    case Action::help:
    case Action::version:
    case Action::list_columns:
    case Action::family_help:
    case Action::query_help:
    case Action::generate:
      return false;
  }
  return false;
}

}  // namespace

ExitCode run(std::span<char* const> words) {
  hold_standard_descriptors();
  // A file that may grow no more (ulimit -f, setrlimit(2)) is an error to tell, not our end.
  std::signal(SIGXFSZ, SIG_IGN);
  if (is_check(words)) return run_check(words, act);
  // A parent may have had SIGPIPE ignored; a closed pipe shall end us quietly all the same.
  std::signal(SIGPIPE, SIG_DFL);
  auto settings = parse_arguments(words);
  if (const auto* error = std::get_if<UsageError>(&settings)) {
    complain(error->text);
    return ExitCode::usage;
  }
  Settings& good = std::get<Settings>(settings);
  if (const auto code = take_inputs(good)) return *code;
  if (const Problem problem = conflict_in(good)) {
    complain(problem->text);
    return ExitCode::usage;
  }
  // Before anything is opened and any thread begins: all of it shall see that namespace.
  if (good.net && reads_sockets(good.action)) {
    if (const auto ended = enter_namespace(*good.net)) return *ended;
  }
  return act(good);
}

}  // namespace skq::cli
