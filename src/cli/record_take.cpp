#include "cli/record_take.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/command_parts.h"
#include "cli/open_source.h"
#include "model/derived.h"
#include "skq/diagnose.h"
#include "skq/render_findings.h"

namespace skq::cli {
namespace {

using Maybe = Result<std::unique_ptr<Taken>>;

/// Whether a row of a look at the whole host is one of those that were asked for.
class Chosen {
 public:
  Chosen(const RecordPlan& plan, std::uint64_t own_netns, TextContext& compared)
      : plan_(plan), own_netns_(own_netns), compared_(compared) {}

  bool operator()(const Socket& socket) const {
    const Settings& settings = plan_.settings;
    if (!settings.all_netns && !settings.net && socket.netns != nullptr && socket.netns->inode != own_netns_)
      return false;
    return takes(plan_.list, socket, compared_);
  }

 private:
  const RecordPlan& plan_;
  std::uint64_t own_netns_;
  TextContext& compared_;
};

}  // namespace

void tell_whose_owners(std::vector<Gap>& gaps, const std::vector<const Socket*>& rows) {
  if (std::any_of(rows.begin(), rows.end(), [](const Socket* row) { return row->owners == nullptr; })) return;
  for (Gap& gap : gaps) {
    const std::size_t reason = gap.detail.find(" unknown: ");
    if (gap.kind != GapKind::owners || reason == std::string::npos) continue;
    gap.detail.insert(reason, ", none of them recorded, which findings rest on,");
  }
}

// What the kernel cannot list is a gap only of whom asked for it by name.
void Taker::sort_out_unlisted(Taken& taken) const {
  const NetidSet named = plan_.settings.tables.named;
  const auto is_gap = [&](const Gap& gap) {
    if (gap.kind != GapKind::family) return true;
    const std::string_view name = std::string_view(gap.detail).substr(0, gap.detail.find(':'));
    const auto& tables = plan_.list.tables;
    return std::any_of(tables.begin(), tables.end(), [&](const TableRequest& table) {
      const bool inet = family_of(table.netid) == Family::inet;
      return named.has(table.netid) && name == (inet ? to_text(table.netid) : to_text(table.family));
    });
  };
  const auto lacking = std::stable_partition(taken.gaps.begin(), taken.gaps.end(), is_gap);
  for (auto gap = lacking; gap != taken.gaps.end(); ++gap) taken.unlisted.push_back(std::move(gap->detail));
  taken.gaps.erase(lacking, taken.gaps.end());
}

Maybe Taker::take_rows(NameService& names) const {
  auto taken = std::make_unique<Taken>();
  auto source = open_source(plan_.settings);
  if (!source) return source.error();
  taken->source = std::move(*source);
  taken->at = taken->source->circumstances();
  auto gathered = gather(plan_.settings, plan_.list, names, *taken->source, taken->storage);
  if (!gathered) return gathered.error();
  taken->gaps = std::move(gathered->summary.gaps);
  taken->rows = std::move(gathered->rows);
  sort_out_unlisted(*taken);
  return taken;
}

// One look for both. What is recorded of it is what a look without findings would have recorded. It is another asker
// each time: a look of an hour ago says nothing about what lasts.
Maybe Taker::take_with_findings(NameService& names, const Interruption& interruption) const {
  auto taken = std::make_unique<Taken>();
  const auto settle = [&](std::chrono::nanoseconds time) {
    static_cast<void>(interruption.wait(-1, false, std::chrono::ceil<std::chrono::milliseconds>(time)));
    return interruption.signal();
  };
  const LookWishes also{.tables = plan_.list.tables, .needs = plan_.list.needs, .threads = plan_.settings.threads};
  taken->asker = std::make_unique<Asker>(plan_.settings, WhyTargets(), Asking{.wishes = also, .settle = settle});
  auto answer = taken->asker->ask();
  if (!answer) return answer.error();
  taken->at = answer->look->circumstances;
  taken->gaps = std::move(answer->gaps);
  sort_out_unlisted(*taken);
  TextContext compared = compared_text(plan_.settings, names);
  const Chosen chosen(plan_, taken->at.netns, compared);
  for (const auto* rows : {&answer->look->sockets, &answer->look->others})
    for (const Socket* socket : *rows)
      if (chosen(*socket)) taken->rows.push_back(socket);
  tell_whose_owners(taken->gaps, taken->rows);
  TextContext text = shown_text(plan_.settings, names);
  const std::vector<const Field*> fields = fields_of_look();
  const CommandLines command_lines = plan_.records("cmdline") ? CommandLines::told : CommandLines::left_out;
  for (const Finding& finding : answer->diagnosis.findings)
    append_finding_json(taken->findings.emplace_back(), finding, fields, text, command_lines);
  return taken;
}

Maybe Taker::take(NameService& names, const Interruption& interruption) const {
  if (!plan_.settings.record.findings) return take_rows(names);
  return take_with_findings(names, interruption);
}

}  // namespace skq::cli
