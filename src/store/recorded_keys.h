// What of a socket is recorded: a table of keys, each with how a socket is read and how it is built again. Most keys
// are fields of the catalogue, with the catalogue's own name, value and JSON; only their setters are here. What the
// catalogue follows from others (send_fill, mem, process …) is not recorded but computed again from the built socket.
//
// Where the catalogue does not carry something that one of its fields is made of, there is an extra key:
//
//   key                      why
//   ifindex                  dev is a name
//   sockopt                  the bits behind sockopt_*
//   near_state               the state of tcp that stands for an SCTP association's own
//   in_pending_list          joined by collect; peer_status needs it
//   info_size                how much of tcp_info (mptcp_info, sctp_info) the kernel gave
//   old_memory               the older form of SK_MEMINFO, where there is no newer
//   ulp_tls_b64 …_mptcp_b64  attributes of upper-layer protocols, as the kernel sent them
//   nl_dst_portid …_group    the other end of a connected netlink socket
//   nl_process               a pid among netlink ports is printed with its comm
//   tipc_peer                a peer of which nothing else is known
//   packet_flag_bits         packet_flags has words only for those that have one
//   netns, netns_name        the namespace of a row
//
// Not recorded: MD5 keys (secrets), rates (they come of two snapshots), what no field shows (memberships, reserve,
// tstamp and private size of packet rings, flags and rings of netlink, BPF storages, ports of SCTP's address lists),
// fates of -K and -E, and what joins the two ends: it is joined again.
//
// To record a new field: a row in the chapter of its family (keys_*.cpp). A test fails for a field that a rebuilt
// socket does not give back.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "skq/fields.h"
#include "store/cell.h"

namespace skq::store {

struct Build;

struct Key {
  std::string_view name;
  Value (*get)(const Socket&, TextContext&) = nullptr;
  bool (*set)(Build&, const Cell&, std::uint16_t argument) = nullptr;  ///< false: not a value of that key
  std::uint16_t argument = 0;
  FamilySet families = FamilySet::from_bits(0xff);
  NetidSet netids = {};
  NeedSet needs = {};
  bool member = false;  ///< one of a struct's many: recorded when named, or when something is made of all of them
};

/// In the order in which they stand in a row; the first two are family and netid, without which nothing can be built.
std::span<const Key> recorded_keys();
std::optional<KeyId> find_key(std::string_view name);

}  // namespace skq::store
