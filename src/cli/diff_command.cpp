#include "cli/diff_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text_escape.h"
#include "cli/command_parts.h"
#include "cli/diff_look.h"
#include "cli/list_plan.h"
#include "cli/message.h"
#include "kernel/output.h"
#include "model/derived.h"
#include "skq/render_changes.h"
#include "store/coverage.h"

namespace skq::cli {
namespace {

/// What JSON tells of a socket beside what changed of it.
constexpr std::array told{"netns",      "netns_name", "family",    "netid",     "state",     "local",    "peer",
                          "local_addr", "local_port", "peer_addr", "peer_port", "path",      "path_b64", "abstract",
                          "inode",      "cookie",     "uid",       "user",      "recv_q",    "send_q",   "pid",
                          "comm",       "fd",         "owners",    "peer_pid",  "peer_comm", "unit",     "container"};

std::vector<const Field*> told_fields() {
  std::vector<const Field*> fields;
  for (const char* name : told)
    if (const Field* field = find_field(name)) fields.push_back(field);
  std::sort(fields.begin(), fields.end(), std::less<>());
  return fields;
}

constexpr NeedSet identity{Need::name, Need::queues};

NeedSet needs_of(const ListPlan& plan, Format format) {
  NeedSet needs = plan.chosen_by | identity | NeedSet{Need::owners, Need::peer, Need::peer_inode};
  for (const Field* field : compared_fields()) needs = needs | field->needs;
  if (format != Format::table)
    for (const Field* field : told_fields()) needs = needs | field->needs;
  needs.remove(Need::netns);
  return needs;
}

ExitCode misuse(const UsageError& error) {
  complain(error.text);
  return ExitCode::usage;
}

Problem refuse(const Settings& settings, const DiffOperands& operands) {
  if (settings.format == Format::raw || settings.format == Format::csv)
    return UsageError{fmt::format("--format={} is for rows, and diff tells changes: take table, json or jsonl",
                                  settings.format == Format::raw ? "raw" : "csv")};
  if (operands.after.live) return {};
  const std::string_view option = settings.net ? "-N (--net)" : settings.all_netns ? "--all-netns" : "";
  if (option.empty()) return {};
  return UsageError{
      fmt::format("{} is about the running kernel, and both looks are recorded: leave out B, or say live", option)};
}

/// Without -a or -l a socket is compared in whatever state it is.
Settings with_every_state(Settings settings) {
  if (!settings.tables.asked) ask_for_all(settings.tables);
  return settings;
}

std::vector<TableRequest> all_states_of(std::vector<TableRequest> tables) {
  TableChoice every;
  ask_for_all(every);
  for (TableRequest& table : tables) table.states = *every.asked;
  return tables;
}

/// Reads both looks, compares, and keeps what the command line chooses.
class Comparison {
 public:
  Comparison(const Settings& settings, const ListPlan& plan, const DiffOperands& operands)
      : settings_(settings),
        plan_(plan),
        operands_(operands),
        tables_(all_states_of(plan.tables)),
        columns_(told_fields()) {}

  Result<Problem> run() {
    if (const Status read = read_both(); !read) return read.error();
    if (auto problem = wrong_order()) return problem;
    found_ = diff(before_->sight(), after_->sight());
    if (found_.relation == Relation::other_host)
      return Error{fmt::format("{} is of host {}, {} of host {}: sockets of two hosts cannot be compared",
                               before_->name(), before_->head().at.host, after_->name(), after_->head().at.host),
                   0};
    if (is_missing_any()) {
      if (const Status looked = look_again(); !looked) return looked.error();
    }
    const std::string &was = before_->head().at.host, &is = after_->head().at.host;
    if (found_.relation == Relation::same_boot && was != is)
      complain(fmt::format("the host's name changed from {} to {}", escaped(was), escaped(is)));
    choose();
    note_gaps();
    return Problem{};
  }

