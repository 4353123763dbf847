#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "kernel/decode.h"

namespace skq::kernel {
namespace {

Address address_of(const __be32 (&words)[4], Family family) {
  Address address;
  std::memcpy(address.bytes.data(), words, family == Family::inet ? sizeof(words[0]) : sizeof words);
  return address;
}

void read_identity(const inet_diag_msg& message, Socket& to, InetPart& part) {
  to.state = static_cast<State>(message.idiag_state);
  to.inode = Inode{message.idiag_inode};
  to.cookie = read_cookie(message.id.idiag_cookie);
  to.recv_q = message.idiag_rqueue;
  to.send_q = message.idiag_wqueue;
  to.uid = message.idiag_uid;
  part.local = address_of(message.id.idiag_src, to.family);
  part.peer = address_of(message.id.idiag_dst, to.family);
  part.local_port = ntohs(message.id.idiag_sport);
  part.peer_port = ntohs(message.id.idiag_dport);
  part.interface = message.id.idiag_if;
  part.timer = message.idiag_timer;
  part.retransmits = message.idiag_retrans;
  part.expires_ms = message.idiag_expires;
}

std::optional<OldMemory> old_memory(ByteSpan value) {
  const auto memory = read_at<inet_diag_meminfo>(value);
  if (!memory) return std::nullopt;
  return OldMemory{memory->idiag_rmem, memory->idiag_wmem, memory->idiag_fmem, memory->idiag_tmem};
}

std::optional<VegasInfo> vegas(ByteSpan value) {
  const auto info = read_at<tcpvegas_info>(value);
  if (!info) return std::nullopt;
  return VegasInfo{info->tcpv_enabled, info->tcpv_rttcnt, info->tcpv_rtt, info->tcpv_minrtt};
}

std::optional<DctcpInfo> dctcp(ByteSpan value) {
  const auto info = read_at<tcp_dctcp_info>(value);
  if (!info) return std::nullopt;
  return DctcpInfo{info->dctcp_enabled, info->dctcp_ce_state, info->dctcp_alpha, info->dctcp_ab_ecn,
                   info->dctcp_ab_tot};
}

std::optional<BbrInfo> bbr(ByteSpan value) {
  const auto info = read_at<tcp_bbr_info>(value);
  if (!info) return std::nullopt;
  return BbrInfo{(std::uint64_t{info->bbr_bw_hi} << 32) | info->bbr_bw_lo, info->bbr_min_rtt, info->bbr_pacing_gain,
                 info->bbr_cwnd_gain};
}

// nla_put_string sends the NUL, too.
std::string_view text_until_nul(ByteSpan value, Arena& arena) {
  const std::string_view text = keep_text(value, arena);
  return text.substr(0, text.find('\0'));
}

std::optional<UlpInfo> ulp(ByteSpan value, Arena& arena) {
  UlpInfo info;
  Attributes attributes(value);
  for (Attribute attribute; attributes.next(attribute);) {
    if (attribute.type == INET_ULP_INFO_NAME) info.name = text_until_nul(attribute.value, arena);
    if (attribute.type == INET_ULP_INFO_TLS) info.tls = arena.keep(attribute.value);
    if (attribute.type == INET_ULP_INFO_MPTCP) info.mptcp = arena.keep(attribute.value);
  }
  if (attributes.garbled()) return std::nullopt;
  return info;
}

// One sockaddr of sctp: of IPv4 or IPv6, in the room of a sockaddr_storage.
std::optional<SctpAddress> sctp_address(ByteSpan value) {
  const auto family = read_at<sa_family_t>(value);
  SctpAddress to;
  if (family == AF_INET) {
    const auto sent = read_at<sockaddr_in>(value);
    if (!sent) return std::nullopt;
    to.family = Family::inet;
    to.port = ntohs(sent->sin_port);
    std::memcpy(to.address.bytes.data(), &sent->sin_addr, sizeof sent->sin_addr);
    return to;
  }
  const auto sent = read_at<sockaddr_in6>(value);
  if (family != AF_INET6 || !sent) return std::nullopt;
  to.family = Family::inet6;
  to.port = ntohs(sent->sin6_port);
  std::memcpy(to.address.bytes.data(), &sent->sin6_addr, sizeof sent->sin6_addr);
  return to;
}

// An array of sockaddr_storage; what is of neither family, or cut off, is left out.
std::span<const SctpAddress> sctp_addresses(ByteSpan value, Arena& arena) {
  const std::span<SctpAddress> kept = arena.room<SctpAddress>(value.size() / sizeof(sockaddr_storage));
  std::size_t count = 0;
  for (std::size_t at = 0; at < kept.size(); ++at) {
    if (const auto one = sctp_address(value.subspan(at * sizeof(sockaddr_storage), sizeof(sockaddr_storage))))
      kept[count++] = *one;
  }
  return kept.first(count);
}

// Where struct sctp_info has the peer's primary address (include/uapi/linux/sctp.h); of family 0 for an endpoint.
std::optional<SctpAddress> primary_address(ByteSpan sctp_info) {
  constexpr std::size_t begin = 168;
  if (sctp_info.size() < begin + sizeof(sockaddr_storage)) return std::nullopt;
  return sctp_address(sctp_info.subspan(begin, sizeof(sockaddr_storage)));
}

// The State that means nearest the same; both kinds of cookie are a connection being made by this end.
State state_of(SctpState state) {
  switch (state) {
    case SctpState::closed:
      return State::close;
    case SctpState::cookie_wait:
    case SctpState::cookie_echoed:
      return State::syn_sent;
    case SctpState::established:
      return State::established;
    case SctpState::shutdown_pending:
      return State::fin_wait_1;
    case SctpState::shutdown_sent:
      return State::fin_wait_2;
    case SctpState::shutdown_received:
      return State::close_wait;
    case SctpState::shutdown_ack_sent:
      return State::last_ack;
  }
  return State::unknown;
}

// Only a row of an association has peers' addresses, and always has them (net/sctp/diag.c, inet_sctp_diag_fill); its
// state is then one of sctp's own.
void read_association(Socket& to, InetPart& part) {
  const auto state = static_cast<SctpState>(to.state);
  part.association = state;
  to.state = state_of(state);
}

// What stands in every row, asked for or not (net/ipv4/inet_diag.c, inet_diag_msg_attrs_fill), and SK_MEMINFO.
// False: not one of these.
bool read_common(const Attribute& attribute, Socket& to, InetPart& part) {
  const ByteSpan value = attribute.value;
  switch (attribute.type) {
    case INET_DIAG_SKMEMINFO:
      to.memory = read_memory(value);
      return true;
    case INET_DIAG_SHUTDOWN:
      if (const auto how = read_at<std::uint8_t>(value)) to.shutdown = static_cast<Shutdown>(*how & 3U);
      return true;
    case INET_DIAG_PROTOCOL:
      read_into(part.protocol, value);
      return true;
    case INET_DIAG_SKV6ONLY:
      if (const auto only = read_at<std::uint8_t>(value)) part.v6only = *only != 0;
      return true;
    case INET_DIAG_MARK:
      read_into(part.mark, value);
      return true;
    case INET_DIAG_CGROUP_ID:
      read_into(part.cgroup_id, value);
      return true;
    // Two bytes of bit fields: the first is the low one whatever the machine's byte order.
    case INET_DIAG_SOCKOPT:
      if (const auto bits = read_at<std::array<std::uint8_t, 2>>(value)) {
        part.sockopt = static_cast<std::uint16_t>((*bits)[0] | ((*bits)[1] << 8));
      }
      return true;
    case INET_DIAG_NONE:
    case INET_DIAG_PAD:
      return true;
    default:
      return false;
  }
}

// False: an attribute that we do not know.
bool read_detail(const Attribute& attribute, Arena& arena, InetDetail& to) {
  const ByteSpan value = attribute.value;
  switch (attribute.type) {
    case INET_DIAG_MEMINFO:
      to.memory = old_memory(value);
      break;
    case INET_DIAG_INFO:
      to.tcp_info = arena.keep(value);
      break;
    case INET_DIAG_VEGASINFO:
      to.vegas = vegas(value);
      break;
    case INET_DIAG_CONG:
      to.cong = text_until_nul(value, arena);
      break;
    case INET_DIAG_TOS:
      read_into(to.tos, value);
      break;
    case INET_DIAG_TCLASS:
      read_into(to.tclass, value);
      break;
    case INET_DIAG_DCTCPINFO:
      to.dctcp = dctcp(value);
      break;
    case INET_DIAG_LOCALS:
      to.locals = sctp_addresses(value, arena);
      break;
    case INET_DIAG_PEERS:
      to.peers = sctp_addresses(value, arena);
      break;
    case INET_DIAG_BBRINFO:
      to.bbr = bbr(value);
      break;
    case INET_DIAG_CLASS_ID:
      read_into(to.class_id, value);
      break;
    case INET_DIAG_MD5SIG:
      to.md5sig = arena.keep(value);
      break;
    case INET_DIAG_ULP_INFO:
      to.ulp = ulp(value, arena);
      break;
    case INET_DIAG_SK_BPF_STORAGES:
      to.sk_bpf_storages = arena.keep(value);
      break;
    default:
      return false;
  }
  return true;
}

}  // namespace

bool decode_inet(Netid asked, ByteSpan payload, Arena& arena, Socket& to) {
  const auto message = read_at<inet_diag_msg>(payload);
  if (!message || (message->idiag_family != AF_INET && message->idiag_family != AF_INET6)) return false;
  to.family = message->idiag_family == AF_INET ? Family::inet : Family::inet6;
  to.netid = asked;
  auto& part = to.part.emplace<InetPart>();
  read_identity(*message, to, part);
  InetDetail detail;
  bool has_detail = false;
  Attributes attributes(payload.subspan(sizeof(inet_diag_msg)));
  for (Attribute attribute; attributes.next(attribute);) {
    if (read_common(attribute, to, part)) continue;
    if (asked == Netid::sctp && attribute.type == INET_DIAG_PEERS && !part.association) read_association(to, part);
    if (asked == Netid::sctp && attribute.type == INET_DIAG_INFO) detail.primary = primary_address(attribute.value);
    has_detail |= read_detail(attribute, arena, detail);
  }
  if (has_detail) part.detail = arena.make<InetDetail>(detail);
  return !attributes.garbled();
}

}  // namespace skq::kernel
