#include "fields/info_text.h"

namespace skq::fields {
namespace {

void append_info(std::string& out, const Socket& socket, const TextContext& context) {
  switch (socket.netid) {
    case Netid::tcp:
    case Netid::dccp:
      return append_tcp_info(out, socket, context);
    case Netid::sctp:
    case Netid::mptcp:
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
    case Netid::tipc:
      return;
  }
}

}  // namespace

std::optional<std::string_view> info_text(const Socket& socket, TextContext& context) {
  std::string& out = context.scratch;
  out.clear();
  append_info(out, socket, context);
  if (out.empty()) return std::nullopt;
  return std::string_view(out).substr(1);
}

}  // namespace skq::fields
