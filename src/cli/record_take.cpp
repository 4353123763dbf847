#include "cli/record_take.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "cli/command_parts.h"
#include "cli/open_source.h"
#include "model/derived.h"
#include "skq/diagnose.h"
#include "skq/render_findings.h"

namespace skq::cli {
namespace {

using Maybe = Result<std::unique_ptr<Taken>>;

void add_new(std::vector<Gap>& gaps, const std::vector<Gap>& more) {
  for (const Gap& gap : more)
    if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.push_back(gap);
}

/// A longer settle time than usual does not make anybody less stuck.
Patience patience_of(const Settings& settings) {
  Patience patience;
  if (settings.settle)
    patience.stuck_after_ns = std::min<std::int64_t>(std::llround(*settings.settle * 1e9), patience.stuck_after_ns);
  return patience;
}

/// Whether a row of a look at the whole host is one of those that were asked for.
class Chosen {
 public:
  Chosen(const RecordPlan& plan, std::uint64_t own_netns, TextContext& compared)
      : plan_(plan), own_netns_(own_netns), compared_(compared) {}

  bool operator()(const Socket& socket) const {
    const Settings& settings = plan_.settings;
    if (!settings.all_netns && !settings.net && socket.netns != nullptr && socket.netns->inode != own_netns_)
      return false;
    const auto asked = [&](const TableRequest& table) {
      return table.netid == socket.netid && table.family == socket.family && is_in(socket, table.states);
    };
    const auto& tables = plan_.list.tables;
    return std::any_of(tables.begin(), tables.end(), asked) && matches(plan_.list.filter, socket) &&
           (!plan_.list.where || matches(*plan_.list.where, socket, compared_));
  }

 private:
  const RecordPlan& plan_;
  std::uint64_t own_netns_;
  TextContext& compared_;
};

}  // namespace

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
  return taken;
}

// One look for both. What is recorded of it is what a look without findings would have recorded.
Maybe Taker::look_at_host(NameService& names) const {
  auto taken = std::make_unique<Taken>();
  auto source = open_host_source(plan_.settings);
  if (!source) return source.error();
  taken->source = std::move(*source);
  taken->host = std::make_unique<HostLook>();
  HostLook& look = *taken->host;
  const LookWishes also{.tables = plan_.list.tables, .needs = plan_.list.needs, .threads = plan_.settings.threads};
  if (const Status looked = cli::look_at_host(*taken->source, look, {}, also); !looked) return looked.error();
  taken->at = look.circumstances;
  taken->gaps = look.summary.gaps;
  TextContext compared = compared_text(plan_.settings, names);
  const Chosen chosen(plan_, taken->at.netns, compared);
  for (const auto* rows : {&look.sockets, &look.others})
    for (const Socket* socket : *rows)
      if (chosen(*socket)) taken->rows.push_back(socket);
  return taken;
}

Maybe Taker::take_with_findings(NameService& names, const Interruption& interruption) const {
  auto now = look_at_host(names);
  if (!now) return now;
  const Patience patience = patience_of(plan_.settings);
  std::unique_ptr<Taken> before;
  const auto judge = [&] { return diagnose((*now)->host->scene, before ? &before->host->scene : nullptr, patience); };
  Diagnosis diagnosis = judge();
  if (diagnosis.look_again_after_ns && patience.stuck_after_ns > 0) {
    const auto time =
        std::chrono::nanoseconds(std::clamp<std::int64_t>(*diagnosis.look_again_after_ns, 0, patience.stuck_after_ns));
    const auto woke = interruption.wait(-1, false, std::chrono::ceil<std::chrono::milliseconds>(time));
    if (woke == Interruption::Woke::interrupted) {
      (*now)->gaps.push_back({GapKind::activity, "interrupted before the second look: what needs time is not told"});
    } else {
      before = std::move(*now);
      now = look_at_host(names);
      if (!now) return now;
      diagnosis = judge();
    }
  }
  add_new((*now)->gaps, diagnosis.gaps);
  TextContext text = shown_text(plan_.settings, names);
  const std::vector<const Field*> fields = fields_of_look();
  for (const Finding& finding : diagnosis.findings)
    append_finding_json((*now)->findings.emplace_back(), finding, fields, text);
  return now;
}

Maybe Taker::take(NameService& names, const Interruption& interruption) const {
  if (!plan_.settings.record.findings) return take_rows(names);
  return take_with_findings(names, interruption);
}

}  // namespace skq::cli
