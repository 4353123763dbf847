// Data that nobody reads, sockets that nobody holds, ends without another end.
#include <gtest/gtest.h>

#include "diagnose/socket_rules.h"
#include "two_looks.h"

namespace skq::diagnosing {
namespace {

constexpr std::uint32_t left = 10, right = 11;

// worker (500) sleeps elsewhere while 30 bytes wait for it.
struct Waiting30Bytes : TwoLooks {
  explicit Waiting30Bytes(Netid netid = Netid::u_str) {
    both([&](SceneBuilder& host) {
      host.pair(left, right, netid);
      host.at(right).recv_q = 30;
      host.memory(left, 768);
      host.holds(499, "writer", left, 3);
      host.holds(500, "worker", right, 4);
      host.thread(499).sleeps("clock_nanosleep");
      host.thread(500).sleeps("clock_nanosleep");
    });
  }
};

TEST(UnreadData, NobodyReads) {
  Waiting30Bytes host;
  const auto findings = host.find(find_unread_data);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].confidence, Confidence::likely);
  EXPECT_EQ(findings[0].socket, &host.now.at(right));
  ASSERT_EQ(findings[0].culprits.size(), 1U);
  EXPECT_EQ(findings[0].culprits[0].pid, 500);
  EXPECT_EQ(findings[0].since_s, 1.5);
  EXPECT_EQ(findings[0].title, "worker (pid 500) leaves data unread on unix socket 11");
}

TEST(UnreadData, OneLookAsksForTime) {
  Waiting30Bytes host;
  EXPECT_TRUE(host.find_at_once(find_unread_data).empty());
  EXPECT_TRUE(host.time_wanted);
}

TEST(UnreadData, WhoReadsPollsOrRunsIsHealthy) {
  Waiting30Bytes reads;
  reads.both([](SceneBuilder& host) { host.thread(500).in_call("recvfrom", right, WaitFor::receive); });
  EXPECT_TRUE(reads.find(find_unread_data).empty());
  Waiting30Bytes polls;
  polls.both([](SceneBuilder& host) { host.thread(500).polls(WaitBy::poll, right, WaitFor::receive); });
  EXPECT_TRUE(polls.find(find_unread_data).empty());
  Waiting30Bytes runs;
  runs.now.thread(500).runs();
  EXPECT_TRUE(runs.find(find_unread_data).empty());
}

TEST(UnreadData, WhatWasTakenMeanwhileIsRead) {
  Waiting30Bytes host;
  host.before.at(right).recv_q = 60;
  EXPECT_TRUE(host.find(find_unread_data).empty());
}

TEST(UnreadData, TcpIsCountedByWhatTheReaderTook) {
  Waiting30Bytes host(Netid::tcp);
  host.before.at(right).recv_q = 30;
  host.now.at(right).recv_q = 50;
  host.details.set(host.before.at(right), {{"bytes_received", 1000}});
  host.details.set(host.now.at(right), {{"bytes_received", 1020}, {"last_data_recv", 800}});
  EXPECT_EQ(host.find(find_unread_data).size(), 1U);
  // More waits than before, but the reader took some of it.
  host.details.set(host.now.at(right), {{"bytes_received", 5000}});
  EXPECT_TRUE(host.find(find_unread_data).empty());
}

TEST(UnreadData, TheFinOfAClosedConnectionIsNoData) {
  Waiting30Bytes host(Netid::tcp);
  host.both([](SceneBuilder& look) {
    look.at(right).state = State::close_wait;
    look.at(right).recv_q = 1;
  });
  EXPECT_TRUE(host.find(find_unread_data).empty());
}

TEST(UnreadData, EdgeTriggeredSleepersArePossible) {
  Waiting30Bytes host;
  host.both([](SceneBuilder& look) {
    look.thread(500).polls(WaitBy::epoll, right, WaitFor::receive).wait().edge_triggered = true;
  });
  const auto findings = host.find(find_unread_data);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].confidence, Confidence::possible);
  EXPECT_NE(evidence_of(findings[0], "attention")->text.find("EPOLLET"), std::string::npos);
  host.now.thread(500).thread().switches = 8;  // it ran: perhaps for this
  EXPECT_TRUE(host.find(find_unread_data).empty());
}

