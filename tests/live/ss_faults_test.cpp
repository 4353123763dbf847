// Where ss is wrong or silent: one test a fault, each showing skq right on the very situation. The ss of this machine
// may have been mended since, so nothing is expected of it here.
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>

#include "live_test.h"

namespace live {
namespace {

using SsFaults = LiveTest;

const Row& row_of(const Rows& rows, int fd) { return rows.one("inode", std::to_string(inode_of(fd))); }

// 1: ss never says that the 278 bytes of Recv-Q hold all that the sender may use.
TEST_F(SsFaults, AFullUnixSenderIsShownAsFullThoughItsReaderHoldsNextToNothing) {
  const Pair pair = unix_pair(SOCK_STREAM);
  const std::size_t sent = send_until_full(pair.a.get(), 1);
  const Rows rows = list({"-xa"}, "inode,recv_q,send_fill,recv_fill,payload_percent");
  EXPECT_EQ(row_of(rows, pair.b.get()).number("recv_q"), sent);
  EXPECT_GE(*row_of(rows, pair.a.get()).decimal("send_fill"), 100.0);
  EXPECT_GE(*row_of(rows, pair.b.get()).decimal("recv_fill"), 100.0);
  EXPECT_LT(*row_of(rows, pair.b.get()).decimal("payload_percent"), 1.0);
}

// 2: dst matches nothing in ss -x, and nothing names the peer.
TEST_F(SsFaults, DstFindsUnixClientsAndThePeerIsNamed) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, file("server"), 5);
  const UniqueFd client = unix_client(SOCK_STREAM, file("server"));
  const UniqueFd server = accepted(listener.get());
  const Rows rows = list({"-xp", "dst", file("server")}, "inode,peer_inode,peer_pid,peer_comm");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(row_of(rows, client.get()).number("peer_inode"), inode_of(server.get()));
  EXPECT_EQ(row_of(rows, client.get()).number("peer_pid"), static_cast<std::uint64_t>(getpid()));
  EXPECT_EQ(row_of(rows, client.get()).text("peer_comm"), own_comm());
}

// 3: ss has no format for programs.
TEST_F(SsFaults, EveryRowIsThereForPrograms) {
  SKIP_WITHOUT("jq");
  const Pair pair = unix_pair(SOCK_STREAM);
  ASSERT_EQ(run_skq({"-xa", "-J", "--output=" + file("json")}).exit, 0);
  EXPECT_EQ(run({"jq", ".sockets | length", file("json")}).out, "2\n");
}

// 5: a kernel that has no such sockets looks to ss like a host that has none, and every outcome is exit 0.
TEST_F(SsFaults, WhatCannotBeAskedIsToldAndFailsOnDemand) {
  struct Asked {
    const char* option;
    std::uint8_t family, protocol;
  };
  constexpr std::uint8_t af_xdp = 44, dccp = 33;
  for (const Asked& asked : {Asked{"--vsock", AF_VSOCK, 0}, Asked{"--xdp", af_xdp, 0}, Asked{"--tipc", AF_TIPC, 0},
                             Asked{"-S", AF_INET, IPPROTO_SCTP}, Asked{"-d", AF_INET, dccp}}) {
    const bool lacks = diag_error(asked.family, asked.protocol) == ENOENT;
    const Finished named = run_skq({asked.option, "-a"});
    EXPECT_EQ(named.exit, 0) << asked.option << named.err;
    EXPECT_EQ(named.err.empty(), !lacks) << asked.option << ": " << named.err;
    EXPECT_EQ(run_skq({asked.option, "-a", "--strict"}).exit, lacks ? 3 : 0) << asked.option;
    const std::string complete = lacks ? "\"complete\":false" : "\"complete\":true";
    EXPECT_NE(run_skq({asked.option, "-a", "-J"}).out.find(complete), std::string::npos) << asked.option;
  }
  EXPECT_EQ(run_skq({"-a", "--strict"}).exit, 0);
}

TEST_F(SsFaults, NoTableIsAMistakeAndNoMatchIsTold) {
  EXPECT_EQ(run_skq({"-A", "tcp,!tcp"}).exit, 2);
  EXPECT_EQ(run_skq({"-t", "sport", "=", ":1"}).exit, 0);
  EXPECT_EQ(run_skq({"-t", "--exit-code", "sport", "=", ":1"}).exit, 4);
}

// 7: ss reads from left to right what its manual reads as `and` before `or`.
TEST_F(SsFaults, AndBindsTighterThanOrAndTheDifferenceIsTold) {
  const UniqueFd one = tcp_listener("127.0.0.1", 4001), other = tcp_listener("127.0.0.2", 4002);
  // From left to right: (one or other) and nothing, no row. As documented: one, or (other and nothing).
  const std::vector<std::string> filter{"sport", "=", ":4001", "or", "sport", "=", ":4002", "and", "src", "127.0.0.9"};
  std::vector<std::string> words{"-tl", "--format=raw", "-c", "inode"};
  words.insert(words.end(), filter.begin(), filter.end());
  const Finished finished = run_skq(words);
  const Rows rows(finished.out);
  EXPECT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.count("inode", std::to_string(inode_of(one.get()))), 1U);
  EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
  EXPECT_NE(finished.err.find("warning"), std::string::npos) << finished.err;
}

