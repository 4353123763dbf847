// The metrics by a name that a compiler checks, and the families while they are filled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "skq/metrics.h"

namespace skq::metrics {

/// In the order of the table in metric_table.cpp.
enum class Metric : std::uint8_t {
  build_info,
  snapshot_timestamp,
  snapshot_duration,
  snapshot_complete,
  gaps,
  sockets,
  receive_queue,
  send_queue,
  send_memory,
  receive_memory,
  forward_memory,
  fill_sockets,
  fill_fullest,
  drops,
  listeners,
  listen_length,
  listen_limit,
  listen_fill,
  listen_fullest,
  dgram_length,
  dgram_limit,
  dgram_fill,
  findings,
  finding_sockets,
  finding_oldest,
  memory,
  memory_pressure,
  memory_limit,
  orphans,
  orphans_limit,
  time_wait,
  time_wait_limit,
  listen_overflows,
  listen_drops,
  syn_drops,
  receive_prunes,
  receive_queue_drops,
  backlog_drops,
  zero_windows,
  memory_aborts,
  pressures,
  pressure_seconds,
  time_wait_overflows,
  udp_receive_errors,
  udp_receive_buffer_errors,
  udp_send_buffer_errors,
  udp_memory_errors,
  count
};

const MetricInfo& info_of(Metric metric);

/// The families, empty ones too, until all have had their say.
class Exposition {
 public:
  Exposition() : families_(static_cast<std::size_t>(Metric::count)) {}

  void add(Metric metric, std::vector<MetricLabel> labels, double value) {
    families_[static_cast<std::size_t>(metric)].samples.push_back({std::move(labels), value});
  }
  void add(Metric metric, double value) { add(metric, {}, value); }

  /// Without the empty ones.
  std::vector<MetricFamily> take();

 private:
  std::vector<MetricFamily> families_;
};

/// A label whose text is a constant.
inline MetricLabel label(std::string_view name, std::string_view value) { return {name, std::string(value)}; }

// Each adds what it knows of.
void add_sockets(const MetricsInput& input, Exposition& to);    // socket_metrics.cpp
void add_listeners(const MetricsInput& input, Exposition& to);  // listener_metrics.cpp
void add_findings(const MetricsInput& input, Exposition& to);   // finding_metrics.cpp
void add_system(const MetricsInput& input, Exposition& to);     // system_metrics.cpp

}  // namespace skq::metrics