TEST(UnreadData, WhoCannotBeSeenIsNotAccused) {
  Waiting30Bytes hidden;
  hidden.both([](SceneBuilder& host) { host.process(500).readable = false; });
  EXPECT_TRUE(hidden.find(find_unread_data).empty());
  Waiting30Bytes unknown;
  unknown.both([](SceneBuilder& host) { host.owners_unknown(right); });
  EXPECT_TRUE(unknown.find(find_unread_data).empty());
  Waiting30Bytes ring;
  const std::vector<Inode> in_ring{Inode{right}};
  ring.now.facts().in_io_uring = in_ring;
  EXPECT_TRUE(ring.find(find_unread_data).empty());
}

TEST(UnreadData, ABlockedSenderIsTheBetterStory) {
  Waiting30Bytes host;
  Finding told;
  told.rule = Rule::unix_send_blocked;
  told.peer = &host.now.at(right);
  EXPECT_EQ(host.find_after(find_unread_data, {told}).size(), 1U);
}

TEST(UnreadData, ListenersAndNetlinkAreLeftOut) {
  TwoLooks host;
  host.both([](SceneBuilder& look) {
    look.listener(60, "/run/x", 2, 5);
    look.row(61, Netid::nl, State::close).recv_q = 500;
    tcp_row(look, 62, State::listen, 80, 0).recv_q = 2;
    for (const std::uint32_t inode : {60U, 61U, 62U}) look.holds(500, "worker", inode, 1);
    look.thread(500).sleeps("clock_nanosleep");
  });
  EXPECT_TRUE(host.find(find_unread_data).empty());
  EXPECT_FALSE(host.time_wanted);
}

TEST(UnreadData, AlikeOnesOfOneProcessAreOneFinding) {
  Waiting30Bytes host;
  host.both([](SceneBuilder& look) {
    look.pair(20, 21);
    look.at(21).recv_q = 99;
    look.holds(500, "worker", 21, 8);
  });
  const auto findings = host.find(find_unread_data);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].sockets, 2U);
  EXPECT_EQ(findings[0].socket, &host.now.at(21));
}

TEST(UnreadData, WhoWaitsForAnotherIsOnlyWorthALine) {
  Waiting30Bytes host;
  host.both([](SceneBuilder& look) {
    look.pair(70, 71);
    look.holds(500, "worker", 70, 12);
    look.thread(500).in_call("recvfrom", 70, WaitFor::receive);
  });
  const auto findings = host.find(find_unread_data);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].culprits.at(0).doing, Doing::waiting);
  EXPECT_EQ(findings[0].severity, Severity::info);
}

// --- orphaned-socket

struct Orphan : TwoLooks {
  Orphan() {
    both([](SceneBuilder& host) {
      host.pair(left, right);
      host.at(right).recv_q = 30;
      host.holds(499, "writer", left, 3);
    });
  }
};

TEST(OrphanedSocket, NobodyHoldsWhatHasData) {
  Orphan host;
  const auto findings = host.find(find_orphaned_sockets);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].confidence, Confidence::possible);
  ASSERT_EQ(findings[0].culprits.size(), 1U);
  EXPECT_EQ(findings[0].culprits[0].doing, Doing::gone);
}

TEST(OrphanedSocket, ADescriptorInFlightMakesItLikely) {
  Orphan host;
  host.now.pair(80, 81);
  host.now.holds(600, "carrier", 81, 5);
  const std::vector<DescriptorsInFlight> flights{{Inode{81}, 2}};
  host.now.facts().in_flight = flights;
  const auto findings = host.find(find_orphaned_sockets);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].confidence, Confidence::likely);
  ASSERT_NE(evidence_of(findings[0], "in_flight"), nullptr);
  EXPECT_EQ(evidence_of(findings[0], "in_flight")->text,
            "2 descriptors on the way to carrier (pid 600) over unix socket 81");
}

