// What a look says in numbers for Prometheus: how many sockets of which kind, how full, which findings. Pure functions
// from a look to families of samples, and from those to text. However many sockets there are, the number of samples is
// bounded: no label holds a peer, an inode, a pid or an ephemeral port.
//
// To add a metric: one row in the table of src/metrics/metric_table.cpp, and its numbers in the file that fits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "skq/diagnose.h"
#include "skq/names.h"
#include "skq/snapshot.h"
#include "skq/socket.h"

namespace skq {

enum class MetricType : std::uint8_t { gauge, counter };
std::string_view to_text(MetricType type);

/// A row of the table of metrics. Its help never changes: the node exporter drops what two files tell differently.
struct MetricInfo {
  std::string_view name;
  MetricType type{};
  std::string_view unit;    ///< "bytes", "seconds", "ratio"; empty: a count
  std::string_view labels;  ///< their names, between blanks
  std::string_view help;    ///< one sentence, without a full stop
  std::string_view source;  ///< kernel file or field that it is made of
};
std::span<const MetricInfo> all_metrics();

struct MetricLabel {
  std::string_view name;
  std::string value;  ///< any bytes; the writer escapes what its format cannot hold
  bool operator==(const MetricLabel&) const = default;
};

struct MetricSample {
  std::vector<MetricLabel> labels;
  double value = 0;
};

/// A metric with its samples; never without any.
struct MetricFamily {
  const MetricInfo* info = nullptr;
  std::vector<MetricSample> samples;
};

/// A table of sockets that was looked at, and in which states.
struct CountedTable {
  Netid netid{};
  Family family{};
  StateSet states;
};

/// A number that the kernel keeps as `group` `name`: {"TcpExt", "ListenDrops", 3}, {"sysctl",
/// "net.ipv4.tcp_max_orphans", 8192}.
struct SystemNumber {
  std::string_view group, name;
  std::uint64_t value = 0;
};

/// Everything that the metrics are made of. Pointers and spans stay the asker's.
struct MetricsInput {
  std::string_view version;
  std::int64_t time_ns = 0;                ///< CLOCK_REALTIME when the look began that the sockets are of: the last one
  std::optional<double> duration_s;        ///< of all looks, and the waits between them
  std::span<const Socket* const> sockets;  ///< those that count, with their other ends where known
  std::span<const CountedTable> tables;    ///< of those: where there is none it is 0, not absent
  const Diagnosis* diagnosis = nullptr;    ///< null: nobody looked who is stuck
  std::span<const Gap> gaps;
  std::span<const SharedMemory> memory;
  std::span<const SystemNumber> system;
  PortRange ephemeral;             ///< listeners on these ports are told together
  std::size_t top_listeners = 20;  ///< and datagram receivers: so many by name, the fullest first; the others as one
};

/// In the order of the table.
std::vector<MetricFamily> metrics_of(const MetricsInput& input);

/// The text exposition format, version 0.0.4: always valid UTF-8, without timestamps.
void append_prometheus(std::string& out, std::span<const MetricFamily> families);

}  // namespace skq
