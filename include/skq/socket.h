// One socket as the kernel told it: plain data, no kernel header. Whatever the kernel did not say is an empty optional,
// never a zero.
//
// To add a kernel datum: a member here, a decode line in src/kernel/, a row in src/fields/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "skq/types.h"

namespace skq {

enum class Family : std::uint8_t { unix_domain, inet, inet6, netlink, packet, vsock, xdp, tipc };

/// The kind of socket, named as in the Netid column of ss.
enum class Netid : std::uint8_t {
  u_str,
  u_dgr,
  u_seq,
  tcp,
  udp,
  raw,
  mptcp,
  sctp,
  dccp,
  nl,
  p_raw,
  p_dgr,
  v_str,
  v_dgr,
  v_seq,
  xdp,
  ti_st,
  ti_dg,
  ti_rd,
  ti_sq
};

/// The kernel's state numbers (include/net/tcp_states.h), used by every family. A number without a name here survives
/// and prints as unknown(N).
enum class State : std::uint8_t {
  unknown = 0,
  established = 1,
  syn_sent,
  syn_recv,
  fin_wait_1,
  fin_wait_2,
  time_wait,
  close,
  close_wait,
  last_ack,
  listen,
  closing,
  new_syn_recv,
  bound_inactive,
};

/// States of an SCTP association (sctp_state in include/net/sctp/constants.h), a count of its own. A row of an
/// association has the nearest State, too, so that masks and `state` of a filter mean the same for it as for tcp.
enum class SctpState : std::uint8_t {
  closed,
  cookie_wait,
  cookie_echoed,
  established,
  shutdown_pending,
  shutdown_sent,
  shutdown_received,
  shutdown_ack_sent,
};

/// Which directions shutdown(2) has closed.
enum class Shutdown : std::uint8_t { none = 0, rd = 1, wr = 2, rdwr = 3 };

/// The nine SK_MEMINFO values in the kernel's order (include/uapi/linux/sock_diag.h).
enum class MemoryItem : std::uint8_t {
  rmem_alloc,
  rcvbuf,
  wmem_alloc,
  sndbuf,
  fwd_alloc,
  wmem_queued,
  optmem,
  backlog,
  drops
};
inline constexpr std::size_t memory_items = 9;

/// SK_MEMINFO as the kernel sent it; an older kernel sends fewer values, and `known` says how many.
struct Memory {
  std::array<std::uint32_t, memory_items> values{};
  std::uint8_t known = 0;

