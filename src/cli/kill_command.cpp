#include "cli/kill_command.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/text_escape.h"
#include "cli/columns.h"
#include "cli/command_parts.h"
#include "cli/interruption.h"
#include "cli/kill_question.h"
#include "cli/message.h"
#include "cli/open_source.h"
#include "kernel/host_names.h"
#include "kernel/output.h"
#include "skq/destroy.h"
#include "skq/fields.h"

namespace skq::cli {
namespace {

constexpr std::array every_result{
    DestroyResult::killed,        DestroyResult::survived,    DestroyResult::gone,   DestroyResult::not_permitted,
    DestroyResult::not_supported, DestroyResult::unreachable, DestroyResult::failed, DestroyResult::not_tried};

bool is_json(Format format) { return format == Format::json || format == Format::jsonl; }

Problem refuse(const Settings& settings, const ListPlan& plan) {
  if (settings.from) return UsageError{"--from is a recording: -K closes only sockets of the running kernel"};
  if (settings.watch) return UsageError{"-K closes once: it cannot be repeated by -W"};
  const bool chooses = plan.where.has_value() || restricts(plan.filter);
  if (!chooses && !settings.all_said && plan.filter.expression != nullptr)
    return UsageError{
        "-K with this FILTER would close every socket, for it leaves none out (a shell variable without a value?): say "
        "which, or -a to mean all"};
  if (!chooses && !settings.all_said)
    return UsageError{
        plan.filter.states
            ? "-K with states alone would close every socket that is in them: say an address or a port, too, or -a to "
              "mean all"
            : "-K without FILTER would close every socket: say which, as in 'skq -K dst 192.0.2.7 dport = :443', or "
              "-a to mean all"};
  if (!settings.yes && settings.filter_file == "-")
    return UsageError{
        "-F - has read standard input to its end, where -K would read the answer to its question: look first without "
        "-K, then say --yes; nothing was closed"};
  if (!settings.yes && !can_ask())
    return UsageError{
        "-K asks before it closes, and here is no terminal to ask on: look first without -K, then say --yes; nothing "
        "was closed"};
  return {};
}

Problem keep_closable(ListPlan& plan) {
  for (const TableRequest& table : plan.tables)
    if (table.named && table.netid == Netid::mptcp)
      return UsageError{"mptcp sockets cannot be closed by others: close their subflows, with -Kt"};
  return keep_tables(plan, destroyable, "be closed",
                     "the kernel closes tcp, udp and raw sockets of others, no other kind");
}

/// Whether rows may have been chosen wrongly: `not comm == "sshd"` holds for whom nobody could look at, too. A row that
/// is missing from a dump is not closed, so it matters only to its other end, or where others take its place.
bool leaves_doubt(const Gap& gap, const Settings& settings, const ListPlan& plan) {
  const NeedSet needs = plan.chosen_by;
  switch (gap.kind) {
    case GapKind::owners:
      return !(needs & (owner_needs | NeedSet(Need::context, Need::socket_context))).empty();
    case GapKind::mark:
      return needs.has(Need::mark);
    case GapKind::family:
    case GapKind::dump:
    case GapKind::recording:
      return needs.has(Need::peer_owners) || (settings.limit && !plan.sort.empty());
    case GapKind::pending:
    case GapKind::events:
    case GapKind::system:
    case GapKind::netns:
    case GapKind::activity:
      return false;
  }
  return true;
}

/// Told before anybody is asked and anything is closed; empty: go on.
std::optional<ExitCode> refuse_doubtful(const Summary& summary, const Settings& settings, const ListPlan& plan) {
  if (settings.strict && !summary.complete()) {
    complain("nothing was closed: the answer is incomplete, and --strict was said");
    return ExitCode::incomplete;
  }
  const bool doubtful = std::any_of(summary.gaps.begin(), summary.gaps.end(),
                                    [&](const Gap& gap) { return leaves_doubt(gap, settings, plan); });
  if (!doubtful) return std::nullopt;
  complain("nothing was closed: which sockets are meant depends on what is missing");
  return ExitCode::failed;
}

std::string reason(const Socket& socket, const Destruction& destruction) {
  const std::string text = std::generic_category().message(destruction.error);
  switch (destruction.result) {
    case DestroyResult::killed:
    case DestroyResult::gone:
      return {};
    case DestroyResult::survived:
      return fmt::format("its owner was told of an error, but the kernel keeps {} sockets that are bound",
                         to_text(socket.netid));
    case DestroyResult::not_permitted:
      return text + ": closing sockets takes CAP_NET_ADMIN in their network namespace";
    case DestroyResult::not_supported:
      if (is_inactive(socket)) return "bound and inactive: nothing to close";
      if (socket.cookie == Cookie{0}) return text + ": without a cookie no one socket can be named to the kernel";
      return fmt::format("{}: this kernel cannot close {} sockets{}", text, to_text(socket.netid),
                         socket.netid == Netid::tcp ? " (CONFIG_INET_DIAG_DESTROY)" : "");
    case DestroyResult::unreachable:
      return "alive, but the kernel's look-up by address does not lead to it";
    case DestroyResult::failed:
      // As mptcp_disconnect answers for its listening subflow.
      if (destruction.error == EINVAL && socket.netid == Netid::tcp)
        return text + ": perhaps it belongs to an MPTCP socket, which only its owner can close";
      return text;
    case DestroyResult::not_tried:
      return "skq was interrupted before its turn";
  }
  return text;
}

/// "2 killed, 1 gone, 1 not permitted"
std::string counts(const std::vector<Destruction>& all) {
  std::string text;
  for (const DestroyResult result : every_result) {
    const auto count = std::count_if(all.begin(), all.end(), [&](const Destruction& d) { return d.result == result; });
    if (count == 0) continue;
    std::string name(to_text(result));
    std::replace(name.begin(), name.end(), '-', ' ');
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
  }
  return text;
}

bool all_closed(const std::vector<Destruction>& all) {
  return std::all_of(all.begin(), all.end(), [](const Destruction& d) {
    return d.result == DestroyResult::killed || d.result == DestroyResult::gone;
  });
}

/// The asked columns with the result before them, whatever they are: a row must never look as if it was closed when it
/// was not. The reason stands last, where it may be long.
Layout layout_of_results(const Settings& settings, Layout layout, bool has_errors) {
  auto& columns = layout.columns;
  const Field* const result = find_field("result");
  const Field* const error = find_field("error");
  std::erase_if(columns, [&](const Field* field) { return field == result || field == error; });
  columns.insert(columns.begin(), result);
  if (is_json(settings.format)) {
    columns.insert(columns.begin() + 1, error);
  } else if (has_errors || settings.format != Format::table) {
    columns.push_back(error);
  }
  return layout;
}

/// What was done, row by row.
class Report {
 public:
  Report(const Gathered& gathered, const std::vector<Destruction>& done) : gathered_(gathered) {
    for (std::size_t at = 0; at < gathered.rows.size(); ++at) {
      const Socket& row = *gathered.rows[at];
      const auto* const fate =
          arena_.make<Fate>(Fate{.time = {}, .result = done[at].result, .error = arena_.keep(reason(row, done[at]))});
      has_errors_ |= !fate->error.empty();
      rows_.push_back(row);
      rows_.back().fate = fate;
    }
  }

