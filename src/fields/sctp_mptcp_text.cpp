#include "fields/sctp_mptcp_text.h"

#include <array>
#include <string_view>

#include "fields/print.h"
#include "model/address_text.h"
#include "model/mptcp_info.h"
#include "model/sctp_info.h"

namespace skq::fields {
namespace {

std::span<const std::byte> info_of(const Socket& socket, Netid netid) {
  const InetPart* inet = socket.inet();
  if (socket.netid != netid || inet == nullptr || inet->detail == nullptr) return {};
  return inet->detail->tcp_info;
}

enum class Form : std::uint8_t { number, hex, state };

struct Shown {
  std::string_view key, member;
  Form form = Form::number;
};

// In ss's order, by ss's keys.
constexpr auto sctp_shown = std::to_array<Shown>({
    {"tag:", "tag", Form::hex},    {"state:", "state", Form::state},  {"rwnd:", "rwnd"},
    {"unackdata:", "unackdata"},   {"penddata:", "penddata"},         {"instrms:", "instrms"},
    {"outstrms:", "outstrms"},     {"inqueue:", "inqueue"},           {"outqueue:", "outqueue"},
    {"overerr:", "overall_error"}, {"maxburst:", "max_burst"},        {"maxseg:", "maxseg"},
    {"prwnd:", "peer_rwnd"},       {"ptag:", "peer_tag", Form::hex},  {"pcapable:", "peer_capable"},
    {"psack:", "peer_sack"},       {"autoclose:", "s_autoclose"},     {"adapind:", "s_adaptation_ind"},
    {"pdpoint:", "s_pd_point"},    {"nodelay:", "s_nodelay"},         {"nofrag:", "s_disable_fragments"},
    {"v4mapped:", "s_v4mapped"},   {"fraginl:", "s_frag_interleave"},
});

constexpr auto mptcp_before_flags = std::to_array<Shown>({
    {"subflows:", "subflows"},
    {"add_addr_signal:", "add_addr_signal"},
    {"add_addr_accepted:", "add_addr_accepted"},
    {"subflows_max:", "subflows_max"},
    {"add_addr_signal_max:", "add_addr_signal_max"},
    {"add_addr_accepted_max:", "add_addr_accepted_max"},
});
constexpr auto mptcp_after_flags = std::to_array<Shown>({
    {"token:", "token", Form::hex},
    {"write_seq:", "write_seq"},
    {"snd_una:", "snd_una"},
    {"rcv_nxt:", "rcv_nxt"},
    {"local_addr_used:", "local_addr_used"},
    {"local_addr_max:", "local_addr_max"},
    {"csum_enabled:", "csum_enabled"},
    {"retransmits:", "retransmits"},
    {"bytes_retrans:", "bytes_retrans"},
    {"bytes_sent:", "bytes_sent"},
    {"bytes_received:", "bytes_received"},
    {"bytes_acked:", "bytes_acked"},
    {"subflows_total:", "subflows_total"},
    {"endp_laminar_max:", "endp_laminar_max"},
    {"last_data_sent:", "last_data_sent"},
    {"last_data_recv:", "last_data_recv"},
    {"last_ack_recv:", "last_ack_recv"},
});

void append_key(std::string& out, std::string_view key) {
  if (!out.empty()) out += ' ';
  out += key;
}

void append_value(std::string& out, std::uint64_t value, Form form) {
  switch (form) {
    case Form::hex:
      append_hex(out, value);
      return;
    case Form::state:
      if (const auto name = to_text(static_cast<SctpState>(value)); value <= 0xff && !name.empty()) {
        out += name;
        return;
      }
      break;
    case Form::number:
      break;
  }
  append_number(out, value);
}

template <class Find, class Read>
void append_members(std::string& out, const Socket& socket, std::span<const Shown> shown, Find find, Read read) {
  for (const Shown& one : shown) {
    const auto value = read(socket, *find(one.member));
    if (value.value_or(0) == 0) continue;
    append_key(out, one.key);
    append_value(out, *value, one.form);
  }
}

}  // namespace

std::optional<std::uint64_t> sctp_member(const Socket& socket, const model::StructMember& member) {
  const auto info = info_of(socket, Netid::sctp);
  if (info.empty()) return std::nullopt;
  const bool of_endpoint = member.offset >= model::sctp_endpoint_members;
  if (of_endpoint == socket.inet()->association.has_value()) return std::nullopt;
  return model::read(member, info);
}

std::optional<std::uint64_t> mptcp_member(const Socket& socket, const model::StructMember& member) {
  return model::read(member, info_of(socket, Netid::mptcp));
}

void append_sctp_addresses(std::string& out, std::span<const SctpAddress> addresses) {
  for (std::size_t at = 0; at < addresses.size(); ++at) {
    if (at != 0) out += ',';
    append_address(out, addresses[at].family, addresses[at].address);
  }
}

void append_sctp_info(std::string& out, const Socket& socket) {
  const InetDetail* detail = socket.netid == Netid::sctp && socket.inet() != nullptr ? socket.inet()->detail : nullptr;
  if (detail == nullptr) return;
  if (!detail->locals.empty()) {
    append_key(out, "locals:");
    append_sctp_addresses(out, detail->locals);
  }
  if (!detail->peers.empty()) {
    append_key(out, "peers:");
    append_sctp_addresses(out, detail->peers);
  }
  append_members(out, socket, sctp_shown, model::find_sctp_info, sctp_member);
}

void append_mptcp_info(std::string& out, const Socket& socket) {
  append_members(out, socket, mptcp_before_flags, model::find_mptcp_info, mptcp_member);
  const auto flags = mptcp_member(socket, *model::find_mptcp_info("flags")).value_or(0);
  if ((flags & model::mptcp_flag_fallback) != 0) append_key(out, "fallback");
  if ((flags & model::mptcp_flag_remote_key) != 0) append_key(out, "remote_key");
  append_members(out, socket, mptcp_after_flags, model::find_mptcp_info, mptcp_member);
}

}  // namespace skq::fields
