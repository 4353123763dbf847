// netlink and packet sockets.
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <set>

#include "live_test.h"

namespace live {
namespace {

using Netlink = LiveTest;
using Packet = LiveTest;

const Row& row_of(const Rows& rows, int fd) { return rows.one("inode", std::to_string(inode_of(fd))); }

// The kernel dumps a socket that joined a group twice: from the table, and from the list of listeners.
TEST_F(Netlink, SocketsInMulticastGroupsStandOnce) {
  const UniqueFd quiet = netlink_socket(NETLINK_ROUTE, 700001, 0);
  const UniqueFd joined = netlink_socket(NETLINK_ROUTE, 700002, RTMGRP_LINK | RTMGRP_IPV4_ROUTE);
  const UniqueFd other = netlink_socket(NETLINK_USERSOCK, 700003, 1);
  const Rows rows = list({"-f", "netlink", "-a"}, "inode,cookie,netid,local,peer");
  std::set<std::string> cookies;
  for (const Row& row : rows.all()) EXPECT_TRUE(cookies.insert(row.text("cookie")).second) << row.text("local");
  for (const int fd : {quiet.get(), joined.get(), other.get()})
    EXPECT_EQ(row_of(rows, fd).text("cookie"), cookie_of(fd));
  EXPECT_EQ(row_of(rows, joined.get()).text("local"), "rtnl:700002");
}

// ss knows no owner of a netlink socket; its inode is in the dump all the same.
TEST_F(Netlink, OwnersAreKnown) {
  const UniqueFd held = netlink_socket(NETLINK_ROUTE, 700001, 0);
  const Rows rows = list({"-f", "netlink", "-ap"}, "inode,owners");
  EXPECT_EQ(row_of(rows, held.get()).holders("owners"), (std::vector<Holder>{{getpid(), own_comm(), held.get()}}));
}

TEST_F(Netlink, OverrunCountsAsDrops) {
  const UniqueFd receiver = netlink_socket(NETLINK_USERSOCK, 700001, 1);
  set_option(receiver.get(), SO_RCVBUF, 1);
  const UniqueFd sender = netlink_socket(NETLINK_USERSOCK, 700002, 0);
  sockaddr_nl group{};
  group.nl_family = AF_NETLINK;
  group.nl_groups = 1;
  struct {
    nlmsghdr head{sizeof(nlmsghdr) + 100, NLMSG_MIN_TYPE, 0, 0, 0};
    std::array<char, 100> body{};
  } message;
  for (int i = 0; i < 100; ++i)
    sendto(sender.get(), &message, sizeof message, MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&group),
           sizeof group);
  const auto memory = memory_of(receiver.get());
  ASSERT_GT(memory[drops], 0U);
  const Rows rows = list({"-f", "netlink", "-a"}, "inode,drops,recv_q,rmem_alloc");
  EXPECT_EQ(row_of(rows, receiver.get()).number("drops"), memory[drops]);
  EXPECT_EQ(row_of(rows, receiver.get()).number("rmem_alloc"), memory[rmem_alloc]);
}

UniqueFd packet_socket(int type, std::uint16_t protocol, bool on_lo) {
  UniqueFd made(socket(AF_PACKET, type | SOCK_CLOEXEC, 0));
  sockaddr_ll at{};
  at.sll_family = AF_PACKET;
  at.sll_protocol = htons(protocol);
  at.sll_ifindex = on_lo ? static_cast<int>(if_nametoindex("lo")) : 0;
  if (bind(made.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) return {};
  return made;
}

TEST_F(Packet, RawAndDgramAreToldApart) {
  const UniqueFd raw = packet_socket(SOCK_RAW, ETH_P_ALL, true);
  const UniqueFd dgram = packet_socket(SOCK_DGRAM, ETH_P_IP, false);
  const Rows both = list({"-0", "-a"}, "inode,netid,cookie,local,peer,dev,owners");
  EXPECT_EQ(row_of(both, raw.get()).text("netid"), "p_raw");
  EXPECT_EQ(row_of(both, raw.get()).text("local"), "*:lo");
  EXPECT_EQ(row_of(both, raw.get()).text("dev"), "lo");
  EXPECT_EQ(row_of(both, dgram.get()).text("netid"), "p_dgr");
  EXPECT_EQ(row_of(both, dgram.get()).text("local"), "ip:*");
  EXPECT_EQ(row_of(both, dgram.get()).text("cookie"), cookie_of(dgram.get()));
  const Rows only_raw = list({"-A", "packet_raw", "-a"}, "inode,netid");
  EXPECT_EQ(only_raw.size(), 1U);
  EXPECT_EQ(only_raw.count("netid", "p_raw"), 1U);
}

TEST_F(Packet, DropsOfAFullReceiver) {
  const UniqueFd receiver = packet_socket(SOCK_RAW, ETH_P_ALL, true);
  set_option(receiver.get(), SO_RCVBUF, 1);
  const UniqueFd sink = inet_bound("127.0.0.1", 4020, SOCK_DGRAM);
  const UniqueFd sender = inet_client("127.0.0.1", 4020, SOCK_DGRAM);
  for (int i = 0; i < 100; ++i) send_text(sender.get(), std::string(500, 'x'));
  const auto memory = memory_of(receiver.get());
  const Rows rows = list({"-0", "-a"}, "inode,drops,recv_q,recv_mem");
  EXPECT_EQ(row_of(rows, receiver.get()).number("drops"), memory[drops]);
  EXPECT_GT(row_of(rows, receiver.get()).number("drops"), 0U);
  EXPECT_EQ(row_of(rows, receiver.get()).number("recv_mem"), memory[rmem_alloc]);
}

}  // namespace
}  // namespace live
