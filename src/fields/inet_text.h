// What -o, --tos, --cgroup and --inet-sockopt print of an inet socket, in ss's words. Ready escaped.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "skq/fields.h"

namespace skq::fields {

/// timer:(keepalive,1min2sec,0); nothing while no timer runs.
std::optional<std::string_view> timer_text(const Socket& socket, TextContext& context);
/// tos:0x10 tclass:0x20 class_id:0x5
std::optional<std::string_view> tos_text(const Socket& socket, TextContext& context);
/// cgroup:/system.slice/ssh.service
std::optional<std::string_view> cgroup_text(const Socket& socket, TextContext& context);
/// inet-sockopt: ( is_icsk mc_loop)
std::optional<std::string_view> sockopt_text(const Socket& socket, TextContext& context);

/// The running timer's name, "unknown(N)" for one of a newer kernel; nothing where a protocol has no timers.
std::optional<std::string_view> timer_name(const Socket& socket, TextContext& context);
inline constexpr std::array<std::string_view, 6> timer_names{"off", "on", "keepalive", "timewait", "persist", "delack"};

/// Path of the control group with this id; "unreachable:<hex>" when it is gone or not below our own root.
void append_cgroup(std::string& out, std::uint64_t id, TextContext& context);

/// As ss: 1min2sec, 61min, 9.501sec, 048ms, nothing for 0. Parts too small to matter are left out.
void append_timer_span(std::string& out, std::uint32_t ms);

/// struct inet_diag_sockopt (include/uapi/linux/inet_diag.h), one bit each from the lowest.
struct SocketOption {
  std::string_view word;  ///< as in ss; the field is sockopt_<word>
  std::string_view help;
};
inline constexpr auto socket_options = std::to_array<SocketOption>({
    {"recverr", "IP_RECVERR: errors are queued for the application."},
    {"is_icsk", "Whether the protocol has connections (tcp, mptcp, sctp, dccp)."},
    {"freebind", "IP_FREEBIND: it may bind to an address that this host does not have."},
    {"hdrincl", "IP_HDRINCL: a raw socket's packets come with their IP header."},
    {"mc_loop", "IP_MULTICAST_LOOP: this host gets its own multicast packets."},
    {"transparent", "IP_TRANSPARENT: it may take connections to foreign addresses."},
    {"mc_all", "IP_MULTICAST_ALL: it gets multicast of groups that others on this host joined."},
    {"nodefrag", "IP_NODEFRAG: fragments come as they are."},
    {"bind_addr_no_port", "IP_BIND_ADDRESS_NO_PORT: bind to an address chooses no port yet."},
    {"recverr_rfc4884", "IP_RECVERR_RFC4884: queued errors have their extensions."},
    {"defer_connect", "Whether connect(2) waits for the first data (TCP_FASTOPEN_CONNECT)."},
});

}  // namespace skq::fields
