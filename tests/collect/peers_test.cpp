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

// Servers of one port on many addresses, interfaces and in many namespaces, and as many clients.
TEST(InetPeers, ManyUdpServersOnOnePortCostNoMoreThanOthers) {
  constexpr std::size_t each = many / 4;
  std::vector<NetNamespace> netns(each);
  std::vector<Socket> rows;
  const auto address = [](InetPart& part, std::size_t at) {
    for (Address* one : {&part.local, &part.peer})
      if (one == &part.peer || part.peer_port == 0) {
        one->bytes[0] = std::byte{127};
        one->bytes[1] = static_cast<std::byte>(at >> 8 & 0xff);
        one->bytes[2] = static_cast<std::byte>(at & 0xff);
        one->bytes[3] = std::byte{1};
      }
  };
  for (std::size_t at = 0; at < each; ++at) {
    netns[at].inode = 1000 + at;
    Socket by_address = inet_row(Netid::udp, 1, 1, 53, 0, 0), by_netns = inet_row(Netid::udp, 2, 0, 54, 0, 0),
           by_interface = inet_row(Netid::udp, 3, 0, 55, 0, 0);
    address(std::get<InetPart>(by_address.part), at);
    by_netns.netns = &netns[at];
    std::get<InetPart>(by_interface.part).interface = static_cast<std::uint32_t>(at) + 1;
    Socket to_address = inet_row(Netid::udp, 4, 1, 5000, 1, 53), to_netns = inet_row(Netid::udp, 5, 1, 5000, 1, 54),
           to_interface = inet_row(Netid::udp, 6, 1, 5000, 1, 55);
    address(std::get<InetPart>(to_address.part), at);
    to_netns.netns = &netns[at];
    std::get<InetPart>(to_interface.part).interface = static_cast<std::uint32_t>(at) + 1;
    for (const Socket& row : {by_address, by_netns, by_interface, to_address, to_netns, to_interface})
      rows.push_back(row);
  }
  const auto all = pointers(rows);
  EXPECT_LT(seconds_of([&] { join_inet_peers(all); }), most_seconds);
  for (std::size_t at = 0; at < rows.size(); at += 6)
    for (std::size_t kind = 0; kind < 3; ++kind) ASSERT_EQ(rows[at + 3 + kind].other_end, &rows[at + kind]) << at;
}

TEST(InetPeers, AServerOfEveryAddressHearsWhatItsVersionHears) {
  const auto served = [](Socket server, const Socket& client) {
    std::vector<Socket> rows{client, std::move(server)};
    join_inet_peers(pointers(rows));
    return rows[0].other_end == &rows[1];
  };
  const Socket v4_client = inet_row(Netid::udp, 1, 1, 5000, 1, 53);
  const Socket mapped_client = mapped(v4_client);
  Socket v6_client = mapped_client;
  for (Address* one : {&std::get<InetPart>(v6_client.part).local, &std::get<InetPart>(v6_client.part).peer}) {
    *one = {};
    one->bytes[15] = std::byte{1};
  }
  const Socket v4_any = inet_row(Netid::udp, 2, 0, 53, 0, 0);
  Socket v6_any = mapped(v4_any);
  std::get<InetPart>(v6_any.part).local = {};
  Socket only_v6 = v6_any;
  std::get<InetPart>(v6_any.part).v6only = false;
  std::get<InetPart>(only_v6.part).v6only = true;
  for (const Socket& client : {v4_client, mapped_client}) {
    EXPECT_TRUE(served(v4_any, client));
    EXPECT_TRUE(served(v6_any, client));
    EXPECT_FALSE(served(only_v6, client));
  }
  EXPECT_FALSE(served(v4_any, v6_client));
  EXPECT_TRUE(served(v6_any, v6_client));
  EXPECT_TRUE(served(only_v6, v6_client));
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
