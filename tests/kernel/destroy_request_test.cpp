// What is asked to be closed is one socket by all that it is, and only a plain yes of the kernel is a yes.
#include "kernel/destroy_request.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "byte_builder.h"

namespace skq::kernel {
namespace {

using test::Bytes;

Socket tcp_socket() {
  Socket socket;
  socket.family = Family::inet;
  socket.netid = Netid::tcp;
  socket.cookie = Cookie{0x0000000500000007};
  InetPart part;
  part.local.bytes[0] = part.peer.bytes[0] = std::byte{127};
  part.local.bytes[3] = std::byte{1};
  part.peer.bytes[3] = std::byte{2};
  part.local_port = 8080;
  part.peer_port = 443;
  part.interface = 3;
  socket.part = part;
  return socket;
}

std::vector<std::byte> message(std::uint8_t family, std::uint8_t protocol, std::uint8_t pad, const Bytes& end = {}) {
  Bytes body;
  body.u8(family).u8(protocol).u8(0).u8(pad).u32(0xffffffff);
  body.port(8080).port(443).ip4(127, 0, 0, 1).ip4(127, 0, 0, 2).u32(3).u32(7).u32(5).raw(end.span());
  const Bytes whole = Bytes().message(21 /* SOCK_DESTROY */, 0x5 /* REQUEST | ACK */, 9, 0, body);
  return {whole.span().begin(), whole.span().end()};
}

TEST(DestroyRequest, NamesAddressesPortsDeviceAndCookie) {
  const auto bytes = destroy_bytes(tcp_socket(), 443, 9);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, message(2, 6, 0));
}

TEST(DestroyRequest, Protocols) {
  Socket socket = tcp_socket();
  socket.family = Family::inet6;
  socket.netid = Netid::mptcp;
  EXPECT_EQ(*destroy_bytes(socket, 443, 9), message(10, 0, 0, Bytes().attribute(3, Bytes().u32(262))));
  socket.family = Family::inet;
  socket.netid = Netid::raw;
  EXPECT_EQ(*destroy_bytes(socket, 443, 9), message(2, 255, 8080 & 0xff)) << "the IP protocol of a raw socket";
}

// All bits set would tell the kernel not to compare cookies.
TEST(DestroyRequest, NothingWithoutAnIdentity) {
  Socket socket = tcp_socket();
  for (const std::uint64_t cookie : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    socket.cookie = Cookie{cookie};
    EXPECT_FALSE(destroy_bytes(socket, 443, 9));
  }
  Socket other;
  other.cookie = Cookie{7};
  other.netid = Netid::u_str;
  other.part = UnixPart{};
  EXPECT_FALSE(destroy_bytes(other, 0, 9));
}

std::optional<int> answer(const Bytes& message) {
  const test::ExactCopy copy(message.span());
  return destroy_answer(copy.span(), 9);
}

TEST(DestroyAnswer, IsItsErrno) {
  EXPECT_EQ(answer(Bytes().message(2, 0, 9, 1, Bytes().u32(0))), 0);
  EXPECT_EQ(answer(Bytes().message(2, 0, 9, 1, Bytes().u32(static_cast<std::uint32_t>(-EPERM)))), EPERM);
}

TEST(DestroyAnswer, OnlyAPlainZeroIsAYes) {
  EXPECT_EQ(answer(Bytes().message(2, 0, 9, 1, {})), EPROTO);
  EXPECT_EQ(answer(Bytes().message(2, 0, 9, 1, Bytes().u32(1))), EPROTO);
  EXPECT_EQ(answer(Bytes().message(2, 0, 9, 1, Bytes().u32(0x80000000))), EPROTO);
  EXPECT_EQ(answer(Bytes().message(2, 0, 8, 1, Bytes().u32(0))), std::nullopt) << "of another request";
  EXPECT_EQ(answer(Bytes().message(20, 0, 9, 1, Bytes().u32(0))), std::nullopt) << "no answer";
  EXPECT_EQ(answer(Bytes().u32(16)), std::nullopt);
  EXPECT_EQ(answer({}), std::nullopt);
}

}  // namespace
}  // namespace skq::kernel
