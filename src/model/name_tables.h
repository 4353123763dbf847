// Every enum's text, as ss prints it, in the order of the enum's values. An unknown value has none; whoever prints
// writes unknown(N).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace skq {

inline constexpr std::array<std::string_view, 8> family_names{"unix",   "inet",  "inet6", "netlink",
                                                              "packet", "vsock", "xdp",   "tipc"};
inline constexpr std::array<std::string_view, 20> netid_names{
    "u_str", "u_dgr", "u_seq", "tcp",   "udp",   "raw", "mptcp", "sctp",  "dccp",  "nl",
    "p_raw", "p_dgr", "v_str", "v_dgr", "v_seq", "xdp", "ti_st", "ti_dg", "ti_rd", "ti_sq"};
// "UNKNOWN" is what ss prints for state 0, too.
inline constexpr std::array<std::string_view, 14> state_names{
    "UNKNOWN", "ESTAB",      "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2",   "TIME-WAIT",
    "UNCONN",  "CLOSE-WAIT", "LAST-ACK", "LISTEN",   "CLOSING",    "NEW-SYN-RECV", "BOUND-INACTIVE"};
inline constexpr std::array<std::string_view, 8> sctp_state_names{
    "CLOSED",           "COOKIE_WAIT",   "COOKIE_ECHOED",     "ESTAB",
    "SHUTDOWN_PENDING", "SHUTDOWN_SENT", "SHUTDOWN_RECEIVED", "ACK_SENT"};
/// What may stand in the State column: both of the above.
inline constexpr auto state_words = [] {
  std::array<std::string_view, state_names.size() + sctp_state_names.size() - 1> words{};
  std::size_t count = 0;
  for (const std::string_view name : state_names) words[count++] = name;
  for (const std::string_view name : sctp_state_names)
    if (name != "ESTAB") words[count++] = name;
  return words;
}();
inline constexpr std::array<std::string_view, 3> tipc_congestion_names{"none", "link", "conn"};
inline constexpr std::array<std::string_view, 4> shutdown_names{"none", "rd", "wr", "rdwr"};
inline constexpr std::array<std::string_view, 10> gap_names{"family", "dump",   "pending", "owners",   "mark",
                                                            "events", "system", "netns",   "activity", "recording"};
inline constexpr std::array<std::string_view, 8> destroy_result_names{
    "killed", "survived", "gone", "not-permitted", "not-supported", "unreachable", "failed", "not-tried"};
inline constexpr std::array<std::string_view, 5> peer_status_names{"none", "connected", "elsewhere", "pending", "dead"};

}  // namespace skq
