// Data that nobody reads, descriptors that nobody has, peers that are gone, and what the kernel had to drop.
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "descriptors.h"
#include "why_test.h"

namespace why {
namespace {

using LostData = WhyTest;

TEST_F(LostData, NobodyReadsWhatWaitsOnAUnixSocket) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int near = pair.a.get(), far = pair.b.get();
  const auto inode = live::inode_of(far);
  ASSERT_TRUE(live::send_text(near, "unread"));
  const Actor writer = holder("writer", {near});
  const Actor reader = holder("reader", {far});
  pair = {};
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "unread-data", reader.causes(far, "sleeping"));
  ASSERT_NE(finding, nullptr);
  EXPECT_TRUE(finding->inode == inode || finding->peer_inode == inode) << answer.text;
  EXPECT_NE(finding->severity, "critical");
}

TEST_F(LostData, NobodyReadsWhatWaitsOnATcpSocket) {
  UniqueFd listener = live::tcp_listener("127.0.0.1", 4000);
  Pair pair = live::tcp_pair(listener.get(), "127.0.0.1", 4000);
  listener.reset();
  const int near = pair.a.get(), far = pair.b.get();
  ASSERT_TRUE(live::send_text(near, "unread"));
  ASSERT_TRUE(await([&] { return live::queued_in(far) == 6; })) << "situation";
  const Actor writer = holder("writer", {near});
  const Actor reader = holder("reader", {far});
  pair = {};
  const Answer answer = ask_why();
  expect_told(answer, "unread-data", reader.causes(far, "sleeping"));
}

TEST_F(LostData, AReaderThatPollsItsSocketHasNoUnreadData) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int near = pair.a.get(), far = pair.b.get();
  const Actor reader("reader", {far}, [&](Told& told) {
    char byte = 0;
    told.will_block();
    while (read(far, &byte, 1) == 1) {
    }
  });
  const Actor idle = holder("writer", {near});
  pair = {};
  ASSERT_BLOCKS(reader, SYS_read);
  const Answer answer = ask_why();
  EXPECT_TRUE(answer.of_rule("unread-data").empty()) << answer.text;
  EXPECT_EQ(answer.critical(), "");
}

// Its data and itself are in a queue, and nobody has it.
TEST_F(LostData, DataOfASocketThatNobodyHolds) {
  Pair pair = unix_pair(SOCK_STREAM), carrier = unix_pair(SOCK_STREAM);
  const int near = pair.a.get();
  const auto inode = live::inode_of(pair.b.get());
  const Actor keeper = holder("keeper", {carrier.a.get(), carrier.b.get()});
  const Actor writer = holder("writer", {near});
  ASSERT_TRUE(live::send_text(near, "lost"));
  ASSERT_TRUE(send_descriptor(carrier.a.get(), pair.b.get()));
  pair = {};
  carrier = {};
  ASSERT_EQ(holders_of(inode), 0) << "situation";
  const Answer answer = ask_why();
  ASSERT_EQ(answer.of_rule("orphaned-socket").size(), 1U) << answer.text;
  const auto* finding = answer.of_rule("orphaned-socket")[0];
  EXPECT_TRUE(finding->inode == inode || finding->peer_inode == inode) << answer.text;
}

TEST_F(LostData, AClientOfADatagramServerThatDied) {
  UniqueFd server = live::unix_bound(SOCK_DGRAM, file("s"));
  UniqueFd socket = live::unix_socket(SOCK_DGRAM);
  const int fd = socket.get();
  const auto inode = live::inode_of(fd);
  ASSERT_TRUE(live::unix_connect(fd, file("s")));
  const Actor client = holder("client", {fd});
  server.reset();
  socket.reset();
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "peer-gone", client.causes(fd, "sleeping"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->inode, inode);
}

TEST_F(LostData, TheRestOfAConnectionWhoseOtherEndIsClosed) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int far = pair.b.get();
  const auto inode = live::inode_of(far);
  ASSERT_TRUE(live::send_text(pair.a.get(), "the rest"));
  const Actor reader = holder("reader", {far});
  pair = {};
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "peer-gone", reader.causes(far, "sleeping"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->inode, inode);
}

/// Makes the kernel tell of lo's flags, as often as needed.
void make_link_events(int times) {
  const UniqueFd any = live::inet_socket("127.0.0.1", SOCK_DGRAM);
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  for (int at = 0; at < times; ++at) {
    request.ifr_flags = static_cast<short>(at % 2 == 0 ? 0 : IFF_UP);
    ioctl(any.get(), SIOCSIFFLAGS, &request);
  }
}

TEST_F(LostData, ANetlinkListenerThatWasOverrun) {
  UniqueFd socket = live::netlink_socket(NETLINK_ROUTE, 0, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE);
  const int fd = socket.get();
  ASSERT_GE(fd, 0);
  const auto inode = live::inode_of(fd);
  live::set_option(fd, SO_RCVBUF, 2304);
  make_link_events(20);
  ASSERT_GT(live::memory_of(fd)[live::drops], 0U) << "situation";
  const Actor listener = holder("listener", {fd});
  socket.reset();
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "netlink-overrun", listener.causes(fd, "sleeping"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->inode, inode);
}

TEST_F(LostData, APacketSocketThatDrops) {
  UniqueFd socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL)));
  if (!socket.valid()) GTEST_SKIP() << "no packet socket is permitted here";
  const int fd = socket.get();
  const auto inode = live::inode_of(fd);
  live::set_option(fd, SO_RCVBUF, 2304);
  const UniqueFd receiver = live::inet_bound("127.0.0.1", 4000, SOCK_DGRAM);
  const UniqueFd sender = live::inet_client("127.0.0.1", 4000, SOCK_DGRAM);
  for (int at = 0; at < 50; ++at) live::send_text(sender.get(), std::string(500, 'x'));
  ASSERT_GT(live::memory_of(fd)[live::drops], 0U) << "situation";
  const Actor sniffer = holder("sniffer", {fd});
  socket.reset();
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "packet-drops", sniffer.causes(fd, "sleeping"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->inode, inode);
}

}  // namespace
}  // namespace why
