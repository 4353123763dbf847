// Basic truths on the running system, and the tables that need none.
#include "kernel/host_names.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "kernel/cgroup_tree.h"
#include "kernel/proc_dir.h"
#include "kernel/protocol_names.h"

namespace skq::kernel {
namespace {

using ::testing::IsEmpty;

Address v4(int a, int b, int c, int d) {
  Address address;
  address.bytes[0] = std::byte(a);
  address.bytes[1] = std::byte(b);
  address.bytes[2] = std::byte(c);
  address.bytes[3] = std::byte(d);
  return address;
}

// Many questions are answered from one reading; the answers are the same.
TEST(HostNames, ManyServicesAreNamedAsEachWouldBe) {
  if (::getservbyname("ssh", "tcp") == nullptr) GTEST_SKIP() << "no /etc/services";
  ServiceNames names;
  std::size_t named = 0;
  for (const char* protocol : {"tcp", "udp", "sctp"}) {
    for (int port = 1; port < 1200; ++port) {
      const servent* entry = ::getservbyport(htons(static_cast<std::uint16_t>(port)), protocol);
      const std::string expected = entry != nullptr ? entry->s_name : "";
      ASSERT_EQ(names.name(static_cast<std::uint16_t>(port), protocol), expected) << port << protocol;
      named += expected.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(named, 20U);
}

TEST(HostNames, OnlyFilesAreReadAsAWhole) {
  EXPECT_TRUE(lists_all_services(""));
  EXPECT_TRUE(lists_all_services("passwd: files sss\nservices:       db files\n"));
  EXPECT_TRUE(lists_all_services("services: files # ldap"));
  EXPECT_TRUE(lists_all_services("#services: sss\nhosts: dns"));
  EXPECT_TRUE(lists_all_services("services:"));
  EXPECT_FALSE(lists_all_services("services: files sss"));
  EXPECT_FALSE(lists_all_services("\tservices:\tfiles [NOTFOUND=return] ldap\n"));
  EXPECT_FALSE(lists_all_services("services: compat"));
}

TEST(HostNames, NameServices) {
  if (::getservbyname("ssh", "tcp") == nullptr) GTEST_SKIP() << "no /etc/services";
  HostNames names({});
  EXPECT_EQ(names.service(Netid::tcp, 22), "ssh");
  EXPECT_EQ(names.service(Netid::tcp, 22), "ssh");
  EXPECT_EQ(names.service(Netid::mptcp, 22), "ssh");
  EXPECT_EQ(names.service(Netid::udp, 53), "domain");
  EXPECT_EQ(names.service(Netid::tcp, 0), "");
  EXPECT_EQ(names.service(Netid::u_str, 22), "");
  EXPECT_EQ(HostNames({.numeric = true}).service(Netid::tcp, 22), "");
  EXPECT_EQ(names.port("ssh", "tcp"), 22);
  EXPECT_EQ(names.port("domain", ""), 53);
  EXPECT_EQ(names.port("no such service", "tcp"), std::nullopt);
  EXPECT_EQ(names.port({"ssh\0x", 5}, "tcp"), std::nullopt);
}

TEST(HostNames, DoNotNameEphemeralPorts) {
  std::string range;
  if (read_file_at(AT_FDCWD, "/proc/sys/net/ipv4/ip_local_port_range", 64, range) != 0) GTEST_SKIP();
  HostNames names({});
  EXPECT_EQ(names.service(Netid::tcp, static_cast<std::uint16_t>(std::stoi(range))), "");
}

TEST(HostNames, NameHostsOnlyWhenAsked) {
  EXPECT_EQ(HostNames({}).host(Family::inet, v4(127, 0, 0, 1)), "");
  HostNames names({.resolve = true});
  EXPECT_EQ(names.host(Family::inet, Address{}), "");
  EXPECT_EQ(names.host(Family::unix_domain, v4(127, 0, 0, 1)), "");
  EXPECT_NE(names.host(Family::inet, v4(127, 0, 0, 1)), "");
}

TEST(HostNames, NameInterfacesAndUsers) {
  HostNames names({});
  const unsigned loopback = ::if_nametoindex("lo");
  ASSERT_NE(loopback, 0U);
  EXPECT_EQ(names.interface(loopback), "lo");
  EXPECT_EQ(names.interface(0U), "");
  EXPECT_EQ(names.interface(4000000000U), "");
  EXPECT_EQ(names.interface("lo"), loopback);
  EXPECT_EQ(names.interface("12345"), 12345U);
  EXPECT_EQ(names.interface("no such interface"), std::nullopt);
  EXPECT_EQ(names.interface(std::string_view()), std::nullopt);
  EXPECT_EQ(names.user(0), "root");
  EXPECT_EQ(names.user(4123456789U), "");
}

TEST(HostNames, NameProtocols) {
  HostNames names({});
  HostNames numbers({.numeric = true});
  EXPECT_EQ(names.netlink_protocol(16), "genl");
  EXPECT_EQ(names.netlink_protocol(200), "");
  EXPECT_EQ(numbers.netlink_protocol(16), "");
  EXPECT_EQ(names.ethernet_protocol(0x0800), "ip");
  EXPECT_EQ(names.ethernet_protocol(3), "*");
  EXPECT_EQ(numbers.ethernet_protocol(3), "*");
  EXPECT_EQ(numbers.ethernet_protocol(0x0800), "");
  EXPECT_EQ(names.ip_protocol(253), "ipproto-253");
  EXPECT_EQ(numbers.ip_protocol(253), "");
  if (::getprotobynumber(1) == nullptr) GTEST_SKIP() << "no /etc/protocols";
  EXPECT_EQ(names.ip_protocol(1), "icmp");
}

TEST(HostNames, NameProcesses) {
  HostNames names({});
  ::prctl(PR_SET_NAME, "a) b");
  EXPECT_EQ(names.process(static_cast<std::uint32_t>(::getpid())), "a) b");
  EXPECT_EQ(names.process(0), "kernel");
  EXPECT_EQ(names.process(4294967295U), "");
  EXPECT_EQ(names.process(2147483647U), "");
  EXPECT_EQ(HostNames({.numeric = true}).process(0), "");
}

TEST(HostNames, ResolveAddresses) {
  HostNames names({});
  const auto found = names.addresses("127.0.0.1");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].family, Family::inet);
  EXPECT_EQ(found[0].address, v4(127, 0, 0, 1));
  ASSERT_EQ(names.addresses("::1").size(), 1U);
  EXPECT_EQ(names.addresses("::1")[0].family, Family::inet6);
  EXPECT_THAT(names.addresses(""), IsEmpty());
  EXPECT_THAT(names.addresses({"127.0.0.1\0x", 11}), IsEmpty());
}

TEST(HostNames, NameCgroups) {
  const std::string mount = current_cgroup2_mount();
  HostNames names({});
  EXPECT_EQ(names.cgroup(std::uint64_t{0xffffffffffff}), "");
  EXPECT_EQ(names.cgroup(std::string_view("/no/such/cgroup")), std::nullopt);
  EXPECT_EQ(names.cgroup(std::string_view()), std::nullopt);
  if (mount.empty()) GTEST_SKIP() << "no cgroup2";
  const auto root = names.cgroup(std::string_view("/"));
  ASSERT_TRUE(root);
  EXPECT_EQ(names.cgroup(*root), "/");
  EXPECT_EQ(names.cgroup(std::string_view(mount)), root);
}

TEST(CgroupTree, FindsTheMount) {
  EXPECT_EQ(find_cgroup2_mount(""), "");
  EXPECT_EQ(find_cgroup2_mount("1 2 0:3 / /x rw - cgroup cgroup rw\n1 2 0:3 / /a\\040b rw s:1 - cgroup2 none rw\n"),
            "/a b");
  EXPECT_EQ(find_cgroup2_mount("1 2 0:3 / /cut\\04 rw - cgroup2 none rw"), "/cut\\04");
  EXPECT_EQ(find_cgroup2_mount(" - cgroup2 "), "");
}

TEST(ProtocolNames, ReadTheFileOfIproute) {
  NetlinkNames names = netlink_protocol_names();
  read_netlink_names("# comment\n\n 4\tmine rest\n0x6 hexed\n300 big\n-1 minus\nx y\n7\n8 # none\n16 a\n16 b", names);
  EXPECT_EQ(names[4], "mine");
  EXPECT_EQ(names[6], "hexed");
  EXPECT_EQ(names[7], "selinux");
  EXPECT_EQ(names[8], "iscsi");
  EXPECT_EQ(names[16], "b");
  EXPECT_EQ(names.count(17), 0U);
}

TEST(ProtocolNames, KnowEthernet) {
  EXPECT_EQ(ethernet_protocol_name(0x86dd), "ipv6");
  EXPECT_EQ(ethernet_protocol_name(0x0001), "802_3");
  EXPECT_EQ(ethernet_protocol_name(0x88cc), "LLDP");
  EXPECT_EQ(ethernet_protocol_name(0), "");
  EXPECT_EQ(ethernet_protocol_name(0xffff), "");
}

}  // namespace
}  // namespace skq::kernel
