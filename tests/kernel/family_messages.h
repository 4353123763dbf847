// Messages of the families that few kernels have. Every byte is annotated from the kernel's headers (linux 6.18,
// include/uapi/linux/{vm_sockets,xdp,tipc_sockets,inet,sctp}*.h) and what fills them; none was recorded.
#pragma once

#include <string>

#include "byte_builder.h"
#include "sample_messages.h"

namespace skq::test {

/// struct vsock_diag_msg
struct Vsock {
  std::uint8_t type = 1, state = 1, shutdown = 0;
  std::uint32_t local_cid = 3, local_port = 1024, peer_cid = 2, peer_port = 9999;
  std::uint32_t inode = 900, cookie = 90;
};

inline Bytes vsock_message(const Vsock& socket = {}) {
  return Bytes()
      .u8(40)               // vdiag_family: AF_VSOCK
      .u8(socket.type)      // vdiag_type: 1 stream, 2 dgram, 5 seqpacket
      .u8(socket.state)     // vdiag_state
      .u8(socket.shutdown)  // vdiag_shutdown: 1 receive, 2 send
      .u32(socket.local_cid)
      .u32(socket.local_port)
      .u32(socket.peer_cid)
      .u32(socket.peer_port)
      .u32(socket.inode)
      .u32(socket.cookie)  // vdiag_cookie[0], the low half
      .u32(1);             // vdiag_cookie[1]
}

/// struct xdp_diag_msg
inline Bytes xdp_head(std::uint32_t inode = 910, std::uint32_t cookie = 91) {
  return Bytes()
      .u8(44)       // xdiag_family: AF_XDP
      .u8(3)        // xdiag_type: SOCK_RAW
      .u16(0)       // pad
      .u32(inode)   // xdiag_ino
      .u32(cookie)  // xdiag_cookie[0]
      .u32(0);      // xdiag_cookie[1]
}

/// struct xdp_diag_umem
inline Bytes xdp_umem() {
  return Bytes()
      .u64(8388608)  // size
      .u32(5)        // id
      .u32(2048)     // num_pages
      .u32(4096)     // chunk_size
      .u32(256)      // headroom
      .u32(1)        // ifindex
      .u32(7)        // queue_id
      .u32(1)        // flags: XDP_DU_F_ZEROCOPY
      .u32(2);       // refs
}

inline Bytes xdp_message() {
  return xdp_head()
      .attribute(1, Bytes().u32(1).u32(7))                               // INFO: ifindex, queue_id
      .attribute(2, Bytes().u32(1000))                                   // UID
      .attribute(3, Bytes().u32(2048))                                   // RX_RING: entries
      .attribute(4, Bytes().u32(1024))                                   // TX_RING
      .attribute(5, xdp_umem())                                          // UMEM
      .attribute(6, Bytes().u32(4096))                                   // UMEM_FILL_RING
      .attribute(7, Bytes().u32(512))                                    // UMEM_COMPLETION_RING
      .attribute(8, sk_meminfo())                                        // MEMINFO
      .attribute(9, Bytes().u64(1).u64(2).u64(3).u64(4).u64(5).u64(6));  // STATS, in the struct's order
}

struct Tipc {
  std::uint32_t type = 1, state = 7, ref = 1701, inode = 920, cookie = 92;
  std::uint32_t received = 0, to_send = 0, dropped = 0;
  Bytes statistics = {};  ///< more of TIPC_NLA_SOCK_STAT
  Bytes more = {};        ///< more of TIPC_NLA_SOCK
};

/// One attribute in which all others are nested (net/tipc/socket.c, tipc_sk_fill_sock_diag).
inline Bytes tipc_message(const Tipc& socket = {}) {
  return Bytes().attribute(2, Bytes()                                                // TIPC_NLA_SOCK
                                  .attribute(2, Bytes().u32(socket.ref))             // REF
                                  .attribute(1, Bytes().u32(16781313))               // ADDR: 1.1.1
                                  .raw(socket.more.span())                           //
                                  .attribute(6, Bytes().u32(socket.type))            // TYPE
                                  .attribute(9, Bytes().u32(socket.state))           // TIPC_STATE
                                  .attribute(7, Bytes().u32(socket.inode))           // INO
                                  .attribute(8, Bytes().u32(1000))                   // UID
                                  .attribute(10, Bytes().u32(socket.cookie).u32(1))  // COOKIE: low half, high half
                                  .attribute(5, Bytes()                              // STAT, whose types begin with 0
                                                    .attribute(0, Bytes().u32(socket.received))
                                                    .attribute(1, Bytes().u32(socket.to_send))
                                                    .attribute(4, Bytes().u32(socket.dropped))
                                                    .raw(socket.statistics.span())));
}

/// TIPC_NLA_SOCK_CON of a connection made to service {18888,17}
inline Bytes tipc_connection() {
  return Bytes().attribute(3, Bytes()
                                  .attribute(2, Bytes().u32(16781314))  // NODE: 1.1.2
                                  .attribute(3, Bytes().u32(4242))      // SOCK
                                  .attribute(1, Bytes())                // FLAG: type and instance follow
                                  .attribute(4, Bytes().u32(18888))     // TYPE
                                  .attribute(5, Bytes().u32(17)));      // INST
}

inline Bytes tipc_group() {
  return Bytes().attribute(12, Bytes()                               // TIPC_NLA_SOCK_GROUP
                                   .attribute(0, Bytes().u32(4711))  // ID
                                   .attribute(4, Bytes().u32(3))     // INSTANCE
                                   .attribute(5, Bytes().u32(77))    // BC_SEND_NEXT
                                   .attribute(3, Bytes())            // CLUSTER_SCOPE
                                   .attribute(1, Bytes()));          // OPEN
}

/// Everything at once, though no real socket is both connected and in a group.
inline Bytes tipc_everything() {
  Tipc socket{.type = 5, .state = 1, .received = 4, .to_send = 5, .dropped = 6};
  socket.statistics.attribute(3, Bytes());                                                   // CONN_CONG
  socket.more.raw(tipc_connection().span()).attribute(4, Bytes()).raw(tipc_group().span());  // HAS_PUBL
  return tipc_message(socket);
}

/// struct sockaddr_storage
inline Bytes storage4(std::uint16_t port, std::uint8_t last) {
  return Bytes().u16(2).port(port).u8(10).u8(0).u8(0).u8(last).zeros(120);
}
inline Bytes storage6(std::uint16_t port, std::uint8_t last) {
  return Bytes()
      .u16(10)
      .port(port)
      .u32(0)  // flow
      .u8(0x20)
      .u8(0x01)
      .u8(0x0d)
      .u8(0xb8)
      .zeros(11)
      .u8(last)
      .zeros(104);
}

/// struct inet_diag_msg over IPv4
inline Bytes inet4(std::uint8_t state, std::uint16_t local_port, std::uint8_t local, std::uint16_t peer_port,
                   std::uint8_t peer, std::uint32_t inode, std::uint32_t receive, std::uint32_t send,
                   std::uint8_t timer = 0) {
  Bytes bytes;
  bytes.u8(2).u8(state).u8(timer).u8(0).port(local_port).port(peer_port);
  bytes.ip4(local != 0 ? 10 : 0, 0, 0, local).ip4(peer != 0 ? 10 : 0, 0, 0, peer);
  return bytes
      .u32(0)          // idiag_if
      .u32(inode * 2)  // idiag_cookie[0]: shared by an endpoint and its associations
      .u32(0)          // idiag_cookie[1]
      .u32(timer != 0 ? 800 : 0)
      .u32(receive)
      .u32(send)
      .u32(0)  // idiag_uid
      .u32(inode);
}

/// struct sctp_info: of an association, or of an endpoint
inline Bytes sctp_info(bool association) {
  Bytes bytes;
  if (!association)
    return bytes.zeros(344)
        .u32(60)      // s_autoclose
        .u32(0)       // s_adaptation_ind
        .u32(212992)  // s_pd_point
        .u8(1)        // s_nodelay
        .u8(0)        // s_disable_fragments
        .u8(1)        // s_v4mapped
        .u8(0)        // s_frag_interleave
        .u32(0)       // s_type
        .u32(0);
  bytes.u32(0xabcd1234).u32(3).u32(106496).u16(2).u16(1).u16(10).u16(11);          // tag … outstrms
  bytes.u32(0).u32(4).u32(5).u32(6).u32(7).u32(1444).u32(99).u32(0x5678);          // fragmentation_point … peer_tag
  bytes.u8(0x41).u8(1).u16(0);                                                     // peer_capable, peer_sack
  for (std::uint64_t counter = 101; counter < 115; ++counter) bytes.u64(counter);  // isacks … ictrlchunks
  bytes.raw(storage4(5000, 2).span());                                             // p_address
  for (std::uint32_t member = 2; member < 13; ++member) bytes.u32(member);         // p_state … p_flight_size
  return bytes.u16(13).u16(0).zeros(24);                                           // p_error, then the endpoint's half
}

/// An endpoint has its own addresses, an association (its state is sctp's) also its peer's.
inline Bytes sctp_endpoint(std::uint8_t state, std::uint32_t inode) {
  return inet4(state, 5000, 0, 0, 0, inode, 1, 5)
      .attribute(8, Bytes().u8(0))                                                          // SHUTDOWN
      .attribute(7, sk_meminfo())                                                           // SKMEMINFO
      .attribute(2, sctp_info(false))                                                       // INFO
      .attribute(12, Bytes().raw(storage4(5000, 1).span()).raw(storage6(5000, 9).span()));  // LOCALS
}
inline Bytes sctp_association(std::uint8_t state, std::uint32_t inode, std::uint16_t peer_port) {
  return inet4(state, 5000, 1, peer_port, 2, inode, 300, 400, 4)
      .attribute(8, Bytes().u8(0))
      .attribute(7, sk_meminfo())
      .attribute(2, sctp_info(true))
      .attribute(12, storage4(5000, 1))                                                               // LOCALS
      .attribute(4, Bytes().text("reno").u8(0))                                                       // CONG
      .attribute(13, Bytes().raw(storage4(peer_port, 2).span()).raw(storage4(peer_port, 3).span()));  // PEERS
}

}  // namespace skq::test
