// What the system as a whole says: shared memory, limits, and counters that only grow.
#include <array>
#include <optional>

#include "metrics/metric_table.h"

namespace skq::metrics {
namespace {

/// A number that is told as it is.
struct Row {
  Metric metric;
  std::string_view group, name;
  std::string_view family = {};  ///< its label, where it has one
  double scale = 1;
};

// Names: net/ipv4/proc.c; "sysctl" are files below /proc/sys.
constexpr std::array rows{
    Row{Metric::orphans, "TCP", "orphan"},
    Row{Metric::orphans_limit, "sysctl", "net.ipv4.tcp_max_orphans"},
    Row{Metric::time_wait, "TCP", "tw"},
    Row{Metric::time_wait_limit, "sysctl", "net.ipv4.tcp_max_tw_buckets"},
    Row{Metric::listen_overflows, "TcpExt", "ListenOverflows"},
    Row{Metric::listen_drops, "TcpExt", "ListenDrops"},
    Row{Metric::syn_drops, "TcpExt", "TCPReqQFullDrop"},
    Row{Metric::receive_prunes, "TcpExt", "PruneCalled"},
    Row{Metric::receive_queue_drops, "TcpExt", "TCPRcvQDrop"},
    Row{Metric::backlog_drops, "TcpExt", "TCPBacklogDrop"},
    Row{Metric::zero_windows, "TcpExt", "TCPToZeroWindowAdv"},
    Row{Metric::memory_aborts, "TcpExt", "TCPAbortOnMemory"},
    Row{Metric::pressures, "TcpExt", "TCPMemoryPressures"},
    Row{Metric::pressure_seconds, "TcpExt", "TCPMemoryPressuresChrono", {}, 1e-3},  // milliseconds
    Row{Metric::time_wait_overflows, "TcpExt", "TCPTimeWaitOverflow"},
    Row{Metric::udp_receive_errors, "Udp", "InErrors", "inet"},
    Row{Metric::udp_receive_errors, "Udp6", "InErrors", "inet6"},
    Row{Metric::udp_receive_buffer_errors, "Udp", "RcvbufErrors", "inet"},
    Row{Metric::udp_receive_buffer_errors, "Udp6", "RcvbufErrors", "inet6"},
    Row{Metric::udp_send_buffer_errors, "Udp", "SndbufErrors", "inet"},
    Row{Metric::udp_send_buffer_errors, "Udp6", "SndbufErrors", "inet6"},
    Row{Metric::udp_memory_errors, "Udp", "MemErrors", "inet"},
    Row{Metric::udp_memory_errors, "Udp6", "MemErrors", "inet6"},
};

std::optional<std::uint64_t> find(const MetricsInput& input, const Row& row) {
  for (const SystemNumber& number : input.system)
    if (number.group == row.group && number.name == row.name) return number.value;
  return std::nullopt;
}

void add_pages(Metric metric, const SharedMemory& memory, std::optional<std::uint64_t> pages, Exposition& to) {
  if (!pages || memory.page_size == 0) return;
  to.add(metric, {label("proto", memory.protocol)},
         static_cast<double>(*pages) * static_cast<double>(memory.page_size));
}

}  // namespace

void add_system(const MetricsInput& input, Exposition& to) {
  for (const SharedMemory& memory : input.memory) {
    add_pages(Metric::memory, memory, memory.pages, to);
    add_pages(Metric::memory_pressure, memory, memory.pressure, to);
    add_pages(Metric::memory_limit, memory, memory.limit, to);
  }
  for (const Row& row : rows) {
    const auto value = find(input, row);
    if (!value) continue;
    std::vector<MetricLabel> labels;
    if (!row.family.empty()) labels.push_back(label("family", row.family));
    to.add(row.metric, std::move(labels), static_cast<double>(*value) * row.scale);
  }
}

}  // namespace skq::metrics
