// Senders that nobody reads, listeners that nobody accepts from, connections that nobody closes.
#include <gtest/gtest.h>

#include "diagnose/socket_rules.h"
#include "two_looks.h"

namespace skq::diagnosing {
namespace {

constexpr std::uint32_t sender = 10, receiver = 11, server = 20;

// psql (812) has sent all that fits to postgres (640), which is stopped.
struct StoppedReader : TwoLooks {
  StoppedReader() {
    both([&](SceneBuilder& host) {
      tcp_row(host, sender, State::established, 5000, 5432);
      tcp_row(host, receiver, State::established, 5432, 5000);
      host.connect(sender, receiver);
      host.connect(receiver, sender);
      host.memory(sender, 3'847'872, 4'194'304);
      host.at(sender).send_q = 3'782'144;
      host.at(receiver).recv_q = 65'536;
      set_memory(host.at(receiver), MemoryItem::rmem_alloc, 131'840);
      set_memory(host.at(receiver), MemoryItem::rcvbuf, 131'072);
      std::get<InetPart>(host.at(sender).part).timer = 4;
      host.holds(812, "psql", sender, 3);
      host.holds(640, "postgres", receiver, 9);
      host.thread(812).sleeps("clock_nanosleep");
      host.thread(640).is(ThreadState::stopped);
    });
    info(before, {{"snd_wnd", 0}, {"notsent_bytes", 3'782'144}, {"rwnd_limited", 10'000'000}});
    info(now, {{"snd_wnd", 0}, {"notsent_bytes", 3'782'144}, {"rwnd_limited", 11'500'000}, {"probes", 4}});
  }
  void info(SceneBuilder& host, TcpMembers members, std::size_t length = 280) {
    details.set(host.at(sender), members, length);
  }
  void blocked(SceneBuilder& host) {
    host.thread(812).in_call("sendto", sender, WaitFor::send, "wait_woken").since(3.7);
  }
};

TEST(TcpPeerNotReading, ABlockedCallIsCriticalAtOnce) {
  StoppedReader host;
  host.blocked(host.now);
  const auto findings = host.find_at_once(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.rule, Rule::tcp_peer_not_reading);
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.confidence, Confidence::certain);
  ASSERT_EQ(finding.waiters.size(), 1U);
  EXPECT_EQ(finding.waiters[0].pid, 812);
  EXPECT_EQ(finding.waiters[0].syscall, "sendto");
  EXPECT_EQ(finding.since_s, 3.7);
  ASSERT_FALSE(finding.culprits.empty());
  EXPECT_EQ(finding.culprits[0].pid, 640);
  EXPECT_EQ(finding.culprits[0].doing, Doing::stopped);
  EXPECT_EQ(finding.socket, &host.now.at(sender));
  EXPECT_EQ(finding.peer, &host.now.at(receiver));
  ASSERT_GE(finding.chain.size(), 2U);
  EXPECT_EQ(finding.chain.front().pid, 812);
  EXPECT_EQ(finding.chain.back().pid, 640);
  EXPECT_NE(finding.advice.find("kill -CONT 640"), std::string::npos);
  EXPECT_EQ(finding.title,
            "psql (pid 812) cannot send on tcp 127.0.0.1:5000 to 127.0.0.1:5432: postgres (pid 640), which is "
            "stopped, does not read");
}

TEST(TcpPeerNotReading, TheEvidenceNamesBothBuffers) {
  StoppedReader host;
  host.blocked(host.now);
  const auto findings = host.find_at_once(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  const Evidence* window = evidence_of(findings[0], "tcp_snd_wnd");
  ASSERT_NE(window, nullptr);
  EXPECT_EQ(window->value, 0);
  const Evidence* queued = evidence_of(findings[0], "wmem_queued");
  ASSERT_NE(queued, nullptr);
  EXPECT_EQ(queued->limit, 4'194'304);
  const Evidence* held = evidence_of(findings[0], "peer.rmem_alloc");
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(held->value, 131'840);
  EXPECT_EQ(held->limit, 131'072);
}

TEST(TcpPeerNotReading, NobodySeenWaitingTakesTwoLooks) {
  StoppedReader host;
  EXPECT_TRUE(host.find_at_once(find_tcp_peer_not_reading).empty());
  EXPECT_TRUE(host.time_wanted);
  const auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_TRUE(findings[0].waiters.empty());
  EXPECT_EQ(findings[0].since_s, 1.5);
}

TEST(TcpPeerNotReading, WhatWasAcknowledgedMeanwhileIsProgress) {
  StoppedReader host;
  host.info(host.now, {{"snd_wnd", 0}, {"notsent_bytes", 3'000'000}, {"bytes_acked", 4096}});
  EXPECT_TRUE(host.find(find_tcp_peer_not_reading).empty());
}

TEST(TcpPeerNotReading, AReaderThatReadsSlowlyIsAWarning) {
  StoppedReader host;
  host.both([](SceneBuilder& look) {
    look.thread(640).is(ThreadState::sleeping).in_call("recvfrom", receiver, WaitFor::receive);
  });
  host.blocked(host.now);
  EXPECT_TRUE(host.find_at_once(find_tcp_peer_not_reading).empty());
  EXPECT_TRUE(host.time_wanted);
  host.info(host.now, {{"snd_wnd", 0}, {"notsent_bytes", 3'000'000}, {"bytes_acked", 4096}});
  const auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_NE(findings[0].title.find("fast enough"), std::string::npos);
}

// The window opens again only when much of it was read.
TEST(TcpPeerNotReading, WhatTheReaderTookMeanwhileIsProgress) {
  StoppedReader host;
  host.both(
      [](SceneBuilder& look) { look.thread(640).is(ThreadState::sleeping).sleeps("clock_nanosleep").since(0.1); });
  host.blocked(host.now);
  host.now.at(receiver).recv_q = 60'000;
  const auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_NE(findings[0].advice.find("goes on, but slowly"), std::string::npos);
}

// A window may be without room for a moment: who reads on another host is not to be seen.
TEST(TcpPeerNotReading, ARemoteReaderTakesTwoLooks) {
  StoppedReader host;
  host.both([](SceneBuilder& look) { look.at(sender).other_end = nullptr; });
  host.blocked(host.now);
  EXPECT_TRUE(host.find_at_once(find_tcp_peer_not_reading).empty());
  EXPECT_TRUE(host.time_wanted);
  const auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::critical);
}

TEST(TcpPeerNotReading, ACircleIsToldAsOne) {
  // Both have sent all that fits, and both are blocked in the next send to each other.
  StoppedReader host;
  host.both([&](SceneBuilder& look) {
    look.memory(sender, 5'000'000, 4'194'304);
    look.memory(receiver, 5'000'000, 4'194'304);
    host.details.set(look.at(receiver), {{"snd_wnd", 0}, {"notsent_bytes", 5'000'000}});
    look.thread(812).in_call("sendto", sender, WaitFor::send, "wait_woken").since(30);
    look.thread(640).is(ThreadState::sleeping).in_call("sendto", receiver, WaitFor::send, "wait_woken").since(30);
  });
  EXPECT_TRUE(host.find(find_tcp_peer_not_reading).empty());
}

TEST(TcpPeerNotReading, AnOpenWindowAndALittleUnsentIsHealthy) {
  StoppedReader host;
  host.both([&](SceneBuilder& look) {
    std::get<InetPart>(look.at(sender).part).timer = 1;
    host.info(look, {{"snd_wnd", 65'536}, {"notsent_bytes", 100}});
  });
  host.blocked(host.now);
  EXPECT_TRUE(host.find(find_tcp_peer_not_reading).empty());
  EXPECT_FALSE(host.time_wanted);
}

TEST(TcpPeerNotReading, AWindowWithoutDataToSendIsNobodysTrouble) {
  StoppedReader host;
  host.both([&](SceneBuilder& look) { look.at(sender).send_q = 0; });
  EXPECT_TRUE(host.find(find_tcp_peer_not_reading).empty());
  EXPECT_FALSE(host.time_wanted);
}

TEST(TcpPeerNotReading, AnOldKernelTellsByTheProbeTimerAlone) {
  StoppedReader host;
  host.both([&](SceneBuilder& look) { host.info(look, {{"unacked", 0}}, 104); });
  host.blocked(host.now);
  const auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].confidence, Confidence::likely);
  EXPECT_EQ(evidence_of(findings[0], "tcp_snd_wnd"), nullptr);
  ASSERT_NE(evidence_of(findings[0], "timer"), nullptr);
  EXPECT_EQ(evidence_of(findings[0], "timer")->text, "persist");
}

TEST(TcpPeerNotReading, HeldBackByTheWindowMostOfTheTime) {
  StoppedReader host;
  host.both([&](SceneBuilder& look) { std::get<InetPart>(look.at(sender).part).timer = 0; });
  host.info(host.before, {{"snd_wnd", 512}, {"rwnd_limited", 1'000'000}});
  host.info(host.now, {{"snd_wnd", 512}, {"rwnd_limited", 2'400'000}});
  ASSERT_EQ(host.find(find_tcp_peer_not_reading).size(), 1U);
  host.info(host.now, {{"snd_wnd", 512}, {"rwnd_limited", 1'600'000}});
  EXPECT_TRUE(host.find(find_tcp_peer_not_reading).empty());
}

TEST(TcpPeerNotReading, ARemoteHostIsNamedByAddress) {
  StoppedReader host;
  std::get<InetPart>(host.now.at(sender).part).peer = ipv4(192, 0, 2, 7);
  host.now.at(sender).other_end = nullptr;
  host.blocked(host.now);
  const auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  ASSERT_EQ(findings[0].culprits.size(), 1U);
  EXPECT_FALSE(findings[0].culprits[0].pid);
  EXPECT_FALSE(findings[0].culprits[0].doing);
  EXPECT_EQ(findings[0].culprits[0].address, "192.0.2.7:5432");
  EXPECT_NE(findings[0].advice.find("skq why :5432"), std::string::npos);
}

TEST(TcpPeerNotReading, AnEventLoopThatServesOthersIsAWarning) {
  StoppedReader host;
  host.both([&](SceneBuilder& look) {
    look.row(30, Netid::u_str, State::established);
    look.holds(812, "psql", 30, 30);
    look.thread(812).polls(WaitBy::epoll, sender, WaitFor::send).polls(WaitBy::epoll, 30, WaitFor::receive);
  });
  auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].waiters.size(), 1U);
}

TEST(TcpPeerNotReading, APollForThatAloneIsCritical) {
  StoppedReader host;
  host.both([&](SceneBuilder& look) { look.thread(812).polls(WaitBy::poll, sender, WaitFor::send); });
  auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::critical);
}

TEST(TcpPeerNotReading, EdgeTriggeredInterestProvesNoWait) {
  StoppedReader host;
  host.both([&](SceneBuilder& look) {
    look.thread(812).polls(WaitBy::epoll, sender, WaitFor::send).wait().edge_triggered = true;
  });
  auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_TRUE(findings[0].waiters.empty());
}

TEST(TcpPeerNotReading, ConnectionsOfTheSameTwoProcessesAreOneCause) {
  StoppedReader host;
  host.both([&](SceneBuilder& look) {
    tcp_row(look, 12, State::established, 5001, 5432);
    look.connect(12, receiver);
    look.at(12).send_q = 500'000;
    look.holds(812, "psql", 12, 4);
    host.details.set(look.at(12), {{"snd_wnd", 0}, {"notsent_bytes", 500'000}});
  });
  const auto findings = host.find(find_tcp_peer_not_reading);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].sockets, 2U);
}

// --- tcp-accept-queue-full

struct FullListenerHost : TwoLooks {
  FullListenerHost() {
    both([&](SceneBuilder& host) {
      Socket& listener = tcp_row(host, server, State::listen, 80, 0);
      listener.recv_q = 4;
      listener.send_q = 3;
      host.holds(700, "slow", server, 5);
      host.thread(700).is(ThreadState::stopped);
    });
  }
};

TEST(TcpAcceptQueueFull, ABlockedConnectIsCritical) {
  FullListenerHost host;
  tcp_row(host.now, 40, State::syn_sent, 5000, 80);
  host.now.holds(901, "client", 40, 3);
  host.now.thread(901).in_call("connect", 40, WaitFor::connect, "wait_woken").since(5);
  const auto findings = host.find_at_once(find_tcp_accept_queue_full);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::critical);
  ASSERT_EQ(findings[0].waiters.size(), 1U);
  EXPECT_EQ(findings[0].waiters[0].pid, 901);
  EXPECT_EQ(findings[0].socket, &host.now.at(40));
  EXPECT_EQ(findings[0].peer, &host.now.at(server));
  ASSERT_EQ(findings[0].culprits.size(), 1U);
  EXPECT_EQ(findings[0].culprits[0].pid, 700);
  ASSERT_NE(evidence_of(findings[0], "accept_queue"), nullptr);
  EXPECT_EQ(evidence_of(findings[0], "accept_queue")->limit, 4);
  EXPECT_NE(findings[0].advice.find("somaxconn"), std::string::npos);
}

TEST(TcpAcceptQueueFull, ClientsHereThatDoNotBlockAreNotOnOtherHosts) {
  FullListenerHost host;
  const auto remote = host.find(find_tcp_accept_queue_full);
  ASSERT_EQ(remote.size(), 1U);
  EXPECT_NE(remote[0].advice.find("on other hosts"), std::string::npos) << remote[0].advice;
  FullListenerHost other;
  other.both([](SceneBuilder& each) {
    tcp_row(each, 40, State::syn_sent, 5000, 80);
    each.holds(901, "client", 40, 3);
  });
  const auto local = other.find(find_tcp_accept_queue_full);
  ASSERT_EQ(local.size(), 1U);
  EXPECT_EQ(local[0].advice.find("on other hosts"), std::string::npos) << local[0].advice;
  EXPECT_NE(local[0].advice.find("client (pid 901), wait in SYN-SENT"), std::string::npos) << local[0].advice;
}

// Connected as far as it can tell, and asleep: the server's end is in the queue and nobody's yet.
TEST(TcpAcceptQueueFull, AClientInTheQueueThatWaitsForNothingIsNamed) {
  FullListenerHost host;
  host.both([](SceneBuilder& each) {
    tcp_row(each, 0, State::established, 80, 5000);
    tcp_row(each, 41, State::established, 5000, 80);
    each.connect(41, 0);
    each.holds(902, "client", 41, 3);
    each.thread(902);
  });
  const auto findings = host.find(find_tcp_accept_queue_full);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings[0].waiters.empty());
  EXPECT_NE(findings[0].advice.find("client (pid 902), wait in the queue"), std::string::npos) << findings[0].advice;
  EXPECT_EQ(findings[0].advice.find("on other hosts"), std::string::npos) << findings[0].advice;
}

TEST(TcpAcceptQueueFull, SeveralDoAndOneDoes) {
  FullListenerHost host;
  EXPECT_NE(host.find(find_tcp_accept_queue_full).at(0).title.find("slow (pid 700) does not accept"),
            std::string::npos);
  FullListenerHost two;
  two.both([](SceneBuilder& each) {
    each.holds(701, "slow", server, 5);
    each.thread(701).is(ThreadState::stopped);
  });
  EXPECT_NE(two.find(find_tcp_accept_queue_full).at(0).title.find("and another do not accept"), std::string::npos);
}

TEST(TcpAcceptQueueFull, AClientInTheQueueWaitsForAnAnswer) {
  FullListenerHost host;
  tcp_row(host.now, 0, State::established, 80, 5000);
  tcp_row(host.now, 41, State::established, 5000, 80);
  host.now.connect(41, 0);
  host.now.holds(902, "curl", 41, 3);
  host.now.thread(902).in_call("recvfrom", 41, WaitFor::receive, "wait_woken").since(9);
  const auto findings = host.find_at_once(find_tcp_accept_queue_full);
  ASSERT_EQ(findings.size(), 1U);
  ASSERT_EQ(findings[0].waiters.size(), 1U);
  EXPECT_EQ(findings[0].waiters[0].pid, 902);
  EXPECT_EQ(findings[0].severity, Severity::critical);
}

TEST(TcpAcceptQueueFull, FullForAMomentTakesTime) {
  FullListenerHost host;
  EXPECT_TRUE(host.find_at_once(find_tcp_accept_queue_full).empty());
  EXPECT_TRUE(host.time_wanted);
  ASSERT_EQ(host.find(find_tcp_accept_queue_full).size(), 1U);
  host.before.at(server).recv_q = 0;
  EXPECT_TRUE(host.find(find_tcp_accept_queue_full).empty());
}

TEST(TcpAcceptQueueFull, RefusedNowAndNobodyVisible) {
  FullListenerHost host;
  set_memory(host.before.at(server), MemoryItem::drops, 3);
  set_memory(host.now.at(server), MemoryItem::drops, 10);
  const auto findings = host.find(find_tcp_accept_queue_full);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::critical);
  EXPECT_NE(findings[0].advice.find("other hosts"), std::string::npos);
  EXPECT_EQ(evidence_of(findings[0], "drops_between_looks")->value, 7);
}

TEST(TcpAcceptQueueFull, DropsWhileThereIsRoomAreAWarning) {
  FullListenerHost host;
  host.both([&](SceneBuilder& look) { look.at(server).recv_q = 0; });
  set_memory(host.now.at(server), MemoryItem::drops, 2);
  const auto findings = host.find(find_tcp_accept_queue_full);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_NE(findings[0].advice.find("tcp_max_syn_backlog"), std::string::npos);
}

TEST(TcpAcceptQueueFull, OldDropsAndAQueueAtItsBacklogAreHealthy) {
  FullListenerHost host;
  host.both([&](SceneBuilder& look) {
    look.at(server).recv_q = 3;  // one more fits
    set_memory(look.at(server), MemoryItem::drops, 999);
  });
  EXPECT_TRUE(host.find(find_tcp_accept_queue_full).empty());
  EXPECT_FALSE(host.time_wanted);
}

// --- close-wait

struct Closed : TwoLooks {
  void add(std::uint32_t inode, std::uint16_t port, std::uint16_t peer, std::uint64_t last_ack_ms) {
    both([&](SceneBuilder& host) {
      tcp_row(host, inode, State::close_wait, port, peer).recv_q = 1;
      host.holds(300, "app", inode, 7);
      details.set(host.at(inode), {{"last_ack_recv", last_ack_ms}, {"last_data_recv", last_ack_ms * 2}});
    });
  }
};

TEST(CloseWait, OneForHalfAMinuteIsOnlyWorthALine) {
  Closed host;
  host.add(50, 80, 5000, 30'000);
  const auto findings = host.find(find_close_wait);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::info);
  EXPECT_EQ(findings[0].since_s, 30);
  EXPECT_NE(findings[0].title.find("for at least 30.0 s"), std::string::npos);
}

TEST(CloseWait, AgeOrNumberMakeAWarning) {
  Closed old;
  old.add(50, 80, 5000, 60'000);
  EXPECT_EQ(old.find(find_close_wait).at(0).severity, Severity::warning);
  Closed many;
  for (std::uint16_t i = 0; i < 10; ++i) many.add(50U + i, 80, static_cast<std::uint16_t>(5000 + i), 2000);
  const auto findings = many.find(find_close_wait);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].sockets, 10U);
}

TEST(CloseWait, AClientsConnectionsAreTogetherByTheServer) {
  Closed host;
  for (std::uint16_t i = 0; i < 12; ++i) host.add(50U + i, static_cast<std::uint16_t>(5000 + i), 5432, 2000);
  const auto findings = host.find(find_close_wait);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_NE(findings[0].title.find("127.0.0.1:5432"), std::string::npos);
}

TEST(CloseWait, WhoStillSendsIsNotLeaking) {
  Closed host;
  host.add(50, 80, 5000, 90'000);
  host.details.set(host.now.at(50), {{"last_ack_recv", 90'000}, {"bytes_acked", 5}});
  EXPECT_TRUE(host.find(find_close_wait).empty());
}

TEST(CloseWait, OneLookSaysNothing) {
  Closed host;
  host.add(50, 80, 5000, 90'000);
  EXPECT_TRUE(host.find_at_once(find_close_wait).empty());
  EXPECT_TRUE(host.time_wanted);
}

}  // namespace
}  // namespace skq::diagnosing
