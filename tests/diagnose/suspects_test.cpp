// Who is looked at closely: whoever may be stuck or cause it, and nobody else.
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scene_builder.h"

namespace skq::diagnosing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Suspects, NoneOfAHealthyHost) {
  SceneBuilder host;
  for (std::uint32_t i = 0; i < 1000; i += 2) {
    host.pair(1000 + i, 1001 + i);
    host.holds(static_cast<int>(i) + 1, "idle", 1000 + i, 3);
    host.holds(static_cast<int>(i) + 2, "idle", 1001 + i, 3);
  }
  host.listener(10, "/run/server", 1, 128);
  host.holds(5000, "server", 10, 3);
  const Suspects suspects = find_suspects(host.scene());
  EXPECT_THAT(suspects.pids, IsEmpty());
  EXPECT_THAT(suspects.sockets, IsEmpty());
}

TEST(Suspects, BothEndsOfASenderWithoutRoom) {
  SceneBuilder host;
  host.pair(10, 11);
  host.holds(1, "a", 10, 3);
  host.holds(2, "b", 11, 3);
  host.memory(10, test_sndbuf / 4 - 1);  // exactly a quarter, as the kernel counts from one
  EXPECT_THAT(find_suspects(host.scene()).pids, IsEmpty());
  host.memory(10, test_sndbuf / 4);
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(1, 2));
  EXPECT_THAT(find_suspects(host.scene()).sockets, ElementsAre(Inode{10}, Inode{11}));
  host.thread(1);
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(2));
}

TEST(Suspects, ClientsWhomATcpListenerHasNotAccepted) {
  SceneBuilder host;
  host.row(20, Netid::tcp, State::listen);
  std::get<InetPart>(host.at(20).part).local_port = 80;
  host.at(20).recv_q = 6;
  host.at(20).send_q = 5;
  host.row(10, Netid::tcp, State::established);
  std::get<InetPart>(host.at(10).part).peer_port = 80;
  host.holds(1, "client", 10, 3);
  Socket unaccepted;
  unaccepted.netid = Netid::tcp;
  host.at(10).other_end = &unaccepted;
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(1));
  host.at(20).recv_q = 1;  // far from full, but perhaps nobody accepts
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(1));
}

TEST(Suspects, FollowWhoWaitsUntilNobodyIsNew) {
  SceneBuilder host;
  host.pair(10, 11);
  host.full(10);
  host.holds(1, "a", 10, 3);
  host.holds(2, "b", 11, 3);
  host.pair(20, 21);
  host.holds(2, "b", 20, 4);
  host.holds(3, "c", 21, 3);
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(1, 2));
  host.thread(1).in_call("write", 10, WaitFor::send);
  host.thread(2).in_call("read", 20, WaitFor::receive);
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(3));
  host.thread(3);
  EXPECT_THAT(find_suspects(host.scene()).pids, IsEmpty());
}

TEST(Suspects, NotTheClientsOfAServerWithAThreadForEach) {
  SceneBuilder host;
  host.pair(10, 11);
  host.full(10);
  host.holds(1, "a", 10, 3);
  host.holds(2, "server", 11, 3);
  host.thread(1).in_call("write", 10, WaitFor::send);
  for (std::uint32_t i = 0; i < 100; i += 2) {
    host.pair(100 + i, 101 + i);
    host.holds(2, "server", 100 + i, static_cast<int>(i));
    host.holds(1000 + static_cast<int>(i), "client", 101 + i, 3);
    host.thread(2, 2000 + static_cast<int>(i)).in_call("read", 100 + i, WaitFor::receive);
  }
  EXPECT_THAT(find_suspects(host.scene()).pids, IsEmpty());
}

TEST(Suspects, WhoMayBeBlockedInConnect) {
  SceneBuilder host;
  host.listener(30, "/run/server", 4, 4);
  host.holds(640, "server", 30, 9);
  host.row(40, Netid::u_str, State::close);
  host.holds(812, "client", 40, 3);
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(640));
  host.at(30).recv_q = 5;
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(640, 812));
}

TEST(Suspects, TheReceiverThatAnAddressNames) {
  SceneBuilder host;
  host.row(11, Netid::u_dgr, State::close);
  host.named(11, std::string_view("\0log", 4));
  host.holds(640, "syslogd", 11, 3);
  host.row(10, Netid::u_dgr, State::close);
  host.memory(10, 768);
  host.holds(812, "logger", 10, 3);
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(812));
  host.thread(812).in_call("sendto", 10, WaitFor::send).to_unix(std::string_view("\0log", 4));
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(640));
}

TEST(Suspects, WhoPollsForRoomAtAReceiverThatMayBeFull) {
  SceneBuilder host;
  host.row(11, Netid::u_dgr, State::close);
  host.named(11, "/run/log");
  host.at(11).recv_q = 100;
  host.holds(640, "syslogd", 11, 3);
  host.row(10, Netid::u_dgr, State::established);
  host.connect(10, 11);
  host.holds(812, "poller", 10, 3);
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(640));  // data waits there
  for (std::uint32_t i = 20; i < 31; ++i) {
    host.row(i, Netid::u_dgr, State::established);
    host.connect(i, 11);
    host.memory(i, 768);
  }
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(640, 812));
}

TEST(Suspects, UnreadDataAndWhatWasAskedAbout) {
  SceneBuilder host;
  host.pair(10, 11);
  host.holds(1, "a", 10, 3);
  host.holds(2, "b", 11, 3);
  const std::array sockets{Inode{10}};
  const std::array pids{77};
  EXPECT_THAT(find_suspects(host.scene(), {pids, sockets}).pids, ElementsAre(1, 2, 77));
  host.at(11).recv_q = 5;  // whoever sent it may wait for an answer
  EXPECT_THAT(find_suspects(host.scene()).pids, ElementsAre(1, 2));
}

}  // namespace
}  // namespace skq::diagnosing