  std::string text(const Settings& settings, const Layout& asked, const Terminal& terminal, NameService& names,
                   Source& source) {
    TextContext context = shown_text(settings, names);
    const Layout layout = layout_of_results(settings, asked, has_errors_);
    const auto renderer = make_renderer(settings.format, layout, view_of(settings, terminal), context);
    std::string out;
    renderer->begin(source.circumstances(), out);
    for (const Socket& row : rows_) renderer->row(row, out);
    while (renderer->end(gathered_.summary, out)) {
    }
    return out;
  }

 private:
  const Gathered& gathered_;
  Arena arena_;
  std::vector<Socket> rows_;
  bool has_errors_ = false;
};

/// For rows that could not go where they should: nobody may be left in doubt about what died.
void tell_rows(Report& report, NameService& names, Source& source) {
  Settings plain;
  plain.numeric = true;
  plain.columns = "result,netid,local,peer";
  const auto layout = make_layout(plain);
  if (!std::holds_alternative<Layout>(layout)) return;
  Terminal terminal = look_at_terminal(STDERR_FILENO);
  terminal.width.reset();
  const std::string text = report.text(plain, std::get<Layout>(layout), terminal, names, source);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/// The signal that would end skq between what it does and what it tells; a failed write is told.
void outlive_lost_output() { std::signal(SIGPIPE, SIG_IGN); }

ExitCode kill(const Settings& settings, const ListPlan& plan, const Layout& question, kernel::HostNames& names,
              const Log& log) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return fail(output.error());
  auto source = open_source(settings);
  if (!source) return fail(source.error());
  Snapshot storage;
  const auto gathered = gather(settings, plan, names, **source, storage);
  if (!gathered) return fail(gathered.error());
  tell_gaps(gathered->summary.gaps, log);

  if (const auto ended = refuse_doubtful(gathered->summary, settings, plan)) return *ended;

  std::vector<const Socket*> closable;
  std::copy_if(gathered->rows.begin(), gathered->rows.end(), std::back_inserter(closable),
               [](const Socket* socket) { return !is_inactive(*socket); });
  if (!settings.yes && !closable.empty() && !may_close(closable, question, settings, names)) {
    complain("nothing was closed");
    return ExitCode::failed;
  }
  // To the end: what was done has to be told.
  const Interruption interruption;
  outlive_lost_output();
  std::vector<Destruction> done;
  if (!gathered->rows.empty()) {
    auto destroyed = destroy_sockets(gathered->rows, **source, [&] { return interruption.came(); });
    if (!destroyed) return fail(destroyed.error());
    done = std::move(*destroyed);
  }
  const std::string told = done.empty() ? "no socket matched, nothing was closed" : counts(done);
  log.info("-K: {}", told);
  // Before the rows: also when they cannot be written, what was done was done.
  complain(told);
  Report report(*gathered, done);
  Status written = Done{};
  if (!done.empty() || settings.format != Format::table)
    written = output->write(report.text(settings, plan.layout, reader_of(settings), names, **source));
  if (written) written = output->commit();
  if (!written) {
    if (!done.empty()) tell_rows(report, names, **source);
    return fail(written.error());
  }
  if (!all_closed(done)) return ExitCode::failed;
  return outcome(settings, gathered->summary, gathered->rows.size());
}

}  // namespace

ExitCode kill_sockets(const Settings& settings) {
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  kernel::HostNames names({.numeric = settings.numeric, .resolve = settings.resolve});
  auto planned = plan_list(settings, names);
  const auto* good = std::get_if<ListPlan>(&planned);
  auto layout = make_layout(settings_of_question(settings), good != nullptr ? good->filter.states : std::nullopt);
  Problem problem;
  if (auto* error = std::get_if<UsageError>(&planned)) {
    problem = *error;
  } else if (auto* mistaken = std::get_if<SyntaxError>(&layout)) {
    problem = mistake(*mistaken);
  } else {
    ListPlan& plan = std::get<ListPlan>(planned);
    problem = keep_closable(plan);
    if (!problem) problem = refuse(settings, plan);
    plan.needs = plan.needs | needs_of(std::get<Layout>(layout));
  }
  if (problem) {
    complain(problem->text);
    return ExitCode::usage;
  }
  const ListPlan& plan = std::get<ListPlan>(planned);
  for (const std::string& warning : plan.filter.warnings) complain("warning: " + escaped(warning));
  return kill(settings, plan, std::get<Layout>(layout), names, *log);
}

}  // namespace skq::cli