  [[nodiscard]] std::string text() {
    TextContext before = shown_text(settings_, before_->names()), after = shown_text(settings_, after_->names());
    ChangesReport report;
    report.before = {&before_->head(), before_->sight().rows.size(), chosen_of(*before_), before_->is_live(), &before};
    report.after = {&after_->head(), after_->sight().rows.size(), chosen_of(*after_), after_->is_live(), &after};
    report.differences = &found_;
    report.changes = chosen_;
    report.counts = counts_;
    report.grew = grew_;
    report.witnessed = witnessed_;
    report.gaps = gaps_;
    report.columns = columns_;
    const Terminal terminal = reader_of(settings_);
    const ChangesView view{.width = terminal.width,
                           .color = use_color(settings_.color, terminal),
                           .utf8 = terminal.utf8,
                           .header = settings_.header,
                           .version = SKQ_VERSION};
    std::string text;
    if (settings_.format == Format::table && nothing_compared())
      text = fmt::format("Nothing could be compared: not one of {} and {} sockets is in what both looks saw\n",
                         before_->sight().rows.size(), after_->sight().rows.size());
    else if (settings_.format == Format::table)
      append_changes_text(text, report, view);
    if (settings_.format == Format::json) append_changes_json(text, report, view);
    if (settings_.format == Format::jsonl) append_changes_lines(text, report);
    return text;
  }

  [[nodiscard]] const std::vector<Gap>& gaps() const { return gaps_; }
  [[nodiscard]] bool same_snapshot() const { return before_->is_same_as(*after_); }
  [[nodiscard]] std::size_t count() const { return found_.changes.size(); }

 private:
  Status read_both() {
    auto before = DiffLook::recorded(operands_.before, settings_, tables_);
    if (!before) return before.error();
    before_ = std::move(*before);
    all_netns_ = settings_.all_netns || (!settings_.net && before_->has_many_namespaces());
    auto after = operands_.after.live
                     ? DiffLook::live(settings_, tables_, needs_of(plan_, settings_.format), all_netns_)
                     : DiffLook::recorded(operands_.after, settings_, tables_,
                                          operands_.after.spec == operands_.before.spec ? before_.get() : nullptr);
    if (!after) return after.error();
    after_ = std::move(*after);
    if (settings_.net) before_->keep_netns(after_->head().at.netns);
    return Done{};
  }

  /// Every socket was left out: then nobody knows whether one changed.
  [[nodiscard]] bool nothing_compared() const {
    if (found_.relation != Relation::same_boot || !found_.changes.empty() || found_.gaps.empty()) return false;
    using Id = std::tuple<std::uint64_t, Family, Cookie>;
    const auto id_of = [](const Socket& row, const DiffLook& look) {
      return Id(store::netns_of(row, look.head()), row.family, row.cookie);
    };
    std::set<Id> seen;
    const Sight before = before_->sight(), after = after_->sight();
    for (const Socket* row : before.rows) seen.insert(id_of(*row, *before_));
    const bool any = !before.rows.empty() || !after.rows.empty();
    return any && std::none_of(after.rows.begin(), after.rows.end(),
                               [&](const Socket* row) { return seen.count(id_of(*row, *after_)) != 0; });
  }

  [[nodiscard]] Problem wrong_order() const {
    const Circumstances &a = before_->head().at, &b = after_->head().at;
    if (a.time_ns <= b.time_ns || !is_same_host(a, b)) return {};
    return UsageError{after_->is_live() ? before_->name() + " is of the future: the clock went back since"
                                        : fmt::format("{} is later than {}: say the earlier one first", before_->name(),
                                                      after_->name())};
  }

  [[nodiscard]] bool is_missing_any() const {
    return std::any_of(found_.changes.begin(), found_.changes.end(),
                       [](const Change& change) { return change.kind == ChangeKind::missing; });
  }

  /// A second absence proves that a socket is gone: the running kernel is asked once more, a recording for what it
  /// has next.
  Status look_again() {
    auto witness = after_->is_live() ? DiffLook::live(settings_, tables_, identity, all_netns_) : after_->next(tables_);
    if (!witness) {
      gaps_.push_back({after_->is_live() ? GapKind::dump : GapKind::recording,
                       "no look behind " + after_->name() + " to tell what is gone: " + witness.error().text()});
      return Done{};
    }
    if (*witness == nullptr) return Done{};
    const Sight sight = (*witness)->sight();
    found_ = diff(before_->sight(), after_->sight(), &sight);
    witnessed_ = true;
    return Done{};
  }

  bool is_chosen(const Socket* socket, DiffLook& look) const {
    if (socket == nullptr) return false;
    TextContext context = compared_text(settings_, look.names());
    return takes(plan_, *socket, context);
  }

  [[nodiscard]] std::size_t chosen_of(DiffLook& look) const {
    const Sight sight = look.sight();
    return static_cast<std::size_t>(
        std::count_if(sight.rows.begin(), sight.rows.end(), [&](const Socket* row) { return is_chosen(row, look); }));
  }