  [[nodiscard]] std::optional<std::uint32_t> at(MemoryItem item) const {
    const auto index = static_cast<std::size_t>(item);
    if (index >= known) return std::nullopt;
    return values[index];
  }
  bool operator==(const Memory&) const = default;
};

/// An IPv4 (first four bytes) or IPv6 address in network order.
struct Address {
  std::array<std::byte, 16> bytes{};
  bool operator==(const Address&) const = default;
};

/// The file-system object a unix socket is bound to.
struct VfsObject {
  std::uint32_t inode = 0;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  bool operator==(const VfsObject&) const = default;
};

/// AF_UNIX. `name` is exactly what the kernel holds, without the NUL that ends a path and with the NUL that begins an
/// abstract name; empty and !has_name for an unnamed socket.
struct UnixPart {
  std::string_view name;
  bool has_name = false;
  bool pending_known = false;           ///< `pending` was asked for and came whole.
  std::optional<bool> in_pending_list;  ///< Joined by collect: a listener names this socket as not yet accepted.
  std::optional<Inode> peer_inode;      ///< Inode{0}: a peer that is not yet accepted, or dead. Empty: no peer.
  std::optional<VfsObject> vfs;
  std::span<const Inode> pending;  ///< Listener: inodes of clients not yet accepted (0: that client closed).
};

/// Upper-layer protocol on a TCP socket (INET_DIAG_ULP_INFO). The parts' raw attributes are kept for later readers.
struct UlpInfo {
  std::string_view name;
  std::span<const std::byte> tls;    ///< nested TLS_INFO_* attributes
  std::span<const std::byte> mptcp;  ///< nested MPTCP_SUBFLOW_ATTR_* attributes
};

/// struct tcpvegas_info
struct VegasInfo {
  std::uint32_t enabled = 0, rttcnt = 0, rtt = 0, minrtt = 0;
  bool operator==(const VegasInfo&) const = default;
};
/// struct tcp_dctcp_info
struct DctcpInfo {
  std::uint16_t enabled = 0, ce_state = 0;
  std::uint32_t alpha = 0, ab_ecn = 0, ab_tot = 0;
  bool operator==(const DctcpInfo&) const = default;
};
/// struct tcp_bbr_info
struct BbrInfo {
  std::uint64_t bw = 0;
  std::uint32_t min_rtt = 0, pacing_gain = 0, cwnd_gain = 0;
  bool operator==(const BbrInfo&) const = default;
};

/// struct inet_diag_meminfo, the older and coarser relative of SK_MEMINFO
struct OldMemory {
  std::uint32_t rmem = 0, wmem = 0, fmem = 0, tmem = 0;
  bool operator==(const OldMemory&) const = default;
};

/// One of the addresses of an SCTP endpoint or association.
struct SctpAddress {
  Family family{};
  Address address;
  std::uint16_t port = 0;
  bool operator==(const SctpAddress&) const = default;
};

/// How fast a TCP socket's byte counters grew since the look before, in bytes a second.
struct Rates {
  std::optional<std::uint64_t> sent, received, retransmitted;
  bool operator==(const Rates&) const = default;
};

/// What an inet socket has only when asked for (-i, --tos …). Lives in the snapshot's arena.
struct InetDetail {
  std::optional<std::uint8_t> tos, tclass;
  std::optional<std::uint32_t> class_id;
  std::optional<OldMemory> memory;
  std::optional<VegasInfo> vegas;
  std::optional<DctcpInfo> dctcp;
  std::optional<BbrInfo> bbr;
  std::string_view cong;                ///< congestion control; empty: not said
  std::span<const std::byte> tcp_info;  ///< INET_DIAG_INFO as sent; the netid tells which struct: see model/tcp_info.h,
                                        ///< sctp_info.h, mptcp_info.h
  std::span<const std::byte> md5sig;    ///< array of struct tcp_diag_md5sig
  std::span<const SctpAddress> locals, peers;
  std::optional<SctpAddress> primary;  ///< SCTP: the peer's address that is in use
  std::span<const std::byte> sk_bpf_storages;
  std::optional<UlpInfo> ulp;
  std::optional<Rates> rates;  ///< joined by collect; empty: first seen in this look, or nobody compares looks
};

/// AF_INET and AF_INET6.
struct InetPart {
  Address local, peer;
  std::uint16_t local_port = 0;  ///< host byte order; for raw sockets the IP protocol
  std::uint16_t peer_port = 0;
  std::uint32_t interface = 0;  ///< ifindex the socket is bound to, 0 none
  std::uint8_t timer = 0;       ///< 0 off, 1 on, 2 keepalive, 3 timewait, 4 persist, 5 delack
  std::uint8_t retransmits = 0;
  std::optional<std::uint8_t> protocol;  ///< INET_DIAG_PROTOCOL
  std::optional<bool> v6only;
  std::optional<SctpState> association;  ///< an association of an SCTP endpoint, whose inode and cookie it shares
  std::uint32_t expires_ms = 0;
  std::optional<std::uint16_t> sockopt;  ///< INET_DIAG_SOCKOPT bits
  std::optional<std::uint32_t> mark;     ///< only with CAP_NET_ADMIN
  std::optional<std::uint64_t> cgroup_id;
  const InetDetail* detail = nullptr;
};

/// Ring of a packet or (old) netlink socket.
struct Ring {
  std::uint32_t block_size = 0, block_nr = 0, frame_size = 0, frame_nr = 0;
  std::uint32_t retire_tmo = 0, sizeof_priv = 0, features = 0;  ///< packet only
  bool operator==(const Ring&) const = default;
};

/// AF_NETLINK.
struct NetlinkPart {
  std::uint32_t portid = 0, dst_portid = 0, dst_group = 0;
  std::uint8_t protocol = 0;           ///< NETLINK_ROUTE …
  std::uint8_t type = 0;               ///< SOCK_RAW or SOCK_DGRAM
  bool connected = false;              ///< connect(2) named a destination: dst_portid and dst_group mean something
  std::optional<std::uint32_t> flags;  ///< NDIAG_FLAG_*
  const Ring* rx_ring = nullptr;       ///< kernels before 4.6
  const Ring* tx_ring = nullptr;
  std::span<const std::uint32_t> groups;  ///< bit mask, 32 groups a word
};

/// One multicast membership of a packet socket.
struct PacketMembership {
  std::uint32_t interface = 0, count = 0;
  std::uint16_t type = 0;
  std::uint8_t address_length = 0;
  std::array<std::byte, 32> address{};
  bool operator==(const PacketMembership&) const = default;
};

/// What a packet socket has beyond its identity. Lives in the snapshot's arena.
struct PacketDetail {
  std::optional<std::uint32_t> version, reserve, copy_thresh, tstamp, flags;
  std::optional<Ring> rx_ring, tx_ring;
  std::optional<std::uint32_t> fanout;
  std::span<const std::byte> filter;  ///< array of struct sock_filter
  std::span<const PacketMembership> memberships;
};

/// AF_PACKET.
struct PacketPart {
  std::uint16_t protocol = 0;              ///< Ethernet protocol, host byte order (3 is ETH_P_ALL)
  std::optional<std::uint32_t> interface;  ///< 0: any
  const PacketDetail* detail = nullptr;
};

/// AF_VSOCK. All ones stand for VMADDR_CID_ANY and VMADDR_PORT_ANY: bound to every cid, bound or connected to none.
struct VsockPart {
  static constexpr std::uint32_t any = UINT32_MAX;
  std::uint32_t local_cid = any, local_port = any, peer_cid = any, peer_port = any;
};

/// The memory that an XDP socket shares with the kernel; several sockets may share one.
struct XdpUmem {
  std::uint64_t size = 0;
  std::uint32_t id = 0, pages = 0, chunk_size = 0, headroom = 0;
  std::uint32_t interface = 0, queue = 0;  ///< what it is bound to; 0 none
  std::uint32_t flags = 0;                 ///< XDP_DU_F_*
  std::uint32_t refs = 0;                  ///< sockets that use it
  bool operator==(const XdpUmem&) const = default;
};

struct XdpStats {
  std::uint64_t rx_dropped = 0, rx_invalid = 0, rx_full = 0, fill_ring_empty = 0, tx_invalid = 0, tx_ring_empty = 0;
  bool operator==(const XdpStats&) const = default;
};

/// What an XDP socket has beyond its place. Lives in the snapshot's arena.
struct XdpDetail {
  std::optional<std::uint32_t> rx_entries, tx_entries, fill_entries, completion_entries;  ///< rings
  std::optional<XdpUmem> umem;
  std::optional<XdpStats> stats;
};

/// AF_XDP.
struct XdpPart {
  std::optional<std::uint32_t> interface;  ///< 0: not bound
  std::optional<std::uint32_t> queue;
  const XdpDetail* detail = nullptr;
};

/// What holds a TIPC sender back.
enum class TipcCongestion : std::uint8_t { none, link, conn };

/// The other end of a connected TIPC socket, and the name it was found by.
struct TipcPeer {
  std::optional<std::uint32_t> node, ref;
  std::optional<std::uint32_t> type, instance;  ///< only where the connection was made by a service address
};

/// The communication group that a TIPC socket has joined. Lives in the snapshot's arena.
struct TipcGroup {
  std::optional<std::uint32_t> id, instance, send_next;
  bool open = false, node_scope = false, cluster_scope = false;
};

/// AF_TIPC.
struct TipcPart {
  std::optional<std::uint32_t> node, ref;  ///< this end: node address, port
  std::optional<std::uint32_t> drops;
  std::optional<TipcCongestion> congestion;
  std::optional<TipcPeer> peer;
  bool published = false;  ///< bound to a service; told only of sockets that are not connected
  const TipcGroup* group = nullptr;
};

/// What /proc tells of a process that holds sockets. Read only when a column asks.
struct Process {
  std::string_view cmdline;  ///< arguments joined by spaces
  std::string_view cgroup;   ///< path in the unified hierarchy (or systemd's own on v1)
  std::string_view container;
  std::string_view unit;
};

/// SELinux contexts around one descriptor: text of whoever labelled it. Empty: not to be had.
struct SecurityContext {
  std::string_view process;       ///< /proc/PID/attr/current
  std::string_view socket;        ///< security.selinux of the socket's inode
  bool socket_asked_for = false;  ///< else `socket` was not looked at
};

/// One descriptor that holds a socket.
struct Owner {
  int pid = 0;
  int tid = 0;  ///< 0 unless threads were asked for
  int fd = 0;
  std::string_view comm;                      ///< any bytes
  const Process* process = nullptr;           ///< null: not asked for, or gone
  const SecurityContext* security = nullptr;  ///< null: not asked for
};

/// Everybody who holds a socket.
struct Owners {
  std::span<const Owner> list;
};

/// What became of the request to close a socket (skq/destroy.h).
enum class DestroyResult : std::uint8_t {
  killed,         ///< the kernel said that it closed this very socket
  survived,       ///< its owner was told of an error, but the socket is still there: udp and raw ones that are bound
  gone,           ///< it was no longer there: somebody else closed it first
  not_permitted,  ///< lives on: closing takes CAP_NET_ADMIN
  not_supported,  ///< lives on: the kernel cannot close sockets of this kind
  unreachable,    ///< lives on: asked for its address, the kernel finds another socket
  failed          ///< whatever else
};

/// What was done to a socket, or when it was seen to go: what -K and -E know beside the row itself.
struct Fate {
  std::string_view time;                ///< -E: when its end was heard of; empty: not said
  std::optional<DestroyResult> result;  ///< -K
  std::string_view error;               ///< -K: why it was not killed; empty: nothing to explain
};

struct Socket {
  Family family{};
  Netid netid{};
  State state = State::unknown;
  std::optional<Shutdown> shutdown;
  Inode inode{};  ///< 0: none
  Cookie cookie{};
  std::optional<std::uint32_t> recv_q, send_q;
  std::optional<std::uint32_t> uid;
  Memory memory;
  std::variant<std::monostate, UnixPart, InetPart, NetlinkPart, PacketPart, VsockPart, XdpPart, TipcPart> part;

