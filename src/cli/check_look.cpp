// The metrics of sockets: asks for no more than the number needs, and names the worst.
#include "cli/check_look.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/text_escape.h"
#include "cli/command_parts.h"
#include "cli/list_plan.h"
#include "cli/open_source.h"
#include "collect/inode_order.h"
#include "kernel/host_names.h"
#include "select/where_program.h"
#include "skq/collect.h"

namespace skq::cli {
namespace {

/// So many sockets are told below the first line.
constexpr std::size_t most_told = 10;

/// A metric that is about states decides which are looked at; FILTER, -a and -l can only narrow them. -A brings states
/// of its own, which nobody wrote.
std::optional<StateSet> states_of(const Settings& settings, const CheckMetric& metric, const Filter& filter) {
  if (metric.states.empty()) return filter.states;
  StateSet states = metric.states;
  if (filter.states) states = states & *filter.states;
  if (settings.tables.asked && !settings.tables.queried) states = states & *settings.tables.asked;
  return states;
}

/// What was asked for by name and cannot have such a number is refused. -x names all its kinds at once.
Problem keep_measured(const CheckMetric& metric, std::vector<TableRequest>& tables) {
  const std::vector<TableRequest> asked = tables;
  std::erase_if(tables, [&](const TableRequest& table) { return !metric.kinds.has(table.netid); });
  for (const TableRequest& table : asked) {
    const bool inet = family_of(table.netid) == Family::inet;
    const auto alike = [&](const TableRequest& kept) {
      return inet ? kept.netid == table.netid : kept.family == table.family;
    };
    if (!table.named || std::any_of(tables.begin(), tables.end(), alike)) continue;
    return UsageError{
        fmt::format("{} is not of {} sockets", metric.name, inet ? to_text(table.netid) : to_text(table.family))};
  }
  if (tables.empty()) return UsageError{fmt::format("no table is left whose sockets have {}", metric.name)};
  return {};
}

Problem plan_tables(const Settings& settings, const CheckMetric& metric, ListPlan& plan) {
  const auto states = states_of(settings, metric, plan.filter);
  if (states && states->empty()) return UsageError{fmt::format("no state is left in which {} looks", metric.name)};
  plan.tables = table_requests(settings.tables, states);
  return keep_measured(metric, plan.tables);
}

/// Whether rows may have been taken wrongly: `not comm == "sshd"` holds for whom nobody could look at, too.
bool leaves_doubt(const Gap& gap, const ListPlan& plan) {
  if (gap.kind != GapKind::owners && gap.kind != GapKind::mark) return false;
  if (!plan.where) return gap.kind == GapKind::mark && plan.filter.needs.has(Need::mark);
  const auto& tests = plan.where->expression->tests;
  return std::any_of(tests.begin(), tests.end(), [](const select::Comparison& test) { return test.negated; });
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string first_text(const CheckMetric& metric, const Tally& tally) {
  if (tally.sockets == 0 && metric.kind == CheckKind::largest) return fmt::format("no {} matches", metric.noun);
  if (!tally.value)
    return fmt::format("{} is not known of {}", metric.name,
                       tally.sockets == 1 ? "that socket" : fmt::format("any of {} sockets", tally.sockets));
  const std::string value = value_text(*tally.value, metric.unit);
  if (metric.kind == CheckKind::number) return fmt::format("{} {}", metric.name, value);
  std::string text = fmt::format("{} {}", metric.name, value);
  if (metric.kind == CheckKind::total) return text + fmt::format(" in {}", plural(tally.sockets, metric.noun));
  if (tally.full > 0) text += fmt::format(", {} of {} full", tally.full, tally.judged);
  if (!tally.highest.empty()) text += ": " + tally.highest.front().name;
  return text;
}

/// "pid 812 (nginx) fd 6"
std::string holders_text(const Owners& owners) {
  std::string out;
  constexpr std::size_t most = 3;
  for (std::size_t at = 0; at < std::min(owners.list.size(), most); ++at) {
    const Owner& owner = owners.list[at];
    out += fmt::format("{}pid {} ({}) fd {}", at == 0 ? "" : ", ", owner.pid, escaped(owner.comm), owner.fd);
  }
  if (owners.list.size() > most) out += fmt::format(" and {} more", owners.list.size() - most);
  return out;
}

/// Who holds the worst. Asked for them alone, and only when something is wrong; what cannot be seen is left out.
std::vector<std::string> told(const CheckMetric& metric, const Tally& tally, Source& source) {
  Arena arena;
  OwnerScan scan;
  std::vector<Inode> wanted;
  for (const CheckedSocket& socket : tally.highest)
    if (socket.inode != Inode{0}) wanted.push_back(socket.inode);
  collecting::sort_unique(wanted);
  if (!wanted.empty())
    if (auto found = source.owners({.wanted = wanted}, arena)) scan = std::move(*found);
  std::vector<std::string> lines;
  for (const CheckedSocket& socket : tally.highest) {
    std::string line = socket.text;
    if (metric.kind != CheckKind::number) line += "  " + value_text(socket.value, metric.unit);
    const auto entry = std::find_if(scan.entries.begin(), scan.entries.end(),
                                    [&](const OwnerScan::Entry& each) { return each.inode == socket.inode; });
    if (entry != scan.entries.end()) line += "  " + holders_text(entry->owners);
    lines.push_back(std::move(line));
  }
  const std::uint64_t more = tally.judged > lines.size() ? tally.judged - lines.size() : 0;
  if (metric.kind == CheckKind::number && more > 0 && !lines.empty()) lines.push_back(fmt::format("and {} more", more));
  return lines;
}

std::vector<PerformanceData> beside(const CheckMetric& metric, const Tally& tally) {
  const auto number = [](std::string_view label, std::uint64_t value) {
    return PerformanceData{.label = std::string(label), .value = static_cast<double>(value), .least = 0};
  };
  std::vector<PerformanceData> more;
  if (metric.kind == CheckKind::number) return more;
  if (metric.kind == CheckKind::largest) more.push_back(number("full", tally.full));
  more.push_back(number("sockets", tally.sockets));
  return more;
}

}  // namespace

CheckLooked look_at_sockets(const Settings& settings, const CheckMetric& metric, const CheckThresholds& thresholds) {
  kernel::HostNames names({.numeric = settings.numeric, .resolve = settings.resolve});
  // An alarm is read where /etc/services says something else, or nothing: ports are numbers.
  kernel::HostNames told_names({.numeric = true, .resolve = settings.resolve});
  auto planned = plan_list(settings, names);
  if (auto* error = std::get_if<UsageError>(&planned)) return *error;
  ListPlan& plan = std::get<ListPlan>(planned);
  if (Problem problem = plan_tables(settings, metric, plan)) return *problem;
  plan.needs = plan.chosen_by | needs_of(metric) | NeedSet(Need::name);
  // Of those who are told by name whom they talk to; a mere number of sockets is not worth its price.
  if (metric.kind != CheckKind::number) plan.needs = plan.needs | NeedSet(Need::peer_inode);

  auto source = open_source(settings);
  if (!source) return source.error();
  TextContext shown = shown_text(settings, told_names), compared = compared_text(settings, names);
  Tallier tallier(metric, shown, most_told);
  Snapshot storage;
  auto summary =
      collect(request_of(settings, plan, compared), **source, storage, [&](std::span<const Socket* const> rows) {
        for (const Socket* const row : rows)
          if (!is_our_own(*row) && (!plan.where || matches(*plan.where, *row, compared))) tallier.add(*row);
      });
  if (!summary) return summary.error();

  const Tally& tally = tallier.tally();
  CheckLook look{.value = tally.value, .text = first_text(metric, tally)};
  look.more = beside(metric, tally);
  look.gaps = std::move(summary->gaps);
  look.in_doubt =
      std::any_of(look.gaps.begin(), look.gaps.end(), [&](const Gap& gap) { return leaves_doubt(gap, plan); });
  look.none = tally.sockets == 0 && !tally.value;
  look.warnings = plan.filter.warnings;
  const bool wrong = judge(tally.value, thresholds, Known::all) != CheckStatus::ok || !look.gaps.empty();
  if (wrong) look.lines = told(metric, tally, **source);
  if (tally.judged < tally.sockets)
    look.lines.push_back(
        fmt::format("{} of {} sockets have no such number", tally.sockets - tally.judged, tally.sockets));
  return look;
}

}  // namespace skq::cli
