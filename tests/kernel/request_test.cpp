// What is asked of the kernel: the bytes, and only what somebody needs.
#include "kernel/request.h"

#include <gtest/gtest.h>

#include "byte_builder.h"

namespace skq::kernel {
namespace {

using test::Bytes;

const StateSet listen_and_established(State::listen, State::established);
constexpr std::uint32_t their_bits = (1U << 10) | (1U << 1);

std::vector<std::byte> asked(Family family, Netid netid, NeedSet needs, bool pending = false) {
  return request_bytes({family, netid, listen_and_established, needs, pending}, 5);
}

std::vector<std::byte> message(const Bytes& body) {
  const Bytes whole = Bytes().message(20 /* SOCK_DIAG_BY_FAMILY */, 0x301 /* REQUEST | DUMP */, 5, 0, body);
  return {whole.span().begin(), whole.span().end()};
}

Bytes unix_body(std::uint32_t show) {
  return Bytes()
      .u8(1)
      .u8(0)
      .u16(0)           // family, protocol, pad
      .u32(their_bits)  // udiag_states
      .u32(0)           // udiag_ino
      .u32(show)        // udiag_show
      .u32(0)
      .u32(0);  // udiag_cookie
}

TEST(Request, UnixAsksForNothingThatIsNotNeeded) {
  EXPECT_EQ(asked(Family::unix_domain, Netid::u_str, {}), message(unix_body(0)));
}

TEST(Request, UnixNeeds) {
  const auto show = [](Need need) { return asked(Family::unix_domain, Netid::u_str, NeedSet(need)); };
  EXPECT_EQ(show(Need::name), message(unix_body(0x01)));
  EXPECT_EQ(show(Need::vfs), message(unix_body(0x02)));
  EXPECT_EQ(show(Need::peer_inode), message(unix_body(0x04)));
  EXPECT_EQ(show(Need::peer), message(unix_body(0x04)));
  EXPECT_EQ(show(Need::queues), message(unix_body(0x10)));
  EXPECT_EQ(show(Need::memory), message(unix_body(0x20)));
  EXPECT_EQ(show(Need::uid), message(unix_body(0x40)));
  EXPECT_EQ(show(Need::pending), message(unix_body(0))) << "only the apart-asked dump may have ICONS";
  EXPECT_EQ(asked(Family::unix_domain, Netid::u_str, {}, true), message(unix_body(0x08)));
}

Bytes inet_body(std::uint8_t family, std::uint8_t protocol, std::uint8_t ext) {
  return Bytes()
      .u8(family)
      .u8(protocol)
      .u8(ext)
      .u8(0)            // family, protocol, idiag_ext, pad
      .u32(their_bits)  // idiag_states
      .zeros(48);       // struct inet_diag_sockid
}

TEST(Request, InetProtocols) {
  EXPECT_EQ(asked(Family::inet, Netid::tcp, {}), message(inet_body(2, 6, 0)));
  EXPECT_EQ(asked(Family::inet6, Netid::tcp, {}), message(inet_body(10, 6, 0)));
  EXPECT_EQ(asked(Family::inet, Netid::udp, {}), message(inet_body(2, 17, 0)));
  EXPECT_EQ(asked(Family::inet, Netid::raw, {}), message(inet_body(2, 255, 0)));
  EXPECT_EQ(asked(Family::inet, Netid::sctp, {}), message(inet_body(2, 132, 0)));
  EXPECT_EQ(asked(Family::inet, Netid::dccp, {}), message(inet_body(2, 33, 0)));
  EXPECT_EQ(asked(Family::inet6, Netid::mptcp, {}),
            message(inet_body(10, 0, 0).attribute(3 /* INET_DIAG_REQ_PROTOCOL */, Bytes().u32(262))));
}

TEST(Request, InetNeeds) {
  const auto ext = [](Need need) { return asked(Family::inet, Netid::tcp, NeedSet(need)); };
  EXPECT_EQ(ext(Need::queues), message(inet_body(2, 6, 0)));
  EXPECT_EQ(ext(Need::memory), message(inet_body(2, 6, 0x40)));
  EXPECT_EQ(ext(Need::tcp_info), message(inet_body(2, 6, 0x02)));
  EXPECT_EQ(ext(Need::congestion), message(inet_body(2, 6, 0x0c)));
  EXPECT_EQ(ext(Need::tos), message(inet_body(2, 6, 0x30)));
}

TEST(Request, Netlink) {
  const auto body = [](std::uint32_t show) {
    return Bytes()
        .u8(16)
        .u8(0xff)
        .u16(0)  // family, NDIAG_PROTO_ALL, pad
        .u32(0)
        .u32(show)
        .u32(0)
        .u32(0);  // ndiag_ino, ndiag_show, ndiag_cookie
  };
  EXPECT_EQ(asked(Family::netlink, Netid::nl, {}), message(body(0)));
  EXPECT_EQ(asked(Family::netlink, Netid::nl, NeedSet(Need::queues)), message(body(1)));
  EXPECT_EQ(asked(Family::netlink, Netid::nl, NeedSet(Need::memory, Need::detail)), message(body(0xf)));
}

TEST(Request, Packet) {
  const auto body = [](std::uint32_t show) {
    return Bytes()
        .u8(17)
        .u8(0)
        .u16(0)  // family, protocol, pad
        .u32(0)
        .u32(show)
        .u32(0)
        .u32(0);  // pdiag_ino, pdiag_show, pdiag_cookie
  };
  EXPECT_EQ(asked(Family::packet, Netid::p_raw, {}), message(body(0x01)));
  EXPECT_EQ(asked(Family::packet, Netid::p_raw, NeedSet(Need::queues)), message(body(0x11)));
  EXPECT_EQ(asked(Family::packet, Netid::p_raw, NeedSet(Need::memory, Need::detail)), message(body(0x1f)));
  EXPECT_EQ(asked(Family::packet, Netid::p_raw, NeedSet(Need::memory, Need::detail, Need::filter)),
            message(body(0x3f)));
  EXPECT_EQ(asked(Family::packet, Netid::p_raw, NeedSet(Need::filter)), message(body(0x21)));
}

TEST(Request, Vsock) {
  EXPECT_EQ(asked(Family::vsock, Netid::v_str, NeedSet(Need::queues, Need::memory, Need::detail)),
            message(Bytes()
                        .u8(40)
                        .u8(0)
                        .u16(0)           // family, protocol, pad
                        .u32(their_bits)  // vdiag_states
                        .u32(0)           // vdiag_ino
                        .u32(0)           // vdiag_show, which must be 0
                        .u32(0)
                        .u32(0)));  // vdiag_cookie
}

TEST(Request, Xdp) {
  const auto body = [](std::uint32_t show) {
    return Bytes()
        .u8(44)
        .u8(0)
        .u16(0)  // family, protocol, pad
        .u32(0)
        .u32(show)
        .u32(0)
        .u32(0);  // xdiag_ino, xdiag_show, xdiag_cookie
  };
  EXPECT_EQ(asked(Family::xdp, Netid::xdp, {}), message(body(0x01)));
  EXPECT_EQ(asked(Family::xdp, Netid::xdp, NeedSet(Need::queues)), message(body(0x09)));
  EXPECT_EQ(asked(Family::xdp, Netid::xdp, NeedSet(Need::memory, Need::detail)), message(body(0x1f)));
}

// For a state that was not asked for the kernel would send an empty message.
TEST(Request, TipcAsksForEveryState) {
  EXPECT_EQ(asked(Family::tipc, Netid::ti_st, NeedSet(Need::detail)),
            message(Bytes().u8(30).u8(0).u16(0).u32(0xffffffff)));  // family, protocol, pad, tidiag_states
}

TEST(Request, KeyTellsDumpsApart) {
  EXPECT_EQ(key_of(asked(Family::unix_domain, Netid::u_str, {})), (RequestKey{1, 0, false}));
  EXPECT_EQ(key_of(asked(Family::unix_domain, Netid::u_str, {}, true)), (RequestKey{1, 0, true}));
  EXPECT_EQ(key_of(asked(Family::inet, Netid::tcp, NeedSet(Need::memory))), (RequestKey{2, 6, false}));
  EXPECT_EQ(key_of(asked(Family::inet, Netid::mptcp, {})), (RequestKey{2, 262, false}));
  EXPECT_EQ(key_of(asked(Family::netlink, Netid::nl, {})), (RequestKey{16, 255, false}));
  EXPECT_EQ(key_of({}), std::nullopt);
}

}  // namespace
}  // namespace skq::kernel
