#include "cli/command_parts.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text_escape.h"
#include "cli/columns.h"
#include "cli/message.h"
#include "model/derived.h"

namespace skq::cli {

View view_of(const Settings& settings, const Terminal& terminal) {
  View view;
  view.width = terminal.width;
  view.color = use_color(settings.color, terminal);
  view.header = settings.header;
  view.oneline = settings.oneline;
  view.bars = terminal.width.has_value();
  view.version = SKQ_VERSION;
  view.utf8 = terminal.utf8;
  return view;
}

Terminal reader_of(const Settings& settings) {
  Terminal terminal = look_at_terminal();
  if (settings.output) terminal.width.reset();
  return terminal;
}

TextContext shown_text(const Settings& settings, NameService& names) {
  return {.names = &names,
          .exact_bytes = settings.exact_bytes || settings.format != Format::table,
          .threads = settings.threads,
          .numeric = settings.numeric,
          .tcp_options = shows_timers(settings)};
}

TextContext compared_text(const Settings& settings, NameService& names) {
  return {.names = &names, .exact_bytes = true, .threads = settings.threads};
}

Request request_of(const Settings& settings, const ListPlan& plan, TextContext& compared) {
  Request request;
  request.tables = plan.tables;
  request.needs = plan.needs;
  request.tests = &plan.tests;
  request.threads = settings.threads;
  request.wanted_needs = plan.filter.needs | (plan.where ? plan.where->needs : NeedSet());
  if (plan.filter.expression != nullptr || plan.where)
    request.wanted = [&plan, &compared](const Socket& socket) {
      return matches(plan.filter, socket) && (!plan.where || can_match(*plan.where, socket, compared));
    };
  return request;
}

Problem keep_tables(ListPlan& plan, NetidSet possible, std::string_view what_for, std::string_view why) {
  for (const TableRequest& table : plan.tables) {
    if (possible.has(table.netid) || !table.named) continue;
    const bool inet = family_of(table.netid) == Family::inet;
    const std::string_view name = inet ? to_text(table.netid) : to_text(table.family);
    return UsageError{fmt::format("{} sockets cannot {}: {}", name, what_for, why)};
  }
  std::erase_if(plan.tables, [&](const TableRequest& table) { return !possible.has(table.netid); });
  if (plan.tables.empty()) return UsageError{fmt::format("no table is left whose sockets can {}: {}", what_for, why)};
  return {};
}

Result<Gathered> gather(const Settings& settings, const ListPlan& plan, NameService& names, Source& source,
                        Snapshot& storage) {
  TextContext compared = compared_text(settings, names);
  Request request = request_of(settings, plan, compared);
  request.keep = true;
  request.kernels_order = true;
  Gathered all;
  auto summary = collect(request, source, storage, [&](std::span<const Socket* const> rows) {
    for (const Socket* const row : rows)
      if (!plan.where || matches(*plan.where, *row, compared)) all.rows.push_back(row);
  });
  if (!summary) return summary.error();
  all.summary = std::move(*summary);
  if (!plan.sort.empty()) sort_rows(all.rows, plan.sort, settings.limit, compared);
  if (settings.limit && all.rows.size() > *settings.limit) all.rows.resize(*settings.limit);
  return all;
}

bool takes(const ListPlan& plan, const Socket& socket, TextContext& compared) {
  const auto shows = [&](const TableRequest& table) {
    return table.netid == socket.netid && table.family == socket.family && is_in(socket, table.states);
  };
  return std::any_of(plan.tables.begin(), plan.tables.end(), shows) && matches(plan.filter, socket) &&
         (!plan.where || matches(*plan.where, socket, compared));
}

// The kernel gives a process its pid as the port of its first netlink socket (net/netlink/af_netlink.c). That of a
// second look has another port, and is known by its owner.
bool is_our_own(const Socket& socket) {
  const NetlinkPart* const part = socket.netlink();
  if (part == nullptr) return false;
  const auto is_ours = [](const Owner& owner) { return owner.pid == ::getpid(); };
  return part->portid == static_cast<std::uint32_t>(::getpid()) ||
         (socket.owners != nullptr && std::any_of(socket.owners->list.begin(), socket.owners->list.end(), is_ours));
}

ExitCode fail(const Error& error) {
  complain(escaped(error.text()));
  return ExitCode::failed;
}

void tell_gaps(std::span<const Gap> gaps, const Log& log) {
  for (const Gap& gap : gaps) {
    complain("incomplete: " + escaped(gap.detail));
    log.warning("incomplete: {}", escaped(gap.detail));
  }
}

ExitCode outcome(const Settings& settings, const Summary& summary, std::size_t shown) {
  if (settings.strict && !summary.complete()) return ExitCode::incomplete;
  if (settings.exit_code && shown == 0) return ExitCode::no_match;
  return ExitCode::done;
}

}  // namespace skq::cli
