// The catalogue's chapters, in the order in which columns are listed. To add a field: a row in the chapter that fits.
#pragma once

#include <span>

#include "skq/fields.h"

namespace skq::fields {

std::span<const Field> fate_fields();      ///< what -K and -E say of a row
std::span<const Field> identity_fields();  ///< family, state, queues, addresses' text
std::span<const Field> address_fields();   ///< the parts of addresses, names, inodes
std::span<const Field> memory_fields();    ///< SK_MEMINFO and what follows from it
std::span<const Field> unix_fields();      ///< peers, file-system objects, pending clients
std::span<const Field> owner_fields();     ///< processes at both ends
std::span<const Field> inet_fields();      ///< timers, marks, cgroups, options
std::span<const Field> congestion_fields();
std::span<const Field> tcp_fields();    ///< every member of struct tcp_info
std::span<const Field> rate_fields();   ///< what grew since the look before
std::span<const Field> ulp_fields();    ///< TLS, MPTCP subflows, MD5 keys
std::span<const Field> mptcp_fields();  ///< struct mptcp_info
std::span<const Field> sctp_fields();   ///< endpoints and associations, struct sctp_info
std::span<const Field> other_fields();  ///< netlink
std::span<const Field> packet_fields();
std::span<const Field> vsock_fields();
std::span<const Field> xdp_fields();
std::span<const Field> tipc_fields();
std::span<const Field> composed_fields();  ///< text made for eyes

}  // namespace skq::fields
