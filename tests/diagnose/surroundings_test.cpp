// What is told of a target when nothing is wrong, and which findings touch it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "skq/target.h"
#include "two_looks.h"

namespace skq::diagnosing {
namespace {

using testing::HasSubstr;

// nginx (100) serves three clients: two of wrk (200), one of a remote host.
struct Server : TwoLooks {
  Server() {
    SceneBuilder& host = now;
    tcp_row(host, 10, State::listen, 80, 0).send_q = 511;
    for (std::uint16_t i = 0; i < 3; ++i) {
      Socket& accepted = tcp_row(host, 11U + i, State::established, 80, static_cast<std::uint16_t>(5000 + i));
      details.set(accepted, {{"last_data_sent", 12'000U + i}, {"last_data_recv", 15'000}});
      host.holds(100, "nginx", 11U + i, 11 + i);
      if (i == 2) {
        std::get<InetPart>(accepted.part).peer = ipv4(192, 0, 2, 7);
        continue;
      }
      tcp_row(host, 21U + i, State::established, static_cast<std::uint16_t>(5000 + i), 80);
      host.connect(11U + i, 21U + i);
      host.connect(21U + i, 11U + i);
      host.holds(200, "wrk", 21U + i, 3 + i);
    }
    host.holds(100, "nginx", 10, 6);
    host.thread(100).polls(WaitBy::epoll, 10, WaitFor::receive);
    for (const std::uint32_t inode : {11U, 12U, 13U}) host.thread(100).polls(WaitBy::epoll, inode, WaitFor::receive);
    host.thread(200).polls(WaitBy::epoll, 21, WaitFor::receive).polls(WaitBy::epoll, 22, WaitFor::receive);
  }
  Surroundings around(std::string_view word, const Diagnosis& diagnosis = {}) {
    const Scene& scene = now.scene();
    return surroundings_of(resolve_target(*parse_target(word), scene.sockets, {}), scene, nullptr, diagnosis);
  }
};

TEST(Surroundings, ADatagramQueueIsCountedWhereItIsKnown) {
  TwoLooks host;
  const UnixQueue queue{.length = 11, .limit = 11};
  Socket& socket = host.now.row(10, Netid::u_dgr, State::close);
  socket.recv_q = 100;
  host.now.holds(100, "logger", 10, 3);
  const auto summary = [&] {
    const Scene& scene = host.now.scene();
    return surroundings_of(resolve_target(*parse_target("logger"), scene.sockets, {}), scene, nullptr, {})
        .sockets.at(0)
        .summary;
  };
  EXPECT_THAT(summary(), HasSubstr("100 bytes wait to be read"));
  host.now.unix_part(10).queue = &queue;
  EXPECT_THAT(summary(), HasSubstr("11 datagrams wait to be read (11 fit)"));
}

TEST(Surroundings, AListenerAndItsConnectionsByPeer) {
  Server host;
  const auto around = host.around("nginx");
  ASSERT_EQ(around.sockets.size(), 3U);
  const SocketFacts& listener = around.sockets[0];
  EXPECT_EQ(listener.kind, FactKind::listener);
  EXPECT_EQ(listener.attended, true);
  EXPECT_EQ(listener.unaccepted, 0U);
  ASSERT_EQ(listener.holders.size(), 1U);
  EXPECT_EQ(listener.holders[0].pid, 100);
  EXPECT_THAT(listener.summary, HasSubstr("no connection waits for accept (512 fit)"));
  for (const SocketFacts& facts : {around.sockets[1], around.sockets[2]}) {
    EXPECT_EQ(facts.kind, FactKind::connection);
    ASSERT_EQ(facts.peers.size(), 1U);
    const bool remote = !facts.peers[0].pid;
    EXPECT_EQ(facts.sockets.size(), remote ? 1U : 2U);
    EXPECT_EQ(facts.idle, facts.sockets.size());
    EXPECT_EQ(facts.quiet_ms, remote ? 12'002 : 12'000);
    if (remote)
      EXPECT_EQ(facts.peers[0].address, "192.0.2.7:5002");
    else
      EXPECT_EQ(facts.summary, "nothing waits on it; 2 connections, all idle; last data 12.0 s ago");
  }
}

TEST(Surroundings, AProcessInWords) {
  Server host;
  const auto around = host.around("100");
  ASSERT_EQ(around.processes.size(), 1U);
  EXPECT_EQ(around.processes[0].comm, "nginx");
  EXPECT_EQ(around.processes[0].sockets, 4U);
  EXPECT_EQ(around.processes[0].threads, 1U);
  EXPECT_EQ(around.processes[0].doing, Doing::sleeping);
  EXPECT_THAT(around.processes[0].detail, HasSubstr("epoll_wait"));
}

TEST(Surroundings, WhoWasNotLookedAtDoesNothingKnown) {
  SceneBuilder host;
  host.pair(1, 2);
  host.holds(7, "a", 1, 3);
  const Scene& scene = host.scene();
  const auto around = surroundings_of(resolve_target(*parse_target("7"), scene.sockets, {}), scene, nullptr, {});
  ASSERT_EQ(around.processes.size(), 1U);
  EXPECT_EQ(around.processes[0].comm, "a");
  EXPECT_FALSE(around.processes[0].doing);
  ASSERT_EQ(around.sockets.size(), 1U);
  EXPECT_FALSE(around.sockets[0].attended);
}

TEST(Surroundings, WhatAProcessDoesIsToldWhateverItHolds) {
  SceneBuilder host;
  host.pair(1, 2);
  host.holds(7, "a", 1, 3);
  host.thread(7).is(ThreadState::stopped);
  const std::vector<Inode> held{Inode{1}};
  host.process(7).holds = held;
  const Scene& scene = host.scene();
  const auto around = surroundings_of(resolve_target(*parse_target("7"), scene.sockets, {}), scene, nullptr, {});
  ASSERT_EQ(around.processes.size(), 1U);
  EXPECT_EQ(around.processes[0].doing, Doing::stopped);
  EXPECT_THAT(around.processes[0].detail, HasSubstr("state T"));
}

struct Connecting : TwoLooks {
  Connecting() {
    Socket& socket = tcp_row(now, 40, State::syn_sent, 5000, 80);
    socket.send_q = 1;
    details.set(socket, {{"last_data_sent", 31'000'000}, {"last_data_recv", 31'000'000}});
    now.holds(901, "client", 40, 3);
    now.thread(901).in_call("connect", 40, WaitFor::connect, "wait_woken").since(5);
  }
};

TEST(Surroundings, BeforeAConnectionStandsItHasNoLastData) {
  Connecting host;
  const Scene& scene = host.now.scene();
  const auto around = surroundings_of(resolve_target(*parse_target("901"), scene.sockets, {}), scene, nullptr, {});
  ASSERT_EQ(around.sockets.size(), 1U);
  EXPECT_FALSE(around.sockets[0].quiet_ms);
  EXPECT_EQ(around.sockets[0].summary.find("last data"), std::string::npos) << around.sockets[0].summary;
  EXPECT_EQ(around.sockets[0].summary.find("waits to send on it"), std::string::npos) << around.sockets[0].summary;
  EXPECT_THAT(around.sockets[0].summary, HasSubstr("1 byte waits for the other end"));
}

TEST(Surroundings, WhoIsHeldUpAndWhoExpects) {
  SceneBuilder host;
  host.pair(1, 2);
  host.full(1);
  host.holds(7, "writer", 1, 3);
  host.holds(8, "reader", 2, 4);
  host.thread(7).in_call("sendto", 1, WaitFor::send, "sock_alloc_send_pskb");
  host.thread(8).is(ThreadState::stopped);
  const Scene& scene = host.scene();
  auto around = surroundings_of(resolve_target(*parse_target("8"), scene.sockets, {}), scene, nullptr, {});
  ASSERT_EQ(around.sockets.size(), 1U);
  const SocketFacts& facts = around.sockets[0];
  ASSERT_EQ(facts.held_up.size(), 1U);
  EXPECT_EQ(facts.held_up[0].pid, 7);
  EXPECT_EQ(facts.attended, false);
  EXPECT_EQ(facts.recv_q, 27'800U);
  EXPECT_THAT(facts.summary, HasSubstr("1 thread is held up until it is read"));
  EXPECT_THAT(facts.summary, HasSubstr("no holder reads it now"));

  SceneBuilder calm;
  calm.pair(1, 2);
  calm.holds(7, "client", 1, 3);
  calm.holds(8, "server", 2, 4);
  calm.thread(7).in_call("recvfrom", 1, WaitFor::receive);
  calm.thread(8).in_call("recvfrom", 2, WaitFor::receive);
  const Scene& quiet = calm.scene();
  around = surroundings_of(resolve_target(*parse_target("8"), quiet.sockets, {}), quiet, nullptr, {});
  ASSERT_EQ(around.sockets.size(), 1U);
  ASSERT_EQ(around.sockets[0].expecting.size(), 1U);
  EXPECT_EQ(around.sockets[0].expecting[0].pid, 7);
  EXPECT_TRUE(around.sockets[0].held_up.empty());
}

TEST(Surroundings, FindingsThatTouchTheTarget) {
  Server host;
  Diagnosis diagnosis;
  diagnosis.findings.resize(5);
  host.now.scene();
  diagnosis.findings[0].socket = &host.now.at(11);
  diagnosis.findings[1].socket = &host.now.at(21);
  diagnosis.findings[2].culprits.emplace_back().pid = 100;
  diagnosis.findings[3].waiters.emplace_back().pid = 300;
  diagnosis.findings[4].chain.emplace_back().socket = &host.now.at(13);
  const auto around = host.around("nginx", diagnosis);
  ASSERT_EQ(around.findings.size(), 3U);
  EXPECT_EQ(around.findings[0], &diagnosis.findings[0]);
  EXPECT_EQ(around.findings[1], &diagnosis.findings[2]);
  EXPECT_EQ(around.findings[2], &diagnosis.findings[4]);
  EXPECT_EQ(around.elsewhere, 2U);
}

}  // namespace
}  // namespace skq::diagnosing
