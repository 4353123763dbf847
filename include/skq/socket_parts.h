// What the kernel says of a socket beyond what all have: a part for each family, and the details that are sent only
// when asked for. Plain data; whatever was not said is an empty optional, never a zero.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "skq/kinds.h"
#include "skq/types.h"

namespace skq {

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

/// What sock_diag does not say of a unix socket. Lives in the snapshot's arena.
struct UnixQueue {
  std::uint32_t length = 0;                  ///< messages that wait to be received; of a listener, connections
  std::optional<std::uint32_t> limit;        ///< how many fit; empty: it is connected, and its sender's memory decides
  std::optional<std::uint32_t> descriptors;  ///< that travel to it in messages
  std::optional<bool> in_flight;             ///< the socket itself travels in a message
  bool operator==(const UnixQueue&) const = default;
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
  std::span<const Inode> pending;    ///< Listener: inodes of clients not yet accepted (0: that client closed).
  const UnixQueue* queue = nullptr;  ///< Null: nobody asked (Need::unix_queue), or not to be had.
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
std::string_view to_text(TipcCongestion congestion);

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

}  // namespace skq
