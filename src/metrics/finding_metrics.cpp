// What `skq why` found, by rule and severity. Where it looked every rule has its number, 0 too; where nobody looked
// there is none.
#include <algorithm>
#include <array>

#include "diagnose/rules.h"
#include "metrics/metric_table.h"

namespace skq::metrics {
namespace {

constexpr std::array severities{Severity::critical, Severity::warning, Severity::info};

void add_row(const Diagnosis& diagnosis, Rule rule, Severity severity, Exposition& to) {
  std::size_t findings = 0, sockets = 0;
  std::optional<double> oldest;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.rule != rule || finding.severity != severity) continue;
    ++findings;
    sockets += finding.sockets;
    if (finding.since_s) oldest = std::max(oldest.value_or(0), *finding.since_s);
  }
  const std::vector<MetricLabel> labels{label("rule", to_text(rule)), label("severity", to_text(severity))};
  to.add(Metric::findings, labels, static_cast<double>(findings));
  to.add(Metric::finding_sockets, labels, static_cast<double>(sockets));
  if (oldest) to.add(Metric::finding_oldest, labels, *oldest);
}

}  // namespace

void add_findings(const MetricsInput& input, Exposition& to) {
  if (input.diagnosis == nullptr) return;
  for (const diagnosing::RuleRow& row : diagnosing::all_rules())
    for (const Severity severity : severities) add_row(*input.diagnosis, row.rule, severity, to);
}

}  // namespace skq::metrics
