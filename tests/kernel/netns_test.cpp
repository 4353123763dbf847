// Network namespaces: the texts that tell of them, what their counters rule out, and threads that enter them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <thread>

#include "kernel/host_namespaces.h"
#include "kernel/host_strangers.h"
#include "kernel/net_namespace.h"
#include "kernel/socket_counts.h"

namespace skq::kernel {
namespace {

using ::testing::IsEmpty;

TEST(MountedNamespaces, AreTheNetOnesOfNsfs) {
  const auto all = mounted_network_namespaces(
      "22 1 254:0 / / rw,relatime - ext4 /dev/root rw\n"
      "40 22 0:4 net:[4026532205] /run/docker/netns/a1b2 rw shared:3 - nsfs nsfs rw\n"
      "41 22 0:4 mnt:[4026532206] /run/snapd/ns/x.mnt rw - nsfs nsfs rw\n"
      "42 22 0:4 net:[4026532207] /tmp/a\\040b\\134c\\012d rw - nsfs nsfs rw\n"
      "43 22 0:4 net:[4026532208] /fake rw - tmpfs nsfs rw\n"
      "44 22 0:4 net:[4026532209] /without\\04 rw - nsfs nsfs rw");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].inode, 4026532205U);
  EXPECT_EQ(all[0].path, "/run/docker/netns/a1b2");
  EXPECT_EQ(all[1].path, "/tmp/a b\\c\nd");
  EXPECT_EQ(all[2].path, "/without\\04") << "no escape";
}

TEST(MountedNamespaces, DamageLeadsNowhere) {
  for (const char* text : {"", "\n\n", " - nsfs", "1 2 3 net:[] /x rw - nsfs", "1 2 3 net:[-1] /x rw - nsfs",
                           "1 2 3 net:[99999999999999999999] /x rw - nsfs", "1 2 3 net:[0] /x rw - nsfs",
                           "1 2 3 net:[5 /x rw - nsfs", "1 2 3 net:[5]", "1 2 3 net:[5]  - nsfs"})
    EXPECT_THAT(mounted_network_namespaces(text), IsEmpty()) << text;
}

TEST(OwnNamespace, IsTheThreads) {
  struct stat status {};
  ASSERT_EQ(stat("/proc/thread-self/ns/net", &status), 0);
  EXPECT_EQ(own_network_namespace().inode, status.st_ino);
  EXPECT_EQ(network_namespace_at(std::string("/proc/self/ns/net")), status.st_ino);
  EXPECT_EQ(network_namespace_at(std::string("/proc/self/exe")), 0U);
  EXPECT_EQ(network_namespace_at(std::string("/nonexistent")), 0U);
}

TEST(OwnThread, IsAnother_AndHandsOnWhatIsThrown) {
  std::thread::id there;
  EXPECT_TRUE(on_own_thread([&] { there = std::this_thread::get_id(); }));
  EXPECT_NE(there, std::this_thread::get_id());
  EXPECT_THROW(static_cast<void>(on_own_thread([] { throw std::runtime_error("x"); })), std::runtime_error);
}

// Whom nobody may inspect is known to be here by its files.
TEST(NetFiles, AreEqualForProcessesOfOneNamespace) {
  const std::uint64_t own = net_files_of("thread-self");
  EXPECT_NE(own, 0U);
  EXPECT_EQ(net_files_of(std::to_string(getppid()).c_str()), own);
  EXPECT_EQ(net_files_of("0"), 0U);
}

TEST(FindNamespaces, WhatIsKnownIsNotOpened) {
  MissedNamespaces missed;
  int taken = 0;
  find_network_namespaces([](std::uint64_t) { return true; }, [&](FoundNamespace) { ++taken; }, missed);
  EXPECT_EQ(taken, 0);
  bool own = false;
  find_network_namespaces([](std::uint64_t) { return false; },
                          [&](FoundNamespace found) {
                            EXPECT_EQ(network_namespace_at(found.fd), found.inode);
                            own = own || found.inode == own_network_namespace().inode;
                          },
                          missed);
  EXPECT_TRUE(own);
}

