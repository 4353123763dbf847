#include "kernel/request.h"

#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tipc_sockets_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <linux/xdp_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

#include "kernel/bytecode.h"
#include "kernel/family_table.h"

namespace skq::kernel {
namespace {

// Does not fit sdiag_protocol's eight bits: asked for by INET_DIAG_REQ_PROTOCOL.
constexpr std::uint32_t ipproto_mptcp = 262;

template <class T>
void append(std::vector<std::byte>& to, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  const std::size_t at = to.size();
  to.resize(at + sizeof(T));
  std::memcpy(to.data() + at, &value, sizeof(T));
}

/// Attribute bits that a need stands for.
struct NeedBits {
  Need need;
  std::uint32_t bits;
};

template <std::size_t N>
std::uint32_t bits_of(NeedSet needs, const std::array<NeedBits, N>& table) {
  std::uint32_t bits = 0;
  for (const NeedBits& row : table) bits |= needs.has(row.need) ? row.bits : 0U;
  return bits;
}

constexpr std::array<NeedBits, 8> unix_bits{{{Need::queues, UDIAG_SHOW_RQLEN},
                                             {Need::name, UDIAG_SHOW_NAME},
                                             {Need::peer_inode, UDIAG_SHOW_PEER},
                                             {Need::peer, UDIAG_SHOW_PEER},
                                             {Need::peer_owners, UDIAG_SHOW_PEER},
                                             {Need::memory, UDIAG_SHOW_MEMINFO},
                                             {Need::uid, UDIAG_SHOW_UID},
                                             {Need::vfs, UDIAG_SHOW_VFS}}};

constexpr std::uint32_t extension(unsigned attribute) { return 1U << (attribute - 1); }

// DCTCPINFO and BBRINFO come under VEGASINFO, CLASS_ID under TCLASS.
constexpr std::array<NeedBits, 4> inet_bits{
    {{Need::memory, extension(INET_DIAG_SKMEMINFO)},
     {Need::tcp_info, extension(INET_DIAG_INFO)},
     {Need::congestion, extension(INET_DIAG_CONG) | extension(INET_DIAG_VEGASINFO)},
     {Need::tos, extension(INET_DIAG_TOS) | extension(INET_DIAG_TCLASS)}}};

// Queues are the memory behind them: neither family has a queue attribute.
// Groups tell the kernel's own sockets, which no process can hold, from those of processes.
constexpr std::array<NeedBits, 4> netlink_bits{
    {{Need::queues, NDIAG_SHOW_MEMINFO},
     {Need::memory, NDIAG_SHOW_MEMINFO},
     {Need::owners, NDIAG_SHOW_GROUPS},
     {Need::detail, NDIAG_SHOW_GROUPS | NDIAG_SHOW_RING_CFG | NDIAG_SHOW_FLAGS}}};

constexpr std::array<NeedBits, 4> packet_bits{
    {{Need::queues, PACKET_SHOW_MEMINFO},
     {Need::memory, PACKET_SHOW_MEMINFO},
     {Need::detail, PACKET_SHOW_MCLIST | PACKET_SHOW_RING_CFG | PACKET_SHOW_FANOUT},
     {Need::filter, PACKET_SHOW_FILTER}}};

constexpr std::array<NeedBits, 3> xdp_bits{{{Need::queues, XDP_SHOW_MEMINFO},
                                            {Need::memory, XDP_SHOW_MEMINFO},
                                            {Need::detail, XDP_SHOW_RING_CFG | XDP_SHOW_UMEM | XDP_SHOW_STATS}}};

}  // namespace

std::uint32_t inet_protocol(Netid netid) {
  switch (netid) {
    case Netid::tcp:
      return IPPROTO_TCP;
    case Netid::udp:
      return IPPROTO_UDP;
    case Netid::raw:
      return IPPROTO_RAW;
    case Netid::mptcp:
      return ipproto_mptcp;
    case Netid::sctp:
      return IPPROTO_SCTP;
    case Netid::dccp:
      return IPPROTO_DCCP;
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
      return 0;
  }
  return 0;
}

namespace {

void append_protocol_attribute(std::vector<std::byte>& to, std::uint32_t protocol) {
  append(to, nlattr{.nla_len = sizeof(nlattr) + sizeof protocol, .nla_type = INET_DIAG_REQ_PROTOCOL});
  append(to, protocol);
}

void append_tests(std::vector<std::byte>& to, std::span<const KernelTest> tests) {
  const std::vector<std::byte> program = encode_tests(tests);
  if (program.empty()) return;
  append(to, nlattr{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + program.size()),
                    .nla_type = INET_DIAG_REQ_BYTECODE});
  to.insert(to.end(), program.begin(), program.end());
}

}  // namespace