  void choose() {
    for (const Change& change : found_.changes) {
      if (!is_chosen(change.after, *after_) && !is_chosen(change.before, *before_)) continue;
      ++counts_.at(static_cast<std::size_t>(change.kind));
      if (change.kind == ChangeKind::grown && change.growth != 0) ++grew_;
      if (!settings_.limit || chosen_.size() < *settings_.limit) chosen_.push_back(&change);
    }
  }

  /// What counts is what is told: owners that are not known of a socket that is.
  [[nodiscard]] bool lacks_owners(bool later) const {
    return std::any_of(chosen_.begin(), chosen_.end(), [&](const Change* change) {
      const Socket* socket = later ? change->after : change->before;
      return socket != nullptr && socket->inode != Inode{} && socket->owners == nullptr;
    });
  }

  void note_gaps() {
    if (found_.relation == Relation::other_boot)
      gaps_.push_back({GapKind::recording,
                       "the host was booted anew between the two: no socket of the earlier look is one of the later"});
    gaps_.insert(gaps_.end(), found_.gaps.begin(), found_.gaps.end());
    note_gaps_of(*before_, before_->name() + ": ", false);
    note_gaps_of(*after_, after_->name() + ": ", true);
  }

  void note_gaps_of(const DiffLook& look, const std::string& which, bool later) {
    for (const Gap& gap : look.gaps()) gaps_.push_back({gap.kind, which + gap.detail});
    for (const Gap& gap : look.head().gaps) {
      // Where only one namespace was recorded, the others were looked at for findings alone.
      const bool of_netns = gap.kind == GapKind::netns && (!look.head().scope || look.head().scope->all_netns);
      const bool of_rows = gap.kind == GapKind::dump || of_netns || gap.kind == GapKind::system ||
                           gap.kind == GapKind::recording || (gap.kind == GapKind::family && look.is_live());
      const bool of_owners = gap.kind == GapKind::owners && lacks_owners(later);
      if (of_rows || of_owners) gaps_.push_back({gap.kind, which + gap.detail});
    }
  }

  const Settings& settings_;
  const ListPlan& plan_;
  const DiffOperands& operands_;
  std::vector<TableRequest> tables_;
  std::vector<const Field*> columns_;
  bool all_netns_ = false, witnessed_ = false;
  std::unique_ptr<DiffLook> before_, after_;
  Differences found_;
  std::vector<const Change*> chosen_;
  std::array<std::size_t, change_kinds> counts_{};
  std::size_t grew_ = 0;
  std::vector<Gap> gaps_;
};

Status write(const Settings& settings, const std::string& text) {
  auto output = settings.output ? kernel::Output::to_file(*settings.output) : kernel::Output::to_stdout();
  if (!output) return output.error();
  if (const Status written = output->write(text); !written) return written;
  return output->commit();
}

ExitCode compare(const Settings& settings, const ListPlan& plan, const DiffOperands& operands, const Log& log) {
  Comparison comparison(settings, plan, operands);
  const auto compared = comparison.run();
  if (!compared) return fail(compared.error());
  if (const Problem& problem = *compared) return misuse(*problem);
  if (comparison.same_snapshot()) complain("both are the same snapshot: nothing was recorded between the two times");
  tell_gaps(comparison.gaps(), log);
  log.info("{} changes, {} gaps", comparison.count(), comparison.gaps().size());
  if (const Status written = write(settings, comparison.text()); !written) return fail(written.error());
  return settings.strict && !comparison.gaps().empty() ? ExitCode::incomplete : ExitCode::done;
}

}  // namespace

ExitCode tell_diff(const Settings& settings) {
  const auto log = Log::open(settings.log_level, settings.log_file);
  if (!log) return fail(log.error());
  const auto operands = read_diff_operands(settings.operands, settings.from);
  if (const auto* error = std::get_if<UsageError>(&operands)) return misuse(*error);
  const auto& words = std::get<DiffOperands>(operands);
  if (const Problem problem = refuse(settings, words)) return misuse(*problem);
  const Settings every = with_every_state(settings);
  kernel::HostNames resolver({.numeric = settings.numeric, .resolve = settings.resolve});
  auto plan = plan_list(every, resolver);
  if (const auto* error = std::get_if<UsageError>(&plan)) return misuse(*error);
  const auto& good = std::get<ListPlan>(plan);
  for (const std::string& warning : good.filter.warnings) complain("warning: " + escaped(warning));
  return compare(every, good, words, *log);
}

}  // namespace skq::cli
