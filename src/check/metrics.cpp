// The table of metrics: every number that `skq check` can tell, and what is asked of the kernel for it.
#include <array>
#include <vector>

#include "base/nearest_word.h"
#include "base/text_escape.h"
#include "model/derived.h"
#include "skq/check.h"

namespace skq {
namespace {

constexpr StateSet every_state = ~StateSet();
// Neither time-wait nor syn-recv sockets are more than small records without buffers (net/ipv4/inet_diag.c).
constexpr StateSet with_buffers = ~StateSet(State::listen, State::time_wait, State::syn_recv);
constexpr StateSet sending{State::established, State::syn_sent, State::fin_wait_1,
                           State::close_wait,  State::last_ack, State::closing};
constexpr NetidSet tcp{Netid::tcp};
constexpr NetidSet every_kind = ~NetidSet();
constexpr NetidSet unix_kinds{Netid::u_str, Netid::u_dgr, Netid::u_seq};
constexpr NetidSet inet_kinds{Netid::tcp, Netid::udp, Netid::raw, Netid::mptcp, Netid::sctp, Netid::dccp};
constexpr NetidSet packet_kinds{Netid::p_raw, Netid::p_dgr};
constexpr NetidSet netlink_kind{Netid::nl};

/// As it is charged: a message between unix sockets to its sender alone, so none counts twice.
std::optional<double> held_memory(const Socket& socket) {
  const auto sent = send_mem(socket);
  const auto received = socket.memory.at(MemoryItem::rmem_alloc);
  if (!sent && !received) return std::nullopt;
  return static_cast<double>(sent ? sent->value : 0) + static_cast<double>(received.value_or(0));
}

/// Timer 1 is that of retransmission; the others count probes in the same place (inet_sk_diag_fill()).
bool retransmits(const Socket& socket) {
  const InetPart* part = socket.inet();
  return part != nullptr && part->timer == 1 && part->retransmits > 0;
}

constexpr std::array rows{
    CheckMetric{.name = "stuck",
                .help = "critical findings of skq why: who waits or is refused now",
                .kind = CheckKind::findings,
                .noun = "finding",
                .critical = "0"},
    CheckMetric{.name = "accept-fill",
                .help = "waiting connections of the fullest listener",
                .kind = CheckKind::largest,
                .unit = CheckUnit::percent,
                .field = "accept_fill",
                .kinds = NetidSet(Netid::u_str, Netid::u_seq, Netid::tcp, Netid::mptcp, Netid::sctp),
                .states = StateSet(State::listen),
                .noun = "listener",
                .warning = "@80:",
                .critical = "@100:",
                .needs_some = true},
    CheckMetric{.name = "send-fill",
                .help = "the fullest send buffer, of its limit",
                .kind = CheckKind::largest,
                .unit = CheckUnit::percent,
                .field = "send_fill",
                .kinds = unix_kinds | inet_kinds | packet_kinds,
                .states = with_buffers,
                .warning = "@80:",
                .critical = "@100:"},
    CheckMetric{.name = "recv-fill",
                .help = "the fullest receive buffer, of its limit",
                .kind = CheckKind::largest,
                .unit = CheckUnit::percent,
                .field = "recv_fill",
                .kinds = NetidSet(Netid::u_str, Netid::u_seq) | inet_kinds | packet_kinds | netlink_kind,
                .states = with_buffers,
                .warning = "@80:",
                .critical = "@100:"},
    CheckMetric{.name = "dgram-fill",
                .help = "the fullest unix datagram queue, where known",
                .kind = CheckKind::largest,
                .unit = CheckUnit::percent,
                .field = "dgram_fill",
                .kinds = NetidSet(Netid::u_dgr),
                .states = every_state,
                .warning = "@80:",
                .critical = "@100:",
                .needs_some = true},
    CheckMetric{
        .name = "count", .help = "sockets, those that skq would list", .kind = CheckKind::number, .kinds = every_kind},
    CheckMetric{.name = "close-wait",
                .help = "TCP sockets that the peer closed and nobody here did",
                .kind = CheckKind::number,
                .kinds = tcp,
                .states = StateSet(State::close_wait)},
    CheckMetric{.name = "time-wait",
                .help = "TCP sockets in TIME-WAIT",
                .kind = CheckKind::number,
                .kinds = tcp,
                .states = StateSet(State::time_wait)},
    CheckMetric{.name = "syn-recv",
                .help = "TCP connections that are not yet complete",
                .kind = CheckKind::number,
                .kinds = tcp,
                .states = StateSet(State::syn_recv)},
    CheckMetric{.name = "retrans",
                .help = "TCP sockets that wait for a retransmission to arrive",
                .kind = CheckKind::number,
                .counts = retransmits,
                .kinds = tcp,
                .states = sending},
    CheckMetric{.name = "drops",
                .help = "what the sockets that live now have dropped",
                .kind = CheckKind::total,
                .field = "drops",
                .kinds = inet_kinds | packet_kinds | netlink_kind,
                .states = ~StateSet(State::time_wait, State::syn_recv)},
    CheckMetric{.name = "memory",
                .help = "bytes of data that sockets hold, sent and received",
                .kind = CheckKind::total,
                .unit = CheckUnit::bytes,
                .value = held_memory,
                .kinds = every_kind,
                .states = with_buffers,
                .needs = NeedSet(Need::memory)},
    CheckMetric{.name = "tcp-memory",
                .help = "the host's TCP memory, of the limit in tcp_mem",
                .kind = CheckKind::system,
                .unit = CheckUnit::percent,
                .warning = "@80:",
                .critical = "@95:"},
    CheckMetric{.name = "udp-memory",
                .help = "the host's UDP memory, of the limit in udp_mem",
                .kind = CheckKind::system,
                .unit = CheckUnit::percent,
                .warning = "@80:",
                .critical = "@95:"},
    CheckMetric{.name = "orphans", .help = "the host's TCP sockets that no process holds", .kind = CheckKind::system},
};

}  // namespace

std::span<const CheckMetric> check_metrics() { return rows; }

const CheckMetric* find_check_metric(std::string_view name) {
  for (const CheckMetric& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

std::string unknown_check_metric(std::string_view name) {
  std::vector<std::string_view> names;
  for (const CheckMetric& row : rows) names.push_back(row.name);
  const std::string_view near = nearest_word(name, names);
  std::string text = "unknown metric '" + escaped(name.substr(0, 40)) + "'";
  if (!near.empty()) text += "; did you mean " + std::string(near) + "?";
  return text;
}

NeedSet needs_of(const CheckMetric& metric) {
  const Field* const field = find_field(metric.field);
  return field == nullptr ? metric.needs : metric.needs | field->needs;
}

}  // namespace skq
