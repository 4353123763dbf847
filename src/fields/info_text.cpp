#include "fields/info_text.h"

#include "fields/sctp_mptcp_text.h"

namespace skq::fields {
namespace {

void append_info(std::string& out, const Socket& socket, const TextContext& context) {
  switch (socket.netid) {
    case Netid::tcp:
    case Netid::dccp:
      return append_tcp_info(out, socket, context);
    case Netid::sctp:
      return append_sctp_info(out, socket);
    case Netid::mptcp:
      return append_mptcp_info(out, socket);
    case Netid::udp:
    case Netid::raw:
    case Netid::u_str:
    case Netid::u_dgr:
    case Netid::u_seq:
    case Netid::nl:
    case Netid::p_raw:
    case Netid::p_dgr:
    case Netid::v_str:
    case Netid::v_dgr:
    case Netid::v_seq:
    case Netid::xdp:
    case Netid::ti_st:
    case Netid::ti_dg:
    case Netid::ti_rd:
    case Netid::ti_sq:
      return;
  }
}

}  // namespace

std::optional<std::string_view> info_text(const Socket& socket, TextContext& context) {
  std::string& out = context.scratch;
  out.clear();
  append_info(out, socket, context);
  if (out.empty()) return std::nullopt;
  return std::string_view(out).substr(out.front() == ' ' ? 1 : 0);
}

}  // namespace skq::fields
