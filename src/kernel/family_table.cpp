#include "kernel/family_table.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "kernel/decode.h"
#include "kernel/request.h"

namespace skq::kernel {
namespace {

constexpr std::array<FamilyRow, 8> families{{
    {Family::unix_domain, AF_UNIX, request_unix, decode_unix, true},
    {Family::inet, AF_INET, request_inet, decode_inet, true},
    {Family::inet6, AF_INET6, request_inet, decode_inet, true},
    {Family::netlink, AF_NETLINK, request_netlink, decode_netlink, false},
    {Family::packet, AF_PACKET, request_packet, decode_packet, false},
    {Family::vsock, AF_VSOCK, request_vsock, decode_vsock, true},
    {Family::xdp, af_xdp, request_xdp, decode_xdp, false},
    {Family::tipc, AF_TIPC, request_tipc, decode_tipc, false},
}};

constexpr bool in_order() {
  for (std::size_t at = 0; at < families.size(); ++at) {
    if (static_cast<std::size_t>(families[at].family) != at) return false;
  }
  return true;
}
static_assert(in_order(), "a family's row stands at its number");

}  // namespace

const FamilyRow& row_of(Family family) { return families[static_cast<std::size_t>(family)]; }

}  // namespace skq::kernel
