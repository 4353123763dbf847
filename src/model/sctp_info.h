// struct sctp_info of Linux 6.18 (include/uapi/linux/sctp.h), filled by sctp_get_sctp_info in net/sctp/socket.c. Its
// one address, at 168, is decoded where the kernel's bytes are read: InetDetail::primary.
//
// To add a member of a newer kernel: one row. Its field is then in the catalogue by itself.
#pragma once

#include <array>
#include <span>

#include "model/struct_member.h"

namespace skq::model {

/// From here on the members tell of an endpoint, those before of an association; the kernel fills one half and leaves
/// zeros in the other.
inline constexpr std::uint16_t sctp_endpoint_members = 344;

/// Offset, size, unit.
inline constexpr auto sctp_info_members = std::to_array<StructMember>({
    {"tag", 0, 4, MemberUnit::none, "Our verification tag, which the peer puts into its packets."},
    {"state", 4, 4, MemberUnit::none, "State of the association in the kernel's numbers."},
    {"rwnd", 8, 4, MemberUnit::bytes, "Receive window that we announced."},
    {"unackdata", 12, 2, MemberUnit::count, "Chunks sent and not acknowledged."},
    {"penddata", 14, 2, MemberUnit::count, "Chunks received and not yet read."},
    {"instrms", 16, 2, MemberUnit::count, "Streams towards us."},
    {"outstrms", 18, 2, MemberUnit::count, "Streams towards the peer."},
    {"fragmentation_point", 20, 4, MemberUnit::bytes, "Not filled as of linux 6.18: 0."},
    {"inqueue", 24, 4, MemberUnit::count, "Messages received that wait in order."},
    {"outqueue", 28, 4, MemberUnit::count, "Messages that wait to be sent."},
    {"overall_error", 32, 4, MemberUnit::count, "Errors in a row; too many end the association."},
    {"max_burst", 36, 4, MemberUnit::count, "Most packets sent in one burst."},
    {"maxseg", 40, 4, MemberUnit::bytes, "Size from which messages are split into several chunks."},
    {"peer_rwnd", 44, 4, MemberUnit::bytes, "Receive window that the peer has left; 0: the peer does not read."},
    {"peer_tag", 48, 4, MemberUnit::none, "The peer's verification tag."},
    {"peer_capable", 52, 1, MemberUnit::none,
     "What the peer can do as bits: 1 authentication, 2 partial reliability, 4 address changes, 8 stream "
     "reconfiguration, 16 IPv6, 32 IPv4, 64 ECN, 128 interleaving."},
    {"peer_sack", 53, 1, MemberUnit::none,
     "Bits: 1 we announced a window of zero, 2 the generation of SACKs, 4 a SACK is due."},
    {"isacks", 56, 8, MemberUnit::count, "SACKs received."},
    {"osacks", 64, 8, MemberUnit::count, "SACKs sent."},
    {"opackets", 72, 8, MemberUnit::count, "Packets sent."},
    {"ipackets", 80, 8, MemberUnit::count, "Packets received."},
    {"rtxchunks", 88, 8, MemberUnit::count, "Chunks retransmitted."},
    {"outofseqtsns", 96, 8, MemberUnit::count, "Chunks that came beyond the expected sequence number."},
    {"idupchunks", 104, 8, MemberUnit::count, "Chunks that came twice."},
    {"gapcnt", 112, 8, MemberUnit::count, "Gap acknowledgements received."},
    {"ouodchunks", 120, 8, MemberUnit::count, "Unordered data chunks sent."},
    {"iuodchunks", 128, 8, MemberUnit::count, "Unordered data chunks received."},
    {"oodchunks", 136, 8, MemberUnit::count, "Ordered data chunks sent."},
    {"iodchunks", 144, 8, MemberUnit::count, "Ordered data chunks received."},
    {"octrlchunks", 152, 8, MemberUnit::count, "Control chunks sent."},
    {"ictrlchunks", 160, 8, MemberUnit::count, "Control chunks received."},
    {"p_state", 296, 4, MemberUnit::none, "State of the primary path: 0 inactive, 1 failing, 2 active, 3 unconfirmed."},
    {"p_cwnd", 300, 4, MemberUnit::bytes, "Congestion window of the primary path."},
    {"p_srtt", 304, 4, MemberUnit::millis, "Smoothed round-trip time of the primary path."},
    {"p_rto", 308, 4, MemberUnit::millis, "Retransmission timeout of the primary path."},
    {"p_hbinterval", 312, 4, MemberUnit::millis, "Time between heartbeats on the primary path."},
    {"p_pathmaxrxt", 316, 4, MemberUnit::count, "Failures after which the primary path counts as inactive."},
    {"p_sackdelay", 320, 4, MemberUnit::millis, "Delay of SACKs on the primary path."},
    {"p_sackfreq", 324, 4, MemberUnit::count, "Packets after which a SACK is sent at once."},
    {"p_ssthresh", 328, 4, MemberUnit::bytes, "Window at which slow start ends on the primary path."},
    {"p_partial_bytes_acked", 332, 4, MemberUnit::bytes, "Acknowledged towards the next growth of the window."},
    {"p_flight_size", 336, 4, MemberUnit::bytes, "Payload sent and not acknowledged on the primary path."},
    {"p_error", 340, 2, MemberUnit::count, "Errors in a row on the primary path."},
    {"s_autoclose", 344, 4, MemberUnit::none, "Seconds after which an idle association is closed; 0 never."},
    {"s_adaptation_ind", 348, 4, MemberUnit::none, "Adaptation layer indication that the application set."},
    {"s_pd_point", 352, 4, MemberUnit::bytes, "Bytes after which a message is handed over in parts."},
    {"s_nodelay", 356, 1, MemberUnit::flag, "Whether small chunks are sent at once (SCTP_NODELAY)."},
    {"s_disable_fragments", 357, 1, MemberUnit::flag, "Whether messages may not be split."},
    {"s_v4mapped", 358, 1, MemberUnit::flag, "Whether IPv4 addresses are given to the application as IPv6."},
    {"s_frag_interleave", 359, 1, MemberUnit::none, "How parts of messages may be mixed (SCTP_FRAGMENT_INTERLEAVE)."},
    {"s_type", 360, 4, MemberUnit::none, "Style of the socket: 0 one to many, 1 peeled off one, 2 one to one."},
});
static_assert(well_formed(sctp_info_members));

/// Null: there is no such member.
const StructMember* find_sctp_info(std::string_view name);

}  // namespace skq::model
