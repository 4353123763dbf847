#include "collect/peers.h"

#include <gtest/gtest.h>

#include <ctime>
#include <vector>

#include "fake_source.h"

namespace skq::collecting {
namespace {

std::vector<Socket*> pointers(std::vector<Socket>& rows) {
  std::vector<Socket*> all;
  for (Socket& row : rows) all.push_back(&row);
  return all;
}

TEST(UnixPeers, BothEndsSelfAndElsewhere) {
  std::vector<Socket> rows{unix_row(1, Inode{2}),  unix_row(2, Inode{1}), unix_row(3, Inode{3}),
                           unix_row(4, Inode{99}), unix_row(5, Inode{0}), unix_row(0)};
  join_unix_peers(pointers(rows));
  EXPECT_EQ(rows[0].other_end, &rows[1]);
  EXPECT_EQ(rows[1].other_end, &rows[0]);
  EXPECT_EQ(rows[2].other_end, &rows[2]);
  EXPECT_EQ(rows[3].other_end, nullptr);
  EXPECT_EQ(rows[4].other_end, nullptr);
  EXPECT_EQ(rows[5].other_end, nullptr);
}

TEST(InetPeers, TcpOverLoopback) {
  std::vector<Socket> rows{inet_row(Netid::tcp, 1, 1, 5000, 1, 80), inet_row(Netid::tcp, 2, 1, 80, 1, 5000),
                           inet_row(Netid::tcp, 3, 1, 80, 1, 5001)};
  join_inet_peers(pointers(rows));
  EXPECT_EQ(rows[0].other_end, &rows[1]);
  EXPECT_EQ(rows[1].other_end, &rows[0]);
  EXPECT_EQ(rows[2].other_end, nullptr);
}

TEST(InetPeers, V4MeetsV4MappedV6) {
  std::vector<Socket> rows{inet_row(Netid::tcp, 1, 1, 5000, 1, 80), mapped(inet_row(Netid::tcp, 2, 1, 80, 1, 5000))};
  join_inet_peers(pointers(rows));
  EXPECT_EQ(rows[0].other_end, &rows[1]);
  EXPECT_EQ(rows[1].other_end, &rows[0]);
}

TEST(InetPeers, TcpAndUdpOfTheSamePortsAreStrangers) {
  std::vector<Socket> rows{inet_row(Netid::tcp, 1, 1, 5000, 1, 80), inet_row(Netid::udp, 2, 1, 80, 1, 5000)};
  join_inet_peers(pointers(rows));
  EXPECT_EQ(rows[0].other_end, nullptr);
  EXPECT_EQ(rows[1].other_end, nullptr);
}

TEST(InetPeers, AUdpClientFindsTheOnlyServer) {
  std::vector<Socket> rows{inet_row(Netid::udp, 1, 1, 5000, 1, 53), inet_row(Netid::udp, 2, 0, 53, 0, 0),
                           inet_row(Netid::udp, 3, 0, 54, 0, 0)};
  join_inet_peers(pointers(rows));
  EXPECT_EQ(rows[0].other_end, &rows[1]);
  EXPECT_EQ(rows[1].other_end, nullptr);  // a server has no one other end
}

TEST(InetPeers, AUdpClientOfSeveralPossibleServersIsNotGuessed) {
  std::vector<Socket> rows{inet_row(Netid::udp, 1, 1, 5000, 1, 53), inet_row(Netid::udp, 2, 0, 53, 0, 0),
                           inet_row(Netid::udp, 3, 1, 53, 0, 0)};
  join_inet_peers(pointers(rows));
  EXPECT_EQ(rows[0].other_end, nullptr);
}

TEST(InetPeers, AServerBoundToAnotherInterfaceHearsNothing) {
  std::vector<Socket> rows{inet_row(Netid::udp, 1, 1, 5000, 1, 53), inet_row(Netid::udp, 2, 0, 53, 0, 0)};
  std::get<InetPart>(rows[1].part).interface = 2;
  join_inet_peers(pointers(rows));
  EXPECT_EQ(rows[0].other_end, nullptr);
}

TEST(InetPeers, ARemotePortIsNotALocalServer) {
  Socket client = inet_row(Netid::udp, 1, 1, 5000, 1, 53);
  auto& part = std::get<InetPart>(client.part);
  part.local.bytes[0] = std::byte{10};
  part.peer.bytes[0] = std::byte{9};
  std::vector<Socket> rows{client, inet_row(Netid::udp, 2, 0, 53, 0, 0)};
  join_inet_peers(pointers(rows));
  EXPECT_EQ(rows[0].other_end, nullptr);
}

// Rows that are told apart by nothing, as only a forged recording has them.
constexpr std::size_t many = 50'000;
// A quadratic join of as many takes a minute, and an instrumented build is a few times slower than another.
constexpr double most_seconds = 5;

/// Of the processor, so that a busy machine changes nothing.
template <class Work>
double seconds_of(const Work& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(UnixPeers, EqualInodesCostNoMoreThanOthers) {
  std::vector<Socket> rows(many, unix_row(7, Inode{7}));
  rows.push_back(unix_row(8, Inode{99}));
  const auto all = pointers(rows);
  EXPECT_LT(seconds_of([&] { join_unix_peers(all); }), most_seconds);
  EXPECT_EQ(rows[1].other_end, &rows[0]);
  EXPECT_EQ(rows.back().other_end, nullptr);
}

TEST(InetPeers, EqualEndsCostNoMoreThanOthers) {
  std::vector<Socket> rows(many, inet_row(Netid::tcp, 1, 1, 5000, 2, 80));
  rows.push_back(inet_row(Netid::tcp, 2, 2, 80, 1, 5000));
  const auto all = pointers(rows);
  EXPECT_LT(seconds_of([&] { join_inet_peers(all); }), most_seconds);
  EXPECT_EQ(rows.back().other_end, &rows[0]);
  EXPECT_EQ(rows[many - 1].other_end, &rows.back());
}

TEST(InetPeers, EqualEndsInManyNamespacesCostNoMoreThanOthers) {
  std::vector<NetNamespace> netns(many);
  std::vector<Socket> rows(many, inet_row(Netid::tcp, 1, 1, 5000, 2, 80));
  for (std::size_t at = 0; at < many; ++at) {
    netns[at].inode = 1000 + at;
    rows[at].netns = &netns[at];
  }
  rows.push_back(inet_row(Netid::tcp, 2, 2, 80, 1, 5000));
  rows.back().netns = &netns[many - 1];
  const auto all = pointers(rows);
  EXPECT_LT(seconds_of([&] { join_inet_peers(all); }), most_seconds);
  EXPECT_EQ(rows.back().other_end, &rows[many - 1]);
  EXPECT_EQ(rows[many - 1].other_end, &rows.back());
  EXPECT_EQ(rows[0].other_end, nullptr) << "the one that answers is another namespace's";
}

TEST(PendingLists, EqualCookiesCostNoMoreThanOthers) {
  Socket row = unix_row(7, Inode{0});
  row.state = State::listen;
  std::vector<Socket> rows(many, row), lists(many, row);
  const auto all = pointers(rows);
  std::vector<const Socket*> dumped;
  for (const Socket& list : lists) dumped.push_back(&list);
  EXPECT_LT(seconds_of([&] { join_pending_lists(all, dumped); }), most_seconds);
}

}  // namespace
}  // namespace skq::collecting
