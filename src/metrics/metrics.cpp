#include "skq/metrics.h"

#include <algorithm>

#include "metrics/metric_table.h"

namespace skq {
namespace {

using metrics::Exposition;
using metrics::Metric;

void add_snapshot(const MetricsInput& input, Exposition& to) {
  to.add(Metric::build_info, {metrics::label("version", input.version)}, 1);
  to.add(Metric::snapshot_timestamp, static_cast<double>(input.time_ns / 1'000'000) / 1e3);
  if (input.duration_s) to.add(Metric::snapshot_duration, *input.duration_s);
  to.add(Metric::snapshot_complete, input.gaps.empty() ? 1 : 0);
  for (auto kind = GapKind::family; !to_text(kind).empty();
       kind = static_cast<GapKind>(static_cast<std::uint8_t>(kind) + 1)) {
    const auto count =
        std::count_if(input.gaps.begin(), input.gaps.end(), [&](const Gap& gap) { return gap.kind == kind; });
    to.add(Metric::gaps, {metrics::label("kind", to_text(kind))}, static_cast<double>(count));
  }
}

}  // namespace

std::vector<MetricFamily> metrics_of(const MetricsInput& input) {
  Exposition to;
  add_snapshot(input, to);
  metrics::add_sockets(input, to);
  metrics::add_listeners(input, to);
  metrics::add_findings(input, to);
  metrics::add_system(input, to);
  return to.take();
}

}  // namespace skq