// In a pid namespace nobody can say that nobody holds it.
TEST(OrphanedSocket, HiddenHoldersAreNoProofOfNone) {
  for (const std::uint32_t flights : {1U, 0U}) {
    Orphan host;
    host.both([](SceneBuilder& look) {
      look.pair(80, 81);
      look.holds(600, "carrier", 80, 4);
      look.holds(600, "carrier", 81, 5);
      look.owners_unknown(right);
      look.facts().all_owners_known = false;
    });
    const std::vector<DescriptorsInFlight> flying(flights, {Inode{81}, 1});
    host.now.facts().in_flight = flying;
    const auto findings = host.find(find_orphaned_sockets);
    ASSERT_EQ(findings.size(), flights);
    if (flights == 0) continue;
    EXPECT_EQ(findings[0].confidence, Confidence::likely);
    EXPECT_EQ(findings[0].culprits.at(0).doing, Doing::gone);
    EXPECT_EQ(findings[0].culprits.at(0).detail,
              "no process that can be seen holds it; it may travel in a message to carrier (pid 600)");
    host.both([](SceneBuilder& look) {
      look.pair(90, 91);
      look.owners_unknown(90);
      look.owners_unknown(91);
    });
    const auto unsure = host.find(find_orphaned_sockets);
    ASSERT_EQ(unsure.size(), 1U);
    EXPECT_EQ(unsure[0].confidence, Confidence::possible);
    EXPECT_EQ(unsure[0].severity, Severity::info);
    EXPECT_EQ(unsure[0].culprits.at(0).doing, std::nullopt);
  }
}

TEST(OrphanedSocket, AnIoUringIsAHolder) {
  Orphan host;
  const std::vector<Inode> in_ring{Inode{right}};
  host.now.facts().in_io_uring = in_ring;
  const auto findings = host.find(find_orphaned_sockets);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::info);
}

TEST(OrphanedSocket, NotToldWhereItMayBeHeld) {
  Orphan hidden;
  hidden.now.facts().all_owners_known = false;
  EXPECT_TRUE(hidden.find(find_orphaned_sockets).empty());
  Orphan just_closed;
  just_closed.before.holds(500, "worker", right, 3);
  EXPECT_TRUE(just_closed.find(find_orphaned_sockets).empty());
  Orphan once;
  EXPECT_TRUE(once.find_at_once(find_orphaned_sockets).empty());
  EXPECT_TRUE(once.time_wanted);
}

TEST(OrphanedSocket, EmptyUnacceptedAndInodelessAreNone) {
  TwoLooks host;
  host.both([](SceneBuilder& look) {
    look.pair(left, right);
    look.listener(60, "/run/x", 1, 5);
    look.holds(1, "server", 60, 3);
    look.pending(60, 61);
    tcp_row(look, 0, State::established, 80, 5000).recv_q = 55;
  });
  EXPECT_TRUE(host.find(find_orphaned_sockets).empty());
  EXPECT_FALSE(host.time_wanted);
}

// --- peer-gone

TEST(PeerGone, ADatagramClientOfADeadServer) {
  TwoLooks host;
  host.now.row(90, Netid::u_dgr, State::established);
  host.now.unix_part(90).peer_inode = Inode{0};
  host.now.holds(500, "logger", 90, 4);
  const auto findings = host.find_at_once(find_peer_gone);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].culprits.at(0).pid, 500);
  EXPECT_NE(findings[0].advice.find("ECONNREFUSED"), std::string::npos);
}

TEST(PeerGone, LiveAndUnconnectedDatagramsAreNone) {
  TwoLooks host;
  host.now.pair(90, 91, Netid::u_dgr);
  host.now.row(92, Netid::u_dgr, State::close);
  for (const std::uint32_t inode : {90U, 91U, 92U}) host.now.holds(500, "logger", inode, 4);
  EXPECT_TRUE(host.find_at_once(find_peer_gone).empty());
}

struct ClosedStream : TwoLooks {
  explicit ClosedStream(std::uint32_t unread, bool pending = false) {
    both([&](SceneBuilder& host) {
      host.row(95, Netid::u_str, State::established);
      host.unix_part(95).peer_inode = Inode{0};
      host.unix_part(95).in_pending_list = pending;
      host.at(95).shutdown = Shutdown::rdwr;
      host.at(95).recv_q = unread;
      host.holds(500, "worker", 95, 4);
    });
  }
};

TEST(PeerGone, AStreamThatIsNotReadToItsEnd) {
  ClosedStream host(12);
  EXPECT_EQ(host.find(find_peer_gone).size(), 1U);
  EXPECT_TRUE(host.find_at_once(find_peer_gone).empty());
  EXPECT_TRUE(host.time_wanted);
}

TEST(PeerGone, EmptyOrNotYetAcceptedStreamsAreNone) {
  EXPECT_TRUE(ClosedStream(0).find(find_peer_gone).empty());
  EXPECT_TRUE(ClosedStream(12, true).find(find_peer_gone).empty());
}

}  // namespace
}  // namespace skq::diagnosing
