// struct tcp_info as a table: every member of Linux 6.18 by its place in the bytes, so that a struct of any length,
// from an older or a newer kernel, gives exactly the members that it holds.
//
// To add a member of a newer kernel: one row in the table. A field of the catalogue may be made of each row.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace skq::model {

enum class TcpInfoUnit : std::uint8_t { none, count, segments, bytes, bytes_per_second, micros, millis, flag };

struct TcpInfoMember {
  std::string_view name;  ///< without the prefix tcpi_
  std::uint16_t offset = 0;
  std::uint8_t size = 0;       ///< in bytes: 1, 2, 4 or 8
  std::uint8_t bit = 0;        ///< bit field: its lowest bit as a little-endian machine counts
  std::uint8_t bit_width = 0;  ///< 0: not a bit field
  TcpInfoUnit unit{};
  std::string_view help;    ///< one sentence
  std::string_view source;  ///< the kernel's variable; all are copied in net/ipv4/tcp.c, tcp_get_info
};

/// In the order of the struct (include/uapi/linux/tcp.h): offset, size, then bit and width of bit fields.
inline constexpr auto tcp_info_members = std::to_array<TcpInfoMember>({
    {"state", 0, 1, 0, 0, TcpInfoUnit::none, "State of the connection, in the kernel's numbers.", "inet_sk_state_load"},
    {"ca_state", 1, 1, 0, 0, TcpInfoUnit::none,
     "State of congestion control: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss.",
     "inet_connection_sock.icsk_ca_state"},
    {"retransmits", 2, 1, 0, 0, TcpInfoUnit::count, "Timeouts in a row without an answer.",
     "inet_connection_sock.icsk_retransmits"},
    {"probes", 3, 1, 0, 0, TcpInfoUnit::count, "Zero-window or keepalive probes in a row without an answer.",
     "inet_connection_sock.icsk_probes_out"},
    {"backoff", 4, 1, 0, 0, TcpInfoUnit::count, "How often the retransmission or probe timer was doubled.",
     "inet_connection_sock.icsk_backoff"},
    {"options", 5, 1, 0, 0, TcpInfoUnit::none,
     "Negotiated options as bits: 1 timestamps, 2 SACK, 4 window scaling, 8 ECN, 16 ECN seen, 32 data in SYN, 64 "
     "timestamps in microseconds, 128 child of a Fast Open.",
     "tcp_options_received"},
    {"snd_wscale", 6, 1, 0, 4, TcpInfoUnit::count, "Shift of the windows that the peer announces.",
     "tcp_options_received.snd_wscale"},
    {"rcv_wscale", 6, 1, 4, 4, TcpInfoUnit::count, "Shift of the windows that we announce.",
     "tcp_options_received.rcv_wscale"},
    {"delivery_rate_app_limited", 7, 1, 0, 1, TcpInfoUnit::flag,
     "The delivery rate was measured while the sender had nothing to send.", "tcp_sock.rate_app_limited"},
    {"fastopen_client_fail", 7, 1, 1, 2, TcpInfoUnit::none,
     "Why Fast Open did not work: 0 unknown, 1 no cookie, 2 data not acknowledged, 3 SYN retransmitted.",
     "tcp_sock.fastopen_client_fail"},
    {"rto", 8, 4, 0, 0, TcpInfoUnit::micros, "Retransmission timeout.", "inet_connection_sock.icsk_rto"},
    {"ato", 12, 4, 0, 0, TcpInfoUnit::micros, "Timeout of the delayed acknowledgement.",
     "inet_connection_sock.icsk_ack.ato"},
    {"snd_mss", 16, 4, 0, 0, TcpInfoUnit::bytes, "Largest segment that we send.", "tcp_sock.mss_cache"},
    {"rcv_mss", 20, 4, 0, 0, TcpInfoUnit::bytes, "Largest segment that we think the peer sends.",
     "inet_connection_sock.icsk_ack.rcv_mss"},
    {"unacked", 24, 4, 0, 0, TcpInfoUnit::segments,
     "Segments sent and not acknowledged; on a listener the connections that wait for accept.", "tcp_sock.packets_out"},
    {"sacked", 28, 4, 0, 0, TcpInfoUnit::segments,
     "Segments that the peer holds out of order; on a listener its backlog.", "tcp_sock.sacked_out"},
    {"lost", 32, 4, 0, 0, TcpInfoUnit::segments, "Segments that are taken for lost.", "tcp_sock.lost_out"},
    {"retrans", 36, 4, 0, 0, TcpInfoUnit::segments, "Retransmitted segments that are not acknowledged yet.",
     "tcp_sock.retrans_out"},
    {"fackets", 40, 4, 0, 0, TcpInfoUnit::segments, "Not used since Linux 4.15: 0.", "none"},
    {"last_data_sent", 44, 4, 0, 0, TcpInfoUnit::millis, "Time since data was last sent.", "tcp_sock.lsndtime"},
    {"last_ack_sent", 48, 4, 0, 0, TcpInfoUnit::millis, "Not remembered by the kernel: 0.", "none"},
    {"last_data_recv", 52, 4, 0, 0, TcpInfoUnit::millis, "Time since data last came.",
     "inet_connection_sock.icsk_ack.lrcvtime"},
    {"last_ack_recv", 56, 4, 0, 0, TcpInfoUnit::millis, "Time since an acknowledgement last came.",
     "tcp_sock.rcv_tstamp"},
    {"pmtu", 60, 4, 0, 0, TcpInfoUnit::bytes, "Largest packet that the path takes.",
     "inet_connection_sock.icsk_pmtu_cookie"},
    {"rcv_ssthresh", 64, 4, 0, 0, TcpInfoUnit::bytes, "Window that we are ready to announce at present.",
     "tcp_sock.rcv_ssthresh"},
    {"rtt", 68, 4, 0, 0, TcpInfoUnit::micros, "Smoothed round-trip time.", "tcp_sock.srtt_us"},
    {"rttvar", 72, 4, 0, 0, TcpInfoUnit::micros, "Mean deviation of the round-trip time.", "tcp_sock.mdev_us"},
    {"snd_ssthresh", 76, 4, 0, 0, TcpInfoUnit::segments,
     "Congestion window at which slow start ends; 2147483647 until the first loss.", "tcp_sock.snd_ssthresh"},
    {"snd_cwnd", 80, 4, 0, 0, TcpInfoUnit::segments, "Congestion window.", "tcp_sock.snd_cwnd"},
    {"advmss", 84, 4, 0, 0, TcpInfoUnit::bytes, "Segment size that we announced to the peer.", "tcp_sock.advmss"},
    {"reordering", 88, 4, 0, 0, TcpInfoUnit::segments, "How far segments are expected to overtake each other.",
     "tcp_sock.reordering"},
    {"rcv_rtt", 92, 4, 0, 0, TcpInfoUnit::micros, "Round-trip time as the receiver estimates it.",
     "tcp_sock.rcv_rtt_est.rtt_us"},
    {"rcv_space", 96, 4, 0, 0, TcpInfoUnit::bytes,
     "What the application reads in one round-trip time, by which the receive buffer grows.",
     "tcp_sock.rcvq_space.space"},
    {"total_retrans", 100, 4, 0, 0, TcpInfoUnit::segments, "Segments retransmitted since the connection began.",
     "tcp_sock.total_retrans"},
    {"pacing_rate", 104, 8, 0, 0, TcpInfoUnit::bytes_per_second,
     "Rate at which sending is spread out; all ones is no limit.", "sock.sk_pacing_rate"},
    {"max_pacing_rate", 112, 8, 0, 0, TcpInfoUnit::bytes_per_second,
     "Highest pacing rate allowed; all ones is no limit.", "sock.sk_max_pacing_rate"},
    {"bytes_acked", 120, 8, 0, 0, TcpInfoUnit::bytes, "Payload that the peer acknowledged.", "tcp_sock.bytes_acked"},
    {"bytes_received", 128, 8, 0, 0, TcpInfoUnit::bytes, "Payload that we acknowledged.", "tcp_sock.bytes_received"},
    {"segs_out", 136, 4, 0, 0, TcpInfoUnit::segments, "Segments sent, also those without data.", "tcp_sock.segs_out"},
    {"segs_in", 140, 4, 0, 0, TcpInfoUnit::segments, "Segments received, also those without data.", "tcp_sock.segs_in"},
    {"notsent_bytes", 144, 4, 0, 0, TcpInfoUnit::bytes,
     "Payload written by the application and not sent for the first time.", "tcp_sock.write_seq - tcp_sock.snd_nxt"},
    {"min_rtt", 148, 4, 0, 0, TcpInfoUnit::micros,
     "Smallest round-trip time of the last minutes; absent until one was measured.", "tcp_sock.rtt_min"},
    {"data_segs_in", 152, 4, 0, 0, TcpInfoUnit::segments, "Segments with data received.", "tcp_sock.data_segs_in"},
    {"data_segs_out", 156, 4, 0, 0, TcpInfoUnit::segments, "Segments with data sent.", "tcp_sock.data_segs_out"},
    {"delivery_rate", 160, 8, 0, 0, TcpInfoUnit::bytes_per_second, "Rate at which the peer lately got data.",
     "tcp_compute_delivery_rate"},
    {"busy_time", 168, 8, 0, 0, TcpInfoUnit::micros, "Time with data to send or unacknowledged.",
     "tcp_sock.chrono_stat"},
    {"rwnd_limited", 176, 8, 0, 0, TcpInfoUnit::micros, "Time in which the peer's receive window held sending back.",
     "tcp_sock.chrono_stat[TCP_CHRONO_RWND_LIMITED]"},
    {"sndbuf_limited", 184, 8, 0, 0, TcpInfoUnit::micros, "Time in which our own send buffer held sending back.",
     "tcp_sock.chrono_stat[TCP_CHRONO_SNDBUF_LIMITED]"},
    {"delivered", 192, 4, 0, 0, TcpInfoUnit::segments, "Segments that the peer got, out-of-order ones included.",
     "tcp_sock.delivered"},
    {"delivered_ce", 196, 4, 0, 0, TcpInfoUnit::segments, "Delivered segments that were marked for congestion.",
     "tcp_sock.delivered_ce"},
    {"bytes_sent", 200, 8, 0, 0, TcpInfoUnit::bytes, "Payload sent, retransmissions included.", "tcp_sock.bytes_sent"},
    {"bytes_retrans", 208, 8, 0, 0, TcpInfoUnit::bytes, "Payload retransmitted.", "tcp_sock.bytes_retrans"},
    {"dsack_dups", 216, 4, 0, 0, TcpInfoUnit::segments, "Duplicates that the peer reported.", "tcp_sock.dsack_dups"},
    {"reord_seen", 220, 4, 0, 0, TcpInfoUnit::count, "How often reordering was seen.", "tcp_sock.reord_seen"},
    {"rcv_ooopack", 224, 4, 0, 0, TcpInfoUnit::segments, "Segments that came out of order.", "tcp_sock.rcv_ooopack"},
    {"snd_wnd", 228, 4, 0, 0, TcpInfoUnit::bytes, "Receive window that the peer announces; 0: the peer does not read.",
     "tcp_sock.snd_wnd"},
    {"rcv_wnd", 232, 4, 0, 0, TcpInfoUnit::bytes, "Receive window that we announce.", "tcp_sock.rcv_wnd"},
    {"rehash", 236, 4, 0, 0, TcpInfoUnit::count,
     "How often another path was tried, after timeouts or by load balancing.",
     "tcp_sock.timeout_rehash + tcp_sock.plb_rehash"},
    {"total_rto", 240, 2, 0, 0, TcpInfoUnit::count, "Retransmission timeouts since the connection began.",
     "tcp_sock.total_rto"},
    {"total_rto_recoveries", 242, 2, 0, 0, TcpInfoUnit::count, "Recoveries after such timeouts.",
     "tcp_sock.total_rto_recoveries"},
    {"total_rto_time", 244, 4, 0, 0, TcpInfoUnit::millis, "Time spent in those recoveries.", "tcp_sock.total_rto_time"},
    {"received_ce", 248, 4, 0, 0, TcpInfoUnit::segments,
     "Segments that came to us marked for congestion (accurate ECN).", "tcp_sock.received_ce"},
    {"delivered_e1_bytes", 252, 4, 0, 0, TcpInfoUnit::bytes, "Payload delivered with the mark ECT(1) (accurate ECN).",
     "tcp_sock.delivered_ecn_bytes"},
    {"delivered_e0_bytes", 256, 4, 0, 0, TcpInfoUnit::bytes, "Payload delivered with the mark ECT(0) (accurate ECN).",
     "tcp_sock.delivered_ecn_bytes"},
    {"delivered_ce_bytes", 260, 4, 0, 0, TcpInfoUnit::bytes, "Payload delivered with the mark CE (accurate ECN).",
     "tcp_sock.delivered_ecn_bytes"},
    {"received_e1_bytes", 264, 4, 0, 0, TcpInfoUnit::bytes, "Payload received with the mark ECT(1) (accurate ECN).",
     "tcp_sock.received_ecn_bytes"},
    {"received_e0_bytes", 268, 4, 0, 0, TcpInfoUnit::bytes, "Payload received with the mark ECT(0) (accurate ECN).",
     "tcp_sock.received_ecn_bytes"},
    {"received_ce_bytes", 272, 4, 0, 0, TcpInfoUnit::bytes, "Payload received with the mark CE (accurate ECN).",
     "tcp_sock.received_ecn_bytes"},
    {"accecn_fail_mode", 276, 2, 0, 0, TcpInfoUnit::none, "How the negotiation of accurate ECN failed, as bits.",
     "tcp_sock.accecn_fail_mode"},
    {"accecn_opt_seen", 278, 2, 0, 0, TcpInfoUnit::none, "Whether the peer's accurate ECN option was seen.",
     "tcp_sock.saw_accecn_opt"},
});

