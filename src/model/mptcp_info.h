// struct mptcp_info of Linux 6.18 (include/uapi/linux/mptcp.h), filled by mptcp_diag_fill_info in net/mptcp/sockopt.c.
//
// To add a member of a newer kernel: one row. Its field is then in the catalogue by itself.
#pragma once

#include <array>
#include <span>

#include "model/struct_member.h"

namespace skq::model {

inline constexpr std::uint32_t mptcp_flag_fallback = 1, mptcp_flag_remote_key = 2;

/// Offset, size, unit; at the end the size of the first struct with it, where padding was before.
inline constexpr auto mptcp_info_members = std::to_array<StructMember>({
    {"subflows", 0, 1, MemberUnit::count, "Subflows beside the first one."},
    {"add_addr_signal", 1, 1, MemberUnit::count, "Addresses announced to the peer (ADD_ADDR)."},
    {"add_addr_accepted", 2, 1, MemberUnit::count, "Addresses announced by the peer and accepted."},
    {"subflows_max", 3, 1, MemberUnit::count, "Most subflows allowed beside the first one."},
    {"add_addr_signal_max", 4, 1, MemberUnit::count, "Endpoints that may be announced."},
    {"add_addr_accepted_max", 5, 1, MemberUnit::count, "Most announced addresses that are accepted."},
    {"flags", 8, 4, MemberUnit::none, "State as bits: 1 fallen back to plain TCP, 2 the peer's key is known."},
    {"token", 12, 4, MemberUnit::none, "Token by which the peer joins subflows to this connection."},
    {"write_seq", 16, 8, MemberUnit::none, "Data sequence number of the next byte that the application writes."},
    {"snd_una", 24, 8, MemberUnit::none, "First data sequence number that is not acknowledged."},
    {"rcv_nxt", 32, 8, MemberUnit::none, "Next data sequence number that is expected."},
    {"local_addr_used", 40, 1, MemberUnit::count, "Local addresses in use for subflows."},
    {"local_addr_max", 41, 1, MemberUnit::count, "Endpoints from which subflows may be made."},
    {"csum_enabled", 42, 1, MemberUnit::flag, "Whether data is checksummed (DSS checksum)."},
    {"retransmits", 44, 4, MemberUnit::count, "Retransmissions at the level of the connection.", 80},
    {"bytes_retrans", 48, 8, MemberUnit::bytes, "Payload retransmitted at the level of the connection."},
    {"bytes_sent", 56, 8, MemberUnit::bytes, "Payload sent."},
    {"bytes_received", 64, 8, MemberUnit::bytes, "Payload received."},
    {"bytes_acked", 72, 8, MemberUnit::bytes, "Payload that the peer acknowledged."},
    {"subflows_total", 80, 1, MemberUnit::count, "All subflows, the first one included."},
    {"endp_laminar_max", 81, 1, MemberUnit::count, "Endpoints of the laminar kind; 0 also before linux 6.18.", 96},
    {"last_data_sent", 84, 4, MemberUnit::millis, "Time since data was last sent.", 96},
    {"last_data_recv", 88, 4, MemberUnit::millis, "Time since data last came.", 96},
    {"last_ack_recv", 92, 4, MemberUnit::millis, "Time since an acknowledgement last came.", 96},
});
static_assert(well_formed(mptcp_info_members));

/// Null: there is no such member.
const StructMember* find_mptcp_info(std::string_view name);

}  // namespace skq::model
