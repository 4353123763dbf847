// One message of each family with every attribute that Linux 6.18 has, byte by byte. The decoder tests say what they
// mean; the cut tests cut them.
#pragma once

#include "byte_builder.h"

namespace skq::test {

inline Bytes sk_meminfo() {
  return Bytes()
      .u32(1)   // rmem_alloc
      .u32(2)   // rcvbuf
      .u32(3)   // wmem_alloc
      .u32(4)   // sndbuf
      .u32(5)   // fwd_alloc
      .u32(6)   // wmem_queued
      .u32(7)   // optmem
      .u32(8)   // backlog
      .u32(9);  // drops
}

/// struct unix_diag_msg
inline Bytes unix_head(std::uint8_t type, std::uint8_t state) {
  return Bytes()
      .u8(1)             // udiag_family: AF_UNIX
      .u8(type)          // udiag_type
      .u8(state)         // udiag_state
      .u8(0)             // pad
      .u32(4711)         // udiag_ino
      .u32(0x89abcdef)   // udiag_cookie[0], the low half
      .u32(0x01234567);  // udiag_cookie[1]
}

inline Bytes unix_message() {
  return unix_head(1 /* SOCK_STREAM */, 10 /* TCP_LISTEN */)
      .attribute(0, Bytes().text("/run/a.sock").u8(0))  // NAME: a path with its NUL
      .attribute(1, Bytes().u32(77).u32(266338304))     // VFS: inode, then the kernel's dev 254:0
      .attribute(2, Bytes().u32(4712))                  // PEER
      .attribute(3, Bytes().u32(11).u32(0).u32(12))     // ICONS: the second client has closed
      .attribute(4, Bytes().u32(3).u32(128))            // RQLEN: pending, backlog
      .attribute(5, sk_meminfo())                       // MEMINFO
      .attribute(6, Bytes().u8(3))                      // SHUTDOWN: both ways
      .attribute(7, Bytes().u32(1000));                 // UID
}

/// struct inet_diag_msg of 127.0.0.1:8080 with 192.0.2.1:443
inline Bytes inet_head(std::uint8_t family) {
  Bytes bytes;
  bytes
      .u8(family)  // idiag_family
      .u8(1)       // idiag_state: TCP_ESTABLISHED
      .u8(2)       // idiag_timer: keepalive
      .u8(3)       // idiag_retrans
      .port(8080)  // idiag_sport
      .port(443);  // idiag_dport
  if (family == 2) {
    bytes
        .ip4(127, 0, 0, 1)   // idiag_src
        .ip4(192, 0, 2, 1);  // idiag_dst
  } else {
    bytes.zeros(15)
        .u8(1)  // idiag_src: ::1
        .u8(0x20)
        .u8(0x01)
        .u8(0x0d)
        .u8(0xb8)
        .zeros(11)
        .u8(9);  // idiag_dst: 2001:db8::9
  }
  return bytes
      .u32(5)      // idiag_if
      .u32(0x10)   // idiag_cookie[0]
      .u32(1)      // idiag_cookie[1]
      .u32(7200)   // idiag_expires
      .u32(100)    // idiag_rqueue
      .u32(200)    // idiag_wqueue
      .u32(33)     // idiag_uid
      .u32(4242);  // idiag_inode
}

inline Bytes inet_message() {
  return inet_head(2)
      .attribute(1, Bytes().u32(21).u32(22).u32(23).u32(24))                // MEMINFO: rmem, wmem, fmem, tmem
      .attribute(2, Bytes().u8(1).u8(0).u8(7))                              // INFO: of a very old kernel
      .attribute(3, Bytes().u32(1).u32(2).u32(3).u32(4))                    // VEGASINFO: enabled, rttcnt, rtt, minrtt
      .attribute(4, Bytes().text("cubic").u8(0))                            // CONG
      .attribute(5, Bytes().u8(16))                                         // TOS
      .attribute(6, Bytes().u8(32))                                         // TCLASS
      .attribute(7, sk_meminfo())                                           // SKMEMINFO
      .attribute(8, Bytes().u8(1))                                          // SHUTDOWN: RD
      .attribute(9, Bytes().u16(1).u16(2).u32(3).u32(4).u32(5))             // DCTCPINFO
      .attribute(10, Bytes().u8(6))                                         // PROTOCOL
      .attribute(11, Bytes().u8(1))                                         // SKV6ONLY
      .attribute(12, Bytes().u8(71).u8(72))                                 // LOCALS of sctp, cut off
      .attribute(13, Bytes().u8(73))                                        // PEERS of sctp, cut off
      .attribute(14, Bytes())                                               // PAD
      .attribute(15, Bytes().u32(99))                                       // MARK
      .attribute(16, Bytes().u32(0xffffffff).u32(1).u32(3).u32(4).u32(5))   // BBRINFO: bw lo, hi, min_rtt, gains
      .attribute(17, Bytes().u32(65537))                                    // CLASS_ID
      .attribute(18, Bytes().u8(81).u8(82))                                 // MD5SIG, shortened
      .attribute(19 | 0x8000, Bytes()                                       // ULP_INFO, with NLA_F_NESTED
                                  .attribute(1, Bytes().text("tls").u8(0))  // NAME
                                  .attribute(2, Bytes().u8(91))             // TLS, shortened
                                  .attribute(3, Bytes().u8(92)))            // MPTCP, shortened
      .attribute(20, Bytes().u8(61))                                        // SK_BPF_STORAGES, shortened
      .attribute(21, Bytes().u64(0x100000002))                              // CGROUP_ID
      .attribute(22, Bytes().u8(0x02).u8(0x01));                            // SOCKOPT: is_icsk, bind_address_no_port
}

/// struct netlink_diag_msg
inline Bytes netlink_head() {
  return Bytes()
      .u8(16)    // ndiag_family: AF_NETLINK
      .u8(3)     // ndiag_type: SOCK_RAW
      .u8(15)    // ndiag_protocol: NETLINK_KOBJECT_UEVENT
      .u8(1)     // ndiag_state: NETLINK_CONNECTED
      .u32(640)  // ndiag_portid
      .u32(7)    // ndiag_dst_portid
      .u32(2)    // ndiag_dst_group
      .u32(555)  // ndiag_ino
      .u32(1)    // ndiag_cookie[0]
      .u32(0);   // ndiag_cookie[1]
}

inline Bytes netlink_message() {
  return netlink_head()
      .attribute(0, sk_meminfo())                         // MEMINFO
      .attribute(1, Bytes().u32(0x80000001).u32(2))       // GROUPS: 1, 32 and 34
      .attribute(2, Bytes().u32(1).u32(2).u32(3).u32(4))  // RX_RING
      .attribute(3, Bytes().u32(5).u32(6).u32(7).u32(8))  // TX_RING
      .attribute(4, Bytes().u32(0x28));                   // FLAGS
}

/// struct packet_diag_msg
inline Bytes packet_head(std::uint8_t type) {
  return Bytes()
      .u8(17)      // pdiag_family: AF_PACKET
      .u8(type)    // pdiag_type
      .u16(0x800)  // pdiag_num: ETH_P_IP, in host order
      .u32(556)    // pdiag_ino
      .u32(2)      // pdiag_cookie[0]
      .u32(0);     // pdiag_cookie[1]
}

inline Bytes packet_message() {
  return packet_head(3 /* SOCK_RAW */)
      .attribute(0, Bytes().u32(4).u32(2).u32(10).u32(11).u32(12).u32(1))  // INFO: index, version, reserve,
                                                                           // copy_thresh, tstamp, flags
      .attribute(1, Bytes()
                        .u32(4)
                        .u32(1)
                        .u16(1)
                        .u16(6)  // MCLIST: index, count, type, alen
                        .u8(1)
                        .u8(2)
                        .u8(3)
                        .u8(4)
                        .u8(5)
                        .u8(6)
                        .zeros(26))                                              // and the address
      .attribute(2, Bytes().u32(1).u32(2).u32(3).u32(4).u32(5).u32(6).u32(7))    // RX_RING
      .attribute(3, Bytes().u32(8).u32(9).u32(10).u32(11).u32(0).u32(0).u32(0))  // TX_RING
      .attribute(4, Bytes().u32(0x10007))                                        // FANOUT: lb, id 7
      .attribute(5, Bytes().u32(0))                                              // UID: root
      .attribute(6, sk_meminfo())                                                // MEMINFO
      .attribute(7, Bytes().u16(6).u8(0).u8(0).u32(1));                          // FILTER: one instruction
}

}  // namespace skq::test