/// The member's place in the table; not a constant expression, so that a misspelt name does not compile, when there is
/// none.
constexpr std::size_t tcp_info_index(std::string_view name) {
  for (std::size_t at = 0; at < tcp_info_members.size(); ++at) {
    if (tcp_info_members[at].name == name) return at;
  }
  throw "no such member of tcp_info";
}

/// Null: there is no such member.
const TcpInfoMember* find_tcp_info(std::string_view name);

/// Empty where the struct ends before the member does: that kernel does not know it.
std::optional<std::uint64_t> read(const TcpInfoMember& member, std::span<const std::byte> tcp_info);

/// The bits of the member `options` (TCPI_OPT_*), by the words that ss has for them.
struct TcpOption {
  std::string_view name;
  std::uint8_t bit = 0;
  std::string_view help;
};
inline constexpr auto tcp_options = std::to_array<TcpOption>({
    {"ts", 1, "Whether timestamps were agreed on."},
    {"usec_ts", 64, "Whether the timestamps count microseconds."},
    {"sack", 2, "Whether selective acknowledgements were agreed on."},
    {"wscale", 4, "Whether window scaling was agreed on; else snd_wscale and rcv_wscale say nothing."},
    {"ecn", 8, "Whether congestion marks (ECN) were agreed on."},
    {"ecnseen", 16, "Whether at least one packet came with ECN."},
    {"fastopen", 32, "Whether data in our SYN was acknowledged (TCP Fast Open)."},
});

/// The rate that window and round-trip time allow, snd_cwnd * snd_mss / rtt, in bits per second as ss's "send".
/// `rtt` in microseconds; 0 or an absent member: no rate.
std::optional<double> tcp_send_bits(std::span<const std::byte> tcp_info, double rtt);

/// A time in percent of busy_time: how much of its busy time a sender was held back.
std::optional<double> tcp_percent_of_busy(std::span<const std::byte> tcp_info, std::size_t member);

}  // namespace skq::model
