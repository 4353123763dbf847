// Fills and limits on plain values: who is charged, against what, and where the question makes no sense.
#include "model/derived.h"

#include <gtest/gtest.h>

namespace skq {
namespace {

Memory memory(std::uint32_t rmem, std::uint32_t rcvbuf, std::uint32_t wmem, std::uint32_t sndbuf,
              std::uint32_t queued = 0) {
  return {.values = {rmem, rcvbuf, wmem, sndbuf, 0, queued, 0, 0, 0}, .known = memory_items};
}

Socket unix_socket(Netid netid, std::uint32_t inode, std::optional<Inode> peer, Memory mem,
                   State state = State::established) {
  Socket s;
  s.family = Family::unix_domain;
  s.netid = netid;
  s.state = state;
  s.inode = Inode{inode};
  s.shutdown = Shutdown::none;
  s.memory = mem;
  s.part = UnixPart{.peer_inode = peer};
  return s;
}

Socket inet_socket(Netid netid, Memory mem, State state = State::established) {
  Socket s;
  s.family = Family::inet;
  s.netid = netid;
  s.state = state;
  s.memory = mem;
  s.part = InetPart{};
  return s;
}

// 278 one-byte messages fill a default unix buffer: the figures of a real blocked writer.
struct BlockedPair : testing::Test {
  Socket writer = unix_socket(Netid::u_str, 10, Inode{11}, memory(0, 212992, 213504, 212992));
  Socket reader = unix_socket(Netid::u_str, 11, Inode{10}, memory(0, 212992, 0, 212992));
  void SetUp() override {
    writer.other_end = &reader;
    reader.other_end = &writer;
    reader.recv_q = 278;
    writer.recv_q = 0;
  }
};

TEST_F(BlockedPair, ChargesTheSender) {
  EXPECT_EQ(send_mem(writer), Bytes{213504});
  EXPECT_NEAR(send_fill(writer)->value, 100.24, 0.01);
  EXPECT_EQ(recv_mem(reader), Bytes{213504});
  EXPECT_EQ(recv_limit(reader), Bytes{212992});
  EXPECT_NEAR(recv_fill(reader)->value, 100.24, 0.01);
  EXPECT_EQ(send_mem(reader), Bytes{0});
}

TEST_F(BlockedPair, FillIsWhatBlocksSomebodyAtEitherEnd) {
  EXPECT_EQ(fill(writer), send_fill(writer));
  EXPECT_EQ(fill(reader), recv_fill(reader));
}

TEST_F(BlockedPair, SmallMessagesHoldLittlePayload) { EXPECT_NEAR(payload_percent(writer)->value, 0.13, 0.01); }

TEST_F(BlockedPair, PayloadOfNothingIsUnknown) { EXPECT_EQ(payload_percent(reader), std::nullopt); }

TEST_F(BlockedPair, ReceiverIsUnknownWithoutItsOtherEnd) {
  reader.other_end = nullptr;
  EXPECT_EQ(recv_mem(reader), std::nullopt);
  EXPECT_EQ(recv_fill(reader), std::nullopt);
  EXPECT_EQ(fill(reader), send_fill(reader));
}

// poll(POLLOUT) of a unix socket: (wmem_alloc + 1) * 4 <= sndbuf, so exactly a quarter is not writable.
TEST_F(BlockedPair, WritableUpToAQuarter) {
  EXPECT_EQ(writable(writer), false);
  writer.memory.values[2] = 212992 / 4;
  EXPECT_EQ(writable(writer), false);
  writer.memory.values[2] = 212992 / 4 - 1;
  EXPECT_EQ(writable(writer), true);
}

TEST(Derived, ADatagramSenderWaitsForTheReceiverNotForMemory) {
  Socket sender = unix_socket(Netid::u_dgr, 10, Inode{11}, memory(0, 0, 8448, 212992));
  Socket receiver = unix_socket(Netid::u_dgr, 11, std::nullopt, memory(0, 0, 0, 212992));
  EXPECT_EQ(writable(sender), std::nullopt);
  sender.other_end = &receiver;
  EXPECT_EQ(writable(sender), std::nullopt);
  std::get<UnixPart>(receiver.part).peer_inode = Inode{10};  // connected back: only memory counts
  EXPECT_EQ(writable(sender), true);
  sender.memory.values[2] = 100000;
  std::get<UnixPart>(receiver.part).peer_inode = Inode{99};
  EXPECT_EQ(writable(sender), false);  // no room in memory is no room, whoever receives
}

TEST(Derived, TcpCountsWhatIsQueuedAndIsWritableUpToTwoThirds) {
  Socket s = inet_socket(Netid::tcp, memory(5, 100, 1, 900, 600));
  EXPECT_EQ(send_mem(s), Bytes{600});
  EXPECT_EQ(writable(s), true);
  s.memory.values[5] = 602;
  EXPECT_EQ(writable(s), false);
  s.memory.values[5] = 67200;  // more than sndbuf, as the kernel really reports
  EXPECT_EQ(writable(s), false);
  EXPECT_GT(send_fill(s)->value, 100);
  EXPECT_EQ(recv_mem(s), Bytes{5});
  EXPECT_EQ(recv_fill(s), Percent{5});
}

TEST(Derived, TcpPayloadIsUnacknowledgedDataAgainstItsMemory) {
  Socket s = inet_socket(Netid::tcp, memory(0, 100, 0, 4194304, 3847872));
  s.send_q = 3782144;
  EXPECT_NEAR(payload_percent(s)->value, 98.29, 0.01);
}

TEST(Derived, UdpIsWritableBelowHalf) {
  EXPECT_EQ(writable(inet_socket(Netid::udp, memory(0, 1, 498, 1000))), true);
  EXPECT_EQ(writable(inet_socket(Netid::udp, memory(0, 1, 499, 1000))), false);
}

TEST(Derived, OneMoreThanTheBacklogFits) {
  Socket s = unix_socket(Netid::u_str, 1, std::nullopt, memory(0, 0, 0, 212992), State::listen);
  s.recv_q = 4;
  s.send_q = 3;
  EXPECT_EQ(accept_queue(s), 4U);
  EXPECT_EQ(accept_limit(s), 4U);
  EXPECT_EQ(accept_fill(s), Percent{100});
  EXPECT_EQ(fill(s), Percent{100});
  EXPECT_EQ(writable(s), std::nullopt);
  s.send_q = UINT32_MAX;
  EXPECT_EQ(accept_limit(s), UINT32_MAX);
}

TEST(Derived, OnlyListenersHaveAnAcceptQueue) {
  Socket s = inet_socket(Netid::tcp, memory(0, 1, 0, 1));
  s.recv_q = s.send_q = 7;
  EXPECT_EQ(accept_queue(s), std::nullopt);
  Socket udp = inet_socket(Netid::udp, memory(0, 1, 0, 1), State::listen);
  udp.recv_q = 7;
  EXPECT_EQ(accept_queue(udp), std::nullopt);
}

TEST(Derived, WithoutMemoryNothingIsKnown) {
  const Socket s = inet_socket(Netid::tcp, {});
  EXPECT_EQ(send_mem(s), std::nullopt);
  EXPECT_EQ(fill(s), std::nullopt);
  EXPECT_EQ(writable(s), std::nullopt);
}

TEST(Derived, AnOlderKernelsShortStructLacksOnlyItsTail) {
  Socket s = inet_socket(Netid::tcp, memory(5, 100, 1, 900, 600));
  s.memory.known = 4;
  EXPECT_EQ(recv_mem(s), Bytes{5});
  EXPECT_EQ(send_mem(s), std::nullopt);  // wmem_queued did not come
}

TEST(Derived, NoLimitNoRatio) { EXPECT_EQ(send_fill(inet_socket(Netid::udp, memory(0, 0, 5, 0))), std::nullopt); }

TEST(PeerStatus, TellsWhatAZeroPeerIs) {
  const auto status = [](Netid netid, std::optional<Inode> peer, Shutdown shutdown) {
    Socket s = unix_socket(netid, 1, peer, {});
    s.shutdown = shutdown;
    return peer_status(s);
  };
  EXPECT_EQ(status(Netid::u_str, std::nullopt, Shutdown::none), PeerStatus::none);
  EXPECT_EQ(status(Netid::u_str, Inode{0}, Shutdown::none), PeerStatus::pending);
  EXPECT_EQ(status(Netid::u_str, Inode{0}, Shutdown::wr), PeerStatus::pending);
  EXPECT_EQ(status(Netid::u_seq, Inode{0}, Shutdown::rdwr), std::nullopt);  // only the listener's list can tell
  EXPECT_EQ(status(Netid::u_dgr, Inode{0}, Shutdown::none), PeerStatus::dead);
  EXPECT_EQ(status(Netid::u_str, Inode{77}, Shutdown::none), PeerStatus::elsewhere);
  EXPECT_EQ(peer_status(inet_socket(Netid::tcp, {})), std::nullopt);
}

TEST(PeerStatus, BelievesTheListenersList) {
  Socket s = unix_socket(Netid::u_str, 1, Inode{0}, {});
  s.shutdown = Shutdown::rdwr;  // a client that shut down both ways while it waits
  std::get<UnixPart>(s.part).in_pending_list = true;
  EXPECT_EQ(peer_status(s), PeerStatus::pending);
  std::get<UnixPart>(s.part).in_pending_list = false;
  EXPECT_EQ(peer_status(s), PeerStatus::dead);
}

TEST(Datagrams, AreCountedWhereTheQueueIsKnown) {
  Socket receiver = unix_socket(Netid::u_dgr, 11, std::nullopt, memory(0, 0, 0, 212992));
  EXPECT_FALSE(dgram_queue(receiver).has_value() || dgram_limit(receiver).has_value() ||
               dgram_fill(receiver).has_value());
  UnixQueue queue{.length = 11, .limit = 11};
  std::get<UnixPart>(receiver.part).queue = &queue;
  EXPECT_EQ(dgram_queue(receiver), 11U);
  EXPECT_EQ(dgram_limit(receiver), 11U);
  EXPECT_EQ(dgram_fill(receiver), Percent{100});
  EXPECT_EQ(fill(receiver), Percent{100}) << "the one that blocks somebody first";
  Socket sender = unix_socket(Netid::u_dgr, 10, Inode{11}, memory(0, 0, 768, 212992));
  EXPECT_FALSE(receiver_has_room(sender).has_value());
  sender.other_end = &receiver;
  EXPECT_EQ(receiver_has_room(sender), false);
  queue.length = 10;
  EXPECT_EQ(receiver_has_room(sender), true);
  // Connected back: the sender's memory decides, and the queue may be longer than any limit.
  std::get<UnixPart>(receiver.part).peer_inode = Inode{10};
  queue = {.length = 200, .limit = std::nullopt};
  EXPECT_FALSE(receiver_has_room(sender).has_value());
  EXPECT_FALSE(dgram_fill(receiver));
  // Of a stream the queue is another matter.
  receiver.netid = Netid::u_str;
  EXPECT_FALSE(dgram_queue(receiver));
}

}  // namespace
}  // namespace skq
