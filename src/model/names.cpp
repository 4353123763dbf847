#include <array>

#include "model/name_tables.h"
#include "skq/snapshot.h"
#include "skq/socket.h"

namespace skq {
namespace {

template <class E, std::size_t N>
std::string_view look_up(const std::array<std::string_view, N>& names, E value) {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? names[index] : std::string_view{};
}

}  // namespace

std::string_view to_text(Family family) { return look_up(family_names, family); }
std::string_view to_text(Netid netid) { return look_up(netid_names, netid); }
std::string_view to_text(State state) { return look_up(state_names, state); }
std::string_view to_text(Shutdown shutdown) { return look_up(shutdown_names, shutdown); }
std::string_view to_text(DestroyResult result) { return look_up(destroy_result_names, result); }
std::string_view to_text(SctpState state) { return look_up(sctp_state_names, state); }
std::string_view to_text(TipcCongestion congestion) { return look_up(tipc_congestion_names, congestion); }
std::string_view to_text(GapKind kind) { return look_up(gap_names, kind); }

Family family_of(Netid netid) {
  switch (netid) {
    case Netid::u_str:
    case Netid::u_dgr:
    case Netid::u_seq:
      return Family::unix_domain;
    case Netid::tcp:
    case Netid::udp:
    case Netid::raw:
    case Netid::mptcp:
    case Netid::sctp:
    case Netid::dccp:
      return Family::inet;
    case Netid::nl:
      return Family::netlink;
    case Netid::p_raw:
    case Netid::p_dgr:
      return Family::packet;
    case Netid::v_str:
    case Netid::v_dgr:
    case Netid::v_seq:
      return Family::vsock;
    case Netid::xdp:
      return Family::xdp;
    case Netid::ti_st:
    case Netid::ti_dg:
    case Netid::ti_rd:
    case Netid::ti_sq:
      return Family::tipc;
  }
  return Family::unix_domain;
}

}  // namespace skq
