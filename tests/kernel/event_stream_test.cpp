// What an event says, and what it only seems to say.
#include "kernel/event_stream.h"

#include <gtest/gtest.h>

#include "sample_messages.h"

namespace skq::kernel {
namespace {

using test::Bytes;

constexpr std::uint16_t protocol_attribute = 10;  // INET_DIAG_PROTOCOL

Bytes event(std::uint8_t protocol) { return test::inet_head(2).attribute(protocol_attribute, Bytes().u8(protocol)); }

bool decoded(const Bytes& message, Socket& to) {
  static Arena arena;
  const test::ExactCopy copy(message.span());
  return decode_event(copy.span(), arena, to);
}

TEST(Event, HasNeitherInodeNorUser) {
  Socket socket;
  ASSERT_TRUE(decoded(event(6), socket));
  EXPECT_EQ(socket.netid, Netid::tcp);
  EXPECT_EQ(socket.inet()->local_port, 8080);
  EXPECT_EQ(socket.inode, Inode{0});
  EXPECT_FALSE(socket.uid);
  EXPECT_TRUE(socket.send_q);
}

TEST(Event, OfUdpHasNoSendQueue) {
  Socket socket;
  ASSERT_TRUE(decoded(event(17), socket));
  EXPECT_EQ(socket.netid, Netid::udp);
  EXPECT_FALSE(socket.send_q);
}

TEST(Event, OfAnUnknownProtocolIsNone) {
  Socket socket;
  EXPECT_FALSE(decoded(event(1), socket));
  Socket nameless;
  EXPECT_FALSE(decoded(test::inet_head(2), nameless)) << "it does not say its protocol";
  Socket nothing;
  EXPECT_FALSE(decoded({}, nothing));
}

TEST(Event, CutAnywhereIsNoRowOrAWholeOne) {
  const Bytes whole = event(6);
  const std::size_t padding = 3;
  for (std::size_t size = 0; size < whole.size() - padding; ++size) {
    Socket socket;
    EXPECT_FALSE(decoded(Bytes().raw(whole.span().first(size)), socket)) << size;
  }
}

}  // namespace
}  // namespace skq::kernel
