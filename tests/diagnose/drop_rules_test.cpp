// What the kernel throws away: datagrams, netlink messages, packets; and memory that it refuses.
#include <gtest/gtest.h>

#include "diagnose/socket_rules.h"
#include "two_looks.h"

namespace skq::diagnosing {
namespace {

struct Receiver : TwoLooks {
  explicit Receiver(Netid netid) {
    both([&](SceneBuilder& host) {
      host.row(10, netid, State::close);
      host.holds(200, "sink", 10, 3);
      fill(host, 0);
    });
  }
  static void fill(SceneBuilder& host, std::uint32_t held) {
    set_memory(host.at(10), MemoryItem::rmem_alloc, held);
    set_memory(host.at(10), MemoryItem::rcvbuf, 212'992);
  }
  void dropped(std::uint32_t then, std::uint32_t later) {
    set_memory(before.at(10), MemoryItem::drops, then);
    set_memory(now.at(10), MemoryItem::drops, later);
  }
};

TEST(UdpReceiveFull, FullInBothLooks) {
  Receiver host(Netid::udp);
  host.both([](SceneBuilder& look) { Receiver::fill(look, 212'000); });
  const auto findings = host.find(find_udp_receive_full);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].confidence, Confidence::certain);
  EXPECT_EQ(findings[0].culprits.at(0).pid, 200);
  ASSERT_NE(evidence_of(findings[0], "recv_fill"), nullptr);
  EXPECT_GT(evidence_of(findings[0], "recv_fill")->value, 99);
  EXPECT_NE(findings[0].advice.find("rmem_max"), std::string::npos);
}

TEST(UdpReceiveFull, FullAtOneMomentIsABurst) {
  Receiver host(Netid::udp);
  Receiver::fill(host.now, 212'000);
  EXPECT_TRUE(host.find(find_udp_receive_full).empty());
  EXPECT_TRUE(host.find_at_once(find_udp_receive_full).empty());
  EXPECT_TRUE(host.time_wanted);
}

TEST(UdpReceiveFull, LossBetweenTheLooksWithoutAFullBufferIsLikely) {
  Receiver host(Netid::udp);
  host.dropped(40, 100);
  const auto findings = host.find(find_udp_receive_full);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].confidence, Confidence::likely);
  EXPECT_EQ(evidence_of(findings[0], "drops_between_looks")->value, 60);
}

TEST(UdpReceiveFull, OldLossAndARoomyBufferAreHealthy) {
  Receiver host(Netid::udp);
  host.dropped(4749, 4749);
  host.both([](SceneBuilder& look) { Receiver::fill(look, 60'000); });
  EXPECT_TRUE(host.find(find_udp_receive_full).empty());
  EXPECT_FALSE(host.time_wanted);
}

TEST(UdpReceiveFull, AKernelThatSendsNoDropsTellsNoLoss) {
  Receiver host(Netid::udp);
  host.dropped(40, 100);
  host.both([](SceneBuilder& look) { look.at(10).memory.known = 8; });
  EXPECT_TRUE(host.find(find_udp_receive_full).empty());
}

TEST(Drops, LatelyIsAWarningLongAgoALine) {
  Receiver netlink(Netid::nl);
  netlink.dropped(100, 119);
  auto findings = netlink.find(find_netlink_overruns);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].rule, Rule::netlink_overrun);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_NE(findings[0].title.find("missed 19 netlink messages"), std::string::npos);
  netlink.dropped(119, 119);
  findings = netlink.find(find_netlink_overruns);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::info);
  EXPECT_NE(findings[0].title.find("since it was opened"), std::string::npos);
}

TEST(Drops, OneLookNeverSaysLately) {
  Receiver host(Netid::p_raw);
  host.dropped(0, 198);
  const auto findings = host.find_at_once(find_packet_drops);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].rule, Rule::packet_drops);
  EXPECT_EQ(findings[0].severity, Severity::info);
  EXPECT_TRUE(host.time_wanted);
}

TEST(Drops, NoneIsNothing) {
  Receiver host(Netid::nl);
  EXPECT_TRUE(host.find(find_netlink_overruns).empty());
  EXPECT_TRUE(host.find(find_packet_drops).empty());
  EXPECT_FALSE(host.time_wanted);
}

TEST(Drops, SocketsOfOneProcessAreOneFinding) {
  Receiver host(Netid::nl);
  host.dropped(0, 5);
  host.both([](SceneBuilder& look) {
    look.row(11, Netid::nl, State::close);
    look.holds(200, "sink", 11, 4);
    set_memory(look.at(11), MemoryItem::drops, 70);
  });
  const auto findings = host.find(find_netlink_overruns);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].sockets, 2U);
  EXPECT_EQ(findings[0].socket, &host.now.at(10));  // where it happens now, not where most was lost ever
}

struct Memory : TwoLooks {
  Memory(std::string_view protocol, std::uint64_t pages, std::uint64_t events) {
    then_ = {SharedMemory{protocol, pages, 1000, 2000, 5, 4096}};
    later_ = {SharedMemory{protocol, pages, 1000, 2000, events, 4096}};
    before.facts().memory = then_;
    now.facts().memory = later_;
  }
  std::vector<SharedMemory> then_, later_;
};

TEST(MemoryPressure, UsedUpIsCriticalAndSaysWhyNobodyIsNamed) {
  const auto findings = Memory("tcp", 1900, 5).find_at_once(find_memory_pressure);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::critical);
  EXPECT_NE(findings[0].advice.find("no single thread is named"), std::string::npos);
  EXPECT_NE(findings[0].advice.find("net.ipv4.tcp_mem"), std::string::npos);
}

TEST(MemoryPressure, AboveThePressureMarkAWarning) {
  const auto findings = Memory("udp", 1000, 5).find_at_once(find_memory_pressure);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_NE(findings[0].advice.find("net.ipv4.udp_mem"), std::string::npos);
}

TEST(MemoryPressure, EventsCountOnlyBetweenTheLooks) {
  EXPECT_TRUE(Memory("tcp", 10, 5).find(find_memory_pressure).empty());
  EXPECT_TRUE(Memory("tcp", 10, 6).find_at_once(find_memory_pressure).empty());
  ASSERT_EQ(Memory("tcp", 10, 6).find(find_memory_pressure).size(), 1U);
}

TEST(MemoryPressure, UnknownLimitsSayNothing) {
  Memory host("tcp", 1900, 5);
  host.later_.front().pages.reset();
  EXPECT_TRUE(host.find(find_memory_pressure).empty());
  host.later_.front() = SharedMemory{"tcp", 1900, {}, {}, {}, 4096};
  EXPECT_TRUE(host.find(find_memory_pressure).empty());
}

}  // namespace
}  // namespace skq::diagnosing