  // Joined by collect; the kernel does not say these.
  const Socket* other_end = nullptr;    ///< the peer's row of the same snapshot
  const Owners* owners = nullptr;       ///< null: not looked, or not allowed to; empty list: nobody holds it
  const Owners* peer_owners = nullptr;  ///< the same for the other end

  const Fate* fate = nullptr;  ///< null: in a mere listing

  [[nodiscard]] const UnixPart* unix_part() const { return std::get_if<UnixPart>(&part); }
  [[nodiscard]] const InetPart* inet() const { return std::get_if<InetPart>(&part); }
  [[nodiscard]] const NetlinkPart* netlink() const { return std::get_if<NetlinkPart>(&part); }
  [[nodiscard]] const PacketPart* packet() const { return std::get_if<PacketPart>(&part); }
  [[nodiscard]] const VsockPart* vsock() const { return std::get_if<VsockPart>(&part); }
  [[nodiscard]] const XdpPart* xdp() const { return std::get_if<XdpPart>(&part); }
  [[nodiscard]] const TipcPart* tipc() const { return std::get_if<TipcPart>(&part); }
};
static_assert(sizeof(Socket) <= 224, "one for each row: what few rows have goes into the arena");

using FamilySet = EnumSet<Family>;
using NetidSet = EnumSet<Netid>;
using StateSet = EnumSet<State>;

/// The family that a netid's rows have; inet kinds may also be inet6.
Family family_of(Netid netid);

// Names as ss and the contract print them. An unknown value gives an empty view; the caller prints unknown(N).
std::string_view to_text(Family family);
std::string_view to_text(Netid netid);
std::string_view to_text(State state);
std::string_view to_text(Shutdown shutdown);
/// "killed", "not-permitted", …
std::string_view to_text(DestroyResult result);
std::string_view to_text(SctpState state);
std::string_view to_text(TipcCongestion congestion);

}  // namespace skq