void request_unix(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to) {
  unix_diag_req body{};
  body.sdiag_family = number;
  body.udiag_states = request.states.bits();
  body.udiag_show = bits_of(request.needs, unix_bits) | (request.listeners_pending ? UDIAG_SHOW_ICONS : 0U);
  append(to, body);
}

void request_inet(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to) {
  const std::uint32_t protocol = inet_protocol(request.netid);
  const bool fits = protocol <= 0xff;
  inet_diag_req_v2 body{};
  body.sdiag_family = number;
  // 0 rather than the low byte, which is TCP's: a kernel that does not know the attribute must not answer with TCP.
  body.sdiag_protocol = fits ? static_cast<std::uint8_t>(protocol) : std::uint8_t{0};
  body.idiag_ext = static_cast<std::uint8_t>(bits_of(request.needs, inet_bits));
  body.idiag_states = request.states.bits();
  append(to, body);
  if (!fits) append_protocol_attribute(to, protocol);
  append_tests(to, request.tests);
}

void request_netlink(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to) {
  netlink_diag_req body{};
  body.sdiag_family = number;
  body.sdiag_protocol = NDIAG_PROTO_ALL;
  body.ndiag_show = bits_of(request.needs, netlink_bits);
  append(to, body);
}

void request_packet(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to) {
  packet_diag_req body{};
  body.sdiag_family = number;
  body.pdiag_show = PACKET_SHOW_INFO | bits_of(request.needs, packet_bits);
  append(to, body);
}

void request_vsock(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to) {
  vsock_diag_req body{};
  body.sdiag_family = number;
  body.vdiag_states = request.states.bits();
  append(to, body);
}

void request_xdp(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to) {
  xdp_diag_req body{};
  body.sdiag_family = number;
  body.xdiag_show = XDP_SHOW_INFO | bits_of(request.needs, xdp_bits);
  append(to, body);
}

void request_tipc(const DumpRequest& /*request*/, std::uint8_t number, std::vector<std::byte>& to) {
  tipc_sock_diag_req body{};
  body.sdiag_family = number;
  // For a socket in a state that is not asked for the kernel sends an empty message rather than none
  // (net/tipc/diag.c, __tipc_add_sock_diag). It sends all it knows of the others, whatever is needed.
  body.tidiag_states = ~std::uint32_t{0};
  append(to, body);
}

std::vector<std::byte> request_bytes(const DumpRequest& request, std::uint32_t sequence) {
  std::vector<std::byte> bytes;
  nlmsghdr header{};
  header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header.nlmsg_seq = sequence;
  append(bytes, header);
  const FamilyRow& row = row_of(request.family);
  row.request(request, row.number, bytes);
  header.nlmsg_len = static_cast<std::uint32_t>(bytes.size());
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

std::optional<std::uint32_t> sequence_of(ByteSpan request) {
  const auto header = read_at<nlmsghdr>(request);
  if (!header) return std::nullopt;
  return header->nlmsg_seq;
}

namespace {

/// What follows an inet request; nothing for other families.
ByteSpan inet_attributes(ByteSpan request) {
  constexpr std::size_t inet_size = sizeof(nlmsghdr) + sizeof(inet_diag_req_v2);
  const auto family = read_at<std::uint8_t>(request, sizeof(nlmsghdr));
  if (!family || (*family != AF_INET && *family != AF_INET6) || request.size() <= inet_size) return {};
  return request.subspan(inet_size);
}

}  // namespace

std::optional<StateSet> states_in(ByteSpan request) {
  const auto states = read_at<std::uint32_t>(request, sizeof(nlmsghdr) + offsetof(unix_diag_req, udiag_states));
  if (!states) return std::nullopt;
  return StateSet::from_bits(*states);
}

ByteSpan tests_in(ByteSpan request) {
  Attributes attributes(inet_attributes(request));
  for (Attribute attribute; attributes.next(attribute);) {
    if (attribute.type == INET_DIAG_REQ_BYTECODE) return attribute.value;
  }
  return {};
}

std::optional<RequestKey> key_of(ByteSpan request) {
  // Family and protocol begin the request of every family.
  const auto begin = read_at<sock_diag_req>(request, sizeof(nlmsghdr));
  if (!begin) return std::nullopt;
  RequestKey key{.family = begin->sdiag_family, .protocol = begin->sdiag_protocol};
  if (key.family == AF_UNIX) {
    const auto body = read_at<unix_diag_req>(request, sizeof(nlmsghdr));
    key.pending = body && (body->udiag_show & UDIAG_SHOW_ICONS) != 0;
  }
  Attributes attributes(inet_attributes(request));
  for (Attribute attribute; attributes.next(attribute);) {
    const auto protocol = read_at<std::uint32_t>(attribute.value);
    if (attribute.type == INET_DIAG_REQ_PROTOCOL && protocol) key.protocol = *protocol;
  }
  return key;
}

}  // namespace skq::kernel
