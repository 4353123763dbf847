// Receivers of datagrams that hold as many as they take: what proves it, and what only suggests it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "scene_builder.h"

namespace skq::diagnosing {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view own_memory = "sock_alloc_send_pskb";
constexpr std::string_view peer_queue = "unix_wait_for_peer";

Finding find(SceneBuilder& host) {
  const Diagnosis diagnosis = diagnose(host.scene(), nullptr);
  EXPECT_THAT(diagnosis.findings, SizeIs(1));
  return diagnosis.findings.empty() ? Finding{} : diagnosis.findings.front();
}

/// A server of datagrams (11) that does not read, and its client (10), blocked.
void stuck_receiver(SceneBuilder& host, std::string_view wchan) {
  host.row(11, Netid::u_dgr, State::close);
  host.named(11, "/run/log");
  host.at(11).recv_q = 100;
  host.row(10, Netid::u_dgr, State::established);
  host.connect(10, 11);
  host.memory(10, 768);
  host.holds(812, "logger", 10, 3);
  host.holds(640, "syslogd", 11, 9);
  host.thread(812).in_call("sendto", 10, WaitFor::send, wchan).since(3.7);
  host.thread(640).is(ThreadState::stopped);
}

TEST(ReceiverFull, TheWaitChannelProves) {
  SceneBuilder host;
  stuck_receiver(host, peer_queue);
  const Finding finding = find(host);
  EXPECT_EQ(finding.rule, Rule::unix_dgram_receiver_full);
  EXPECT_EQ(finding.confidence, Confidence::certain);
  EXPECT_THAT(finding.title, HasSubstr("sending datagrams to /run/log of syslogd (pid 640), which is stopped"));
  EXPECT_THAT(finding.advice, HasSubstr("net.unix.max_dgram_qlen"));
  host.thread(812).thread().wchan = {};
  EXPECT_EQ(find(host).confidence, Confidence::likely);
  // Large datagrams: its own memory is full first.
  host.memory(10, test_sndbuf);
  host.thread(812).thread().wchan = own_memory;
  EXPECT_EQ(find(host).rule, Rule::unix_send_blocked);
}

TEST(ReceiverFull, PollOnADuplicateProves) {
  SceneBuilder host;
  stuck_receiver(host, "");
  host.thread(812) = ThreadBuilder();
  host.thread(812).polls(WaitBy::poll, 10, WaitFor::send).since(2);
  EXPECT_THAT(diagnose(host.scene(), nullptr).findings, IsEmpty());
  host.thread(812).wait().ready = false;
  EXPECT_EQ(find(host).confidence, Confidence::certain);
  EXPECT_EQ(find(host).rule, Rule::unix_dgram_receiver_full);
  host.thread(812).wait().ready = true;
  EXPECT_THAT(diagnose(host.scene(), nullptr).findings, IsEmpty());
}

TEST(ReceiverFull, TheSendersMemoryBounds) {
  SceneBuilder host;
  stuck_receiver(host, "");
  host.thread(812) = ThreadBuilder();
  host.thread(812).polls(WaitBy::poll, 10, WaitFor::send).since(2);
  host.memory(10, 768 * 10);
  EXPECT_THAT(diagnose(host.scene(), nullptr).findings, IsEmpty());
  host.memory(10, 768 * 11);
  EXPECT_EQ(find(host).confidence, Confidence::possible);
}

TEST(ReceiverFull, APairIsLimitedByMemory) {
  SceneBuilder host;
  host.pair(10, 11, Netid::u_dgr);
  host.full(10);
  host.holds(812, "a", 10, 3);
  host.holds(640, "b", 11, 9);
  host.thread(812).in_call("send", 10, WaitFor::send).since(3.7);
  host.thread(640).is(ThreadState::stopped);
  EXPECT_EQ(find(host).rule, Rule::unix_send_blocked);
}

TEST(ReceiverFull, ACountProves) {
  SceneBuilder host;
  stuck_receiver(host, "");
  UnixQueue queue{.length = 11, .limit = 11};
  host.unix_part(11).queue = &queue;
  const Finding called = find(host);
  EXPECT_EQ(called.confidence, Confidence::certain);
  ASSERT_FALSE(called.evidence.empty());
  const auto counted = std::find_if(called.evidence.begin(), called.evidence.end(),
                                    [](const Evidence& one) { return one.field == "dgram_queue"; });
  ASSERT_NE(counted, called.evidence.end());
  EXPECT_EQ(counted->value, 11);
  EXPECT_EQ(counted->limit, 11);
  // Who polls for room there.
  host.thread(812) = ThreadBuilder();
  host.thread(812).polls(WaitBy::poll, 10, WaitFor::send).since(2);
  EXPECT_EQ(find(host).confidence, Confidence::certain);
  EXPECT_THAT(find_suspects(host.scene(), {}).sockets, testing::Contains(Inode{10}));
  // However much its senders are charged: there is room.
  queue.length = 10;
  host.memory(10, 768 * 11);
  EXPECT_THAT(diagnose(host.scene(), nullptr).findings, IsEmpty());
}

}  // namespace
}  // namespace skq::diagnosing
