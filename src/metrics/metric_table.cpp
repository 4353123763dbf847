// The table of metrics. Names and units follow Prometheus: base units, _total for what only grows; sums over sockets
// that are alive are gauges, for sockets die.
#include "metrics/metric_table.h"

#include <algorithm>
#include <array>

namespace skq {
namespace {

using enum MetricType;

constexpr std::string_view meminfo = "SK_MEMINFO";
constexpr std::string_view dump = "sock_diag(7)";
constexpr std::string_view netstat = "/proc/net/netstat";
constexpr std::string_view snmp = "/proc/net/snmp, snmp6";

constexpr std::array<MetricInfo, static_cast<std::size_t>(metrics::Metric::count)> table{{
    {"skq_build_info", gauge, "", "version", "Version of the skq that made these metrics; always 1", "skq"},
    {"skq_snapshot_timestamp_seconds", gauge, "seconds", "",
     "When the look began that these numbers are of; where two were needed, the second", "CLOCK_REALTIME"},
    {"skq_snapshot_duration_seconds", gauge, "seconds", "",
     "How long these numbers took to make; where two looks were needed, both and the wait between", "CLOCK_MONOTONIC"},
    {"skq_snapshot_complete", gauge, "", "", "1 when nothing is missing from these numbers, else 0", "skq_gaps"},
    {"skq_gaps", gauge, "", "kind",
     "What is missing from these numbers, by kind: family, dump, pending, owners, mark, events, system, netns, "
     "activity "
     "or recording; skq -J tells each",
     "skq"},
    {"skq_sockets", gauge, "", "family proto state", "Sockets", dump},
    {"skq_receive_queue_bytes", gauge, "bytes", "family proto state",
     "Recv-Q of sockets that do not listen: for tcp and unix bytes not yet read, for udp and raw the memory they take",
     dump},
    {"skq_send_queue_bytes", gauge, "bytes", "family proto state",
     "Send-Q of sockets that do not listen: for tcp bytes not yet acknowledged, else the memory charged to the sender",
     dump},
    {"skq_send_memory_bytes", gauge, "bytes", "family proto", "Memory that is compared with the limit of who sends",
     "field send_mem"},
    {"skq_receive_memory_bytes", gauge, "bytes", "family proto",
     "Memory of data not yet read; none for unix, where the sender is charged", meminfo},
    {"skq_forward_memory_bytes", gauge, "bytes", "family proto", "Memory reserved ahead of use", meminfo},
    {"skq_fill_sockets", gauge, "", "family proto side fill",
     "Sockets whose send or receive side is at least that full, as a ratio of the limit that blocks",
     "fields send_fill, recv_fill"},
    {"skq_fill_fullest_ratio", gauge, "ratio", "family proto side",
     "Fill of the fullest socket of that kind; may exceed 1", "fields send_fill, recv_fill"},
    {"skq_drops", gauge, "", "family proto",
     "Drops that the sockets alive now have counted; falls when one of them is closed", meminfo},
    {"skq_listeners", gauge, "", "family proto", "Listening sockets with a known queue", dump},
    {"skq_listen_queue_length", gauge, "", "family proto listener", "Connections that wait to be accepted",
     "field accept_queue"},
    {"skq_listen_queue_limit", gauge, "", "family proto listener", "How many fit: the backlog and one more",
     "field accept_limit"},
    {"skq_listen_queue_fill_ratio", gauge, "ratio", "family proto listener",
     "Length against limit; of several sockets on one address the fullest", "field accept_fill"},
    {"skq_listen_queue_fullest_ratio", gauge, "ratio", "family proto", "Fill of the fullest listener of that kind",
     "field accept_fill"},
    {"skq_dgram_queue_length", gauge, "", "family proto receiver",
     "Datagrams that wait to be received from a named unix socket; absent without BPF", "field dgram_queue"},
    {"skq_dgram_queue_limit", gauge, "", "family proto receiver",
     "How many fit; absent where the receiver is connected", "field dgram_limit"},
    {"skq_dgram_queue_fill_ratio", gauge, "ratio", "family proto receiver",
     "Length against limit; of several sockets of one name the fullest", "field dgram_fill"},
    {"skq_findings", gauge, "", "rule severity", "Findings of skq why", "skq why"},
    {"skq_finding_sockets", gauge, "", "rule severity", "Sockets that the findings stand for", "skq why"},
    {"skq_finding_oldest_seconds", gauge, "seconds", "rule severity", "The longest wait that is known among them",
     "skq why"},
    {"skq_memory_bytes", gauge, "bytes", "proto", "Memory of all sockets of that protocol, of the whole host",
     "/proc/net/sockstat"},
    {"skq_memory_pressure_bytes", gauge, "bytes", "proto", "Above that the kernel saves memory",
     "/proc/sys/net/ipv4/tcp_mem, udp_mem"},
    {"skq_memory_limit_bytes", gauge, "bytes", "proto", "Above that the kernel refuses memory",
     "/proc/sys/net/ipv4/tcp_mem, udp_mem"},
    {"skq_tcp_orphans", gauge, "", "", "TCP sockets that no process holds any more, of the whole host",
     "/proc/net/sockstat"},
    {"skq_tcp_orphans_limit", gauge, "", "", "Above that they are cut", "/proc/sys/net/ipv4/tcp_max_orphans"},
    {"skq_tcp_time_wait", gauge, "", "", "TCP sockets in TIME-WAIT", "/proc/net/sockstat"},
    {"skq_tcp_time_wait_limit", gauge, "", "", "Above that they are left out", "/proc/sys/net/ipv4/tcp_max_tw_buckets"},
    {"skq_tcp_listen_overflows_total", counter, "", "", "Connections refused because the accept queue was full",
     netstat},
    {"skq_tcp_listen_drops_total", counter, "", "", "Connections lost at a listener, for whatever reason", netstat},
    {"skq_tcp_syn_drops_total", counter, "", "", "SYNs dropped because of too many half-open connections", netstat},
    {"skq_tcp_receive_prunes_total", counter, "", "", "Receive buffers over their limit that had to be squeezed",
     netstat},
    {"skq_tcp_receive_queue_drops_total", counter, "", "", "Packets dropped for want of memory for the receive queue",
     netstat},
    {"skq_tcp_backlog_drops_total", counter, "", "",
     "Packets dropped because too many came while the process held the socket", netstat},
    {"skq_tcp_zero_windows_total", counter, "", "", "Times that this host closed its window: a process does not read",
     netstat},
    {"skq_tcp_memory_aborts_total", counter, "", "", "Connections cut for want of memory or for too many orphans",
     netstat},
    {"skq_tcp_memory_pressures_total", counter, "", "", "Times that TCP came under memory pressure", netstat},
    {"skq_tcp_memory_pressure_seconds_total", counter, "seconds", "", "Time spent under it", netstat},
    {"skq_tcp_time_wait_overflows_total", counter, "", "", "TIME-WAIT sockets left out because of too many", netstat},
    {"skq_udp_receive_errors_total", counter, "", "family", "Datagrams received and not delivered, for whatever reason",
     snmp},
    {"skq_udp_receive_buffer_errors_total", counter, "", "family", "Of these: the receive buffer was full", snmp},
    {"skq_udp_send_buffer_errors_total", counter, "", "family", "Datagrams not sent because the send buffer was full",
     snmp},
    {"skq_udp_memory_errors_total", counter, "", "family", "Datagrams received and dropped for want of UDP memory",
     snmp},
}};

static_assert(std::none_of(table.begin(), table.end(), [](const MetricInfo& row) { return row.name.empty(); }));

}  // namespace

std::string_view to_text(MetricType type) { return type == counter ? "counter" : "gauge"; }
std::span<const MetricInfo> all_metrics() { return table; }

namespace metrics {

const MetricInfo& info_of(Metric metric) { return table[static_cast<std::size_t>(metric)]; }

std::vector<MetricFamily> Exposition::take() {
  for (std::size_t at = 0; at < families_.size(); ++at) families_[at].info = &info_of(static_cast<Metric>(at));
  std::erase_if(families_, [](const MetricFamily& family) { return family.samples.empty(); });
  return std::move(families_);
}

}  // namespace metrics
}  // namespace skq
