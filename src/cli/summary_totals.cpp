#include "cli/summary_totals.h"

#include <array>
#include <variant>

#include "model/derived.h"

namespace skq::cli {
namespace {

struct KindName {
  Netid netid;
  std::string_view name;
};

// Kinds that have an address family of IP are told apart by it: tcp4, tcp6.
constexpr std::array names{
    KindName{Netid::nl, "netlink"},
    KindName{Netid::p_raw, "packet_raw"},
    KindName{Netid::p_dgr, "packet_dgram"},
    KindName{Netid::u_str, "unix_stream"},
    KindName{Netid::u_dgr, "unix_dgram"},
    KindName{Netid::u_seq, "unix_seqpacket"},
    KindName{Netid::raw, "raw"},
    KindName{Netid::udp, "udp"},
    KindName{Netid::tcp, "tcp"},
    KindName{Netid::mptcp, "mptcp"},
    KindName{Netid::dccp, "dccp"},
    KindName{Netid::sctp, "sctp"},
    KindName{Netid::v_str, "vsock_stream"},
    KindName{Netid::v_dgr, "vsock_dgram"},
    KindName{Netid::v_seq, "vsock_seqpacket"},
    KindName{Netid::ti_st, "tipc_stream"},
    KindName{Netid::ti_dg, "tipc_dgram"},
    KindName{Netid::ti_rd, "tipc_rdm"},
    KindName{Netid::ti_sq, "tipc_seqpacket"},
    KindName{Netid::xdp, "xdp"},
};

std::string name_of(std::string_view kind, Netid netid, std::size_t version) {
  std::string name(kind);
  if (family_of(netid) == Family::inet) name += version == 0 ? '4' : '6';
  return name;
}

}  // namespace

SummaryTotals::SummaryTotals(TextContext& context, std::uint32_t own_portid)
    : context_(context), own_portid_(own_portid), fill_(find_field("fill")), local_(find_field("local")) {}

void SummaryTotals::add(const Socket& socket) {
  if (const NetlinkPart* part = socket.netlink(); part != nullptr && part->portid == own_portid_) return;
  const auto netid = static_cast<std::size_t>(socket.netid);
  if (netid >= totals_.size()) return;
  KindTotals& totals = totals_[netid][socket.family == Family::inet6 ? 1 : 0];
  ++totals.sockets;
  if (socket.state == State::listen) {
    ++totals.listening;
  } else {
    totals.recv_q += socket.recv_q.value_or(0);
    totals.send_q += socket.send_q.value_or(0);
  }
  if (socket.memory.known == 0) return;
  ++totals.with_memory;
  if (const auto sending = send_mem(socket)) totals.send_mem += sending->value;
  totals.recv_mem += socket.memory.at(MemoryItem::rmem_alloc).value_or(0);
  totals.fwd_alloc += socket.memory.at(MemoryItem::fwd_alloc).value_or(0);
  totals.drops += socket.memory.at(MemoryItem::drops).value_or(0);
  compare_fill(socket, totals);
}

void SummaryTotals::compare_fill(const Socket& socket, KindTotals& totals) {
  const Value value = fill_->get(socket, context_);
  const auto* const percent = std::get_if<double>(&value);
  if (percent == nullptr || !(*percent > 0) || (totals.fullest && *percent <= totals.fullest->percent)) return;
  totals.fullest = Fullest{*percent, {}, socket.inode, socket.cookie};
  const Value local = local_->get(socket, context_);
  if (const auto* const text = std::get_if<std::string_view>(&local)) totals.fullest->local = *text;
}

std::vector<KindTotals> SummaryTotals::kinds() const {
  std::vector<KindTotals> all;
  for (const KindName& row : names) {
    for (std::size_t version = 0; version < 2; ++version) {
      const KindTotals& totals = totals_[static_cast<std::size_t>(row.netid)][version];
      if (totals.sockets == 0) continue;
      all.push_back(totals);
      all.back().name = name_of(row.name, row.netid, version);
    }
  }
  return all;
}

}  // namespace skq::cli
