// The list of metrics, for the man page and for programs.
#include <fmt/format.h>

#include <string>

#include "cli/generate.h"
#include "skq/metrics.h"

namespace skq::cli {
namespace {

std::string labels_of(const MetricInfo& metric) {
  std::string out;
  for (const char c : metric.labels) c == ' ' ? void(out += " , ") : void(out += c);
  return out;
}

}  // namespace

std::string man_metrics() {
  std::string out = ".Bl -tag -width Ds\n";
  for (const MetricInfo& metric : all_metrics()) {
    out += fmt::format(".It Cm {}", metric.name);
    if (!metric.labels.empty()) out += fmt::format(" Brq Ar {}", labels_of(metric));
    out += fmt::format("\n{}{}{}.\n{}.\nSource: {}.\n", metric.type == MetricType::counter ? "Counter" : "Gauge",
                       metric.unit.empty() ? "" : ", in ", metric.unit, metric.help, metric.source);
  }
  return out + ".El\n";
}

std::string metric_lines() {
  std::string out;
  for (const MetricInfo& metric : all_metrics())
    out += fmt::format("{}\t{}\t{}\t{}\n", metric.name, to_text(metric.type), metric.unit, metric.labels);
  return out;
}

}  // namespace skq::cli