TEST(FollowStrangers, DescriptorsThatAreGoneOrNoSocketsLeadNowhere) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const std::vector<Stranger> strangers{
      {Inode{1}, getpid(), pipe_ends[0]}, {Inode{2}, getpid(), 9999}, {Inode{3}, 0, 0}};
  std::set<std::uint64_t> cookies;
  MissedNamespaces missed;
  follow_strangers(
      strangers, cookies, [](FoundNamespace) { FAIL(); }, missed);
  EXPECT_THAT(missed.by_inode, IsEmpty());
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

class SocketCounts : public ::testing::Test {
 protected:
  static StateSet asked(const std::string& text, Family family, Netid netid, StateSet states, std::uint64_t ours = 1) {
    Counters counts;
    read_key_values(text, counts);
    return states_with_rows(counts, {.family = family, .netid = netid, .states = states, .needs = {}}, ours);
  }
  const StateSet all = ~StateSet();
  const StateSet bound{State::bound_inactive};
};

TEST_F(SocketCounts, WhatIsNotThereIsNotAsked) {
  const std::string idle =
      "sockets: used 3\nTCP: inuse 0 orphan 5 tw 0 alloc 9 mem 1\nUDP: inuse 0 mem 0\nRAW: inuse 0\n"
      "TCP6: inuse 2\nUDP6: inuse 1\nRAW6: inuse 0\n";
  EXPECT_EQ(asked(idle, Family::inet, Netid::udp, all), StateSet());
  EXPECT_EQ(asked(idle, Family::inet6, Netid::udp, all), all);
  EXPECT_EQ(asked(idle, Family::inet6, Netid::raw, all), StateSet());
  EXPECT_EQ(asked(idle, Family::inet6, Netid::tcp, all), all);
  EXPECT_EQ(asked(idle, Family::inet, Netid::mptcp, all), all) << "over IPv6";
  EXPECT_EQ(asked(idle, Family::inet, Netid::sctp, all), all) << "not counted";
  EXPECT_EQ(asked(idle, Family::unix_domain, Netid::u_str, all), all);
}

TEST_F(SocketCounts, BoundTcpSocketsAreInNoCount) {
  const auto idle = [](int used) {
    return "sockets: used " + std::to_string(used) + "\nTCP: inuse 0 orphan 0 tw 0 alloc 9 mem 1\n";
  };
  EXPECT_EQ(asked(idle(2), Family::inet, Netid::tcp, all), bound);
  EXPECT_EQ(asked(idle(2), Family::inet, Netid::tcp, StateSet(State::listen)), StateSet());
  EXPECT_EQ(asked(idle(1), Family::inet, Netid::tcp, all), StateSet()) << "our own netlink socket";
  EXPECT_EQ(asked(idle(1), Family::inet, Netid::tcp, all, 0), bound) << "before it was opened";
}

TEST_F(SocketCounts, TimeWaitHasLeftTheCount) {
  EXPECT_EQ(asked("sockets: used 1\nTCP: inuse 0 tw 3\nTCP6: inuse 0\n", Family::inet6, Netid::tcp, all), all);
}

TEST_F(SocketCounts, WhatIsNotToldIsAsked) {
  for (const Netid netid : {Netid::tcp, Netid::udp, Netid::raw, Netid::mptcp}) {
    EXPECT_EQ(asked("", Family::inet, netid, all), all);
    EXPECT_EQ(asked("nonsense\nTCP: inuse\n", Family::inet, netid, all), all);
  }
  EXPECT_EQ(asked("TCP: inuse 0\n", Family::inet, Netid::tcp, all), all) << "nothing of TIME-WAIT";
}

}  // namespace
}  // namespace skq::kernel