// 8: names go to the terminal as they are, and a comm ends at its first parenthesis.
TEST_F(SsFaults, NamesAndCommsAreEscapedAndWhole) {
  const std::string name = std::string("\0\n\x1b[31m@red", 12);
  const UniqueFd named = unix_bound(SOCK_STREAM, name);
  const Finished table = run_skq({"-xa", "-H"});
  EXPECT_EQ(std::count(table.out.begin(), table.out.end(), '\n'), 1) << table.out;
  EXPECT_EQ(table.out.find('\x1b'), std::string::npos);
  const Rows rows = list({"-xa"}, "inode,path,abstract");
  EXPECT_EQ(row_of(rows, named.get()).text("path"), name.substr(1));
  EXPECT_EQ(row_of(rows, named.get()).boolean("abstract"), true);
  const Pair pair = unix_pair(SOCK_STREAM);
  const std::string comm = "we)ird \"x";
  const Child child({pair.b.get()}, [&] { return prctl(PR_SET_NAME, comm.c_str()) == 0; });
  const auto holders = row_of(list({"-xap"}, "inode,owners"), pair.b.get()).holders("owners");
  ASSERT_TRUE(holders);
  EXPECT_TRUE(std::any_of(holders->begin(), holders->end(), [&](const Holder& held) { return held.comm == comm; }));
}

// 9: ss guesses the owner from the port id, prints sk=0, cuts groups at 32 and shows such a socket twice.
TEST_F(SsFaults, NetlinkSocketsHaveOwnersCookiesAllGroupsAndStandOnce) {
  const UniqueFd first = netlink_socket(NETLINK_ROUTE, 0, 0), second = netlink_socket(NETLINK_ROUTE, 0, 0);
  const UniqueFd joined = netlink_socket(NETLINK_ROUTE, 700001, RTMGRP_LINK);
  constexpr int group = RTNLGRP_NEXTHOP;  // 32: the first that a mask of 32 bits in sockaddr_nl cannot say is 33
  constexpr int beyond = group + 1;
  constexpr int sol_netlink = 270;
  ASSERT_EQ(setsockopt(joined.get(), sol_netlink, NETLINK_ADD_MEMBERSHIP, &beyond, sizeof beyond), 0);
  const Rows rows = list({"-f", "netlink", "-ap"}, "inode,cookie,pid,fd,nl_groups,details");
  for (const int fd : {first.get(), second.get(), joined.get()}) {
    const Row& row = row_of(rows, fd);  // fails unless there is exactly one
    EXPECT_EQ(row.number("pid"), static_cast<std::uint64_t>(getpid()));
    EXPECT_EQ(row.number("fd"), static_cast<std::uint64_t>(fd));
    EXPECT_EQ(row.text("cookie"), cookie_of(fd));
    EXPECT_NE(row.text("details").find("sk:" + cookie_of(fd)), std::string::npos) << row.text("details");
  }
  EXPECT_EQ(row_of(rows, joined.get()).text("nl_groups"), "0x0000000100000001");
}

// 10: ss -xe says neither, and a device number that is none.
TEST_F(SsFaults, UnixSocketsHaveUidCookieAndTheRightDevice) {
  const UniqueFd bound = unix_bound(SOCK_STREAM, file("bound"));
  struct stat status {};
  ASSERT_EQ(stat(file("bound").c_str(), &status), 0);
  const std::string device = std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev));
  const Rows rows = list({"-xa"}, "inode,uid,cookie,vfs_ino,vfs_dev,details");
  const Row& row = row_of(rows, bound.get());
  EXPECT_EQ(row.number("uid"), getuid());
  EXPECT_EQ(row.text("cookie"), cookie_of(bound.get()));
  EXPECT_EQ(row.number("vfs_ino"), static_cast<std::uint32_t>(status.st_ino));
  EXPECT_EQ(row.text("vfs_dev"), device);
  EXPECT_NE(row.text("details").find("sk:" + cookie_of(bound.get())), std::string::npos) << row.text("details");
}

// 12: -A packet_raw lists both kinds.
TEST_F(SsFaults, PacketRawIsOnlyRaw) {
  const UniqueFd raw(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ARP)));
  const UniqueFd cooked(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ARP)));
  const Rows only_raw = list({"-A", "packet_raw", "-a"}, "inode,netid"),
             only_cooked = list({"-A", "p_dgr", "-a"}, "inode");
  ASSERT_EQ(only_raw.size(), 1U);
  EXPECT_EQ(row_of(only_raw, raw.get()).text("netid"), "p_raw");
  ASSERT_EQ(only_cooked.size(), 1U);
  row_of(only_cooked, cooked.get());
}

// 16: neither order, nor first rows, nor selection by what a socket holds and who holds it.
TEST_F(SsFaults, RowsAreSortedLimitedAndSelectedByMemoryAndProcess) {
  const Pair full = unix_pair(SOCK_STREAM), idle = unix_pair(SOCK_STREAM);
  send_until_full(full.a.get(), 1000);
  const Rows top = list({"-xa", "--sort=-send_mem", "--limit=1"}, "inode");
  ASSERT_EQ(top.size(), 1U);
  row_of(top, full.a.get());
  const std::string own = "pid == " + std::to_string(getpid()) + " and send_fill > 80%";
  const Rows selected = list({"-xa", "--where", own}, "inode");
  ASSERT_EQ(selected.size(), 1U);
  row_of(selected, full.a.get());
}

}  // namespace
}  // namespace live
