// FILTER against sockets made by hand: every test and every family.
#include <gtest/gtest.h>

#include "fake_resolver.h"
#include "sample_sockets.h"
#include "skq/select.h"

namespace skq {
namespace {

using namespace test;

bool selects(std::string_view text, const Socket& socket, const FilterScope& scope = {}) {
  FakeResolver resolver;
  auto parsed = parse_filter(std::span(&text, 1), resolver, scope);
  if (const auto* error = std::get_if<SyntaxError>(&parsed)) {
    ADD_FAILURE() << error->text();
    return false;
  }
  return matches(std::get<Filter>(parsed), socket);
}

TEST(FilterMatch, InetAddressesAndPorts) {
  const Socket client = inet_socket("127.0.0.1", 40000, "127.0.0.1", 22);
  for (const std::string_view yes : {"",
                                     "src 127.0.0.1",
                                     "dst 127.0.0.1:22",
                                     "src 127/8",
                                     "src 0.0.0.0/0",
                                     "src *",
                                     "src :40000",
                                     "src *:40000",
                                     "dst localhost",
                                     "sport = 40000",
                                     "dport = ssh",
                                     "dport != 23",
                                     "dport < 23",
                                     "dport <= 22",
                                     "dport > 21",
                                     "dport >= 22",
                                     "sport gt 22",
                                     "not src ::/0",
                                     "src inet:*",
                                     "sport = inet:40000",
                                     "sport != inet6:40000",
                                     "autobound",
                                     "state established",
                                     "dst unix:* or dport = 22"}) {
    EXPECT_TRUE(selects(yes, client)) << yes;
  }
  for (const std::string_view no :
       {"src 127.0.0.2", "dst 127.0.0.1:23", "src 128/8", "src ::/0", "src [::ffff:127.0.0.1]", "src :22", "dport < 22",
        "dport > 22", "dport != 22", "src inet6:*", "src /x", "src unix:*", "src link:*", "src netlink:*",
        "src vsock:*", "state listening", "sport = inet6:40000", "dport != *"}) {
    EXPECT_FALSE(selects(no, client)) << no;
  }
}

// As ss 6.1 does on linux 6.18: an IPv4 rule takes v4-mapped sockets, a v4-mapped rule takes nothing else.
TEST(FilterMatch, MappedAddresses) {
  const Socket mapped = inet_socket("::ffff:127.0.0.1", 22, "::ffff:127.0.0.1", 40000);
  const Socket plain = inet_socket("127.0.0.1", 22, "127.0.0.1", 40000);
  const Socket any = inet_socket("::", 22, "::", 0, State::listen);
  EXPECT_TRUE(selects("src 127.0.0.1", mapped));
  EXPECT_TRUE(selects("src 127.0.0.0/8", mapped));
  EXPECT_TRUE(selects("src 0.0.0.0/0", mapped));
  EXPECT_TRUE(selects("src [::ffff:127.0.0.1]:22", mapped));
  EXPECT_TRUE(selects("src ::/0", mapped));
  EXPECT_FALSE(selects("src inet:127.0.0.1", mapped));
  EXPECT_FALSE(selects("src [::ffff:127.0.0.1]", plain));
  EXPECT_FALSE(selects("src 0.0.0.0/0", any));
  EXPECT_FALSE(selects("src 0.0.0.0", any));
  EXPECT_TRUE(selects("src ::", any));
}

TEST(FilterMatch, PrefixesEndInsideOfBytes) {
  EXPECT_TRUE(selects("src 10.64.0.0/10", inet_socket("10.127.0.1", 1, "10.0.0.1", 2)));
  EXPECT_FALSE(selects("src 10.128.0.0/10", inet_socket("10.127.0.1", 1, "10.0.0.1", 2)));
  EXPECT_TRUE(selects("dst fe80::/10", inet_socket("::1", 1, "febf::1", 2)));
  EXPECT_FALSE(selects("dst fe80::/10", inet_socket("::1", 1, "fec0::1", 2)));
}

TEST(FilterMatch, DeviceMarkCgroup) {
  Socket socket = inet_socket("fe80::1", 22, "fe80::2", 40000);
  InetPart part = *socket.inet();
  part.interface = 2;
  part.mark = 5;
  part.cgroup_id = 42;
  socket.part = part;
  const Socket bare = inet_socket("fe80::1", 22, "fe80::2", 40000);
  for (const std::string_view yes : {"dev eth0", "dev = 2", "dev != lo", "src [fe80::1]%eth0", "fwmark = 5",
                                     "fwmark = 1/3", "fwmark != 6", "cgroup /"}) {
    EXPECT_TRUE(selects(yes, socket)) << yes;
  }
  for (const std::string_view no :
       {"dev lo", "dev != eth0", "src [fe80::1]%lo", "fwmark = 6", "fwmark = 5/3", "fwmark != 5", "cgroup != /"}) {
    EXPECT_FALSE(selects(no, socket)) << no;
  }
  // What the kernel did not say equals nothing.
  EXPECT_FALSE(selects("fwmark = 0", bare));
  EXPECT_TRUE(selects("fwmark != 0", bare));
  EXPECT_FALSE(selects("cgroup = /", bare));
  EXPECT_TRUE(selects("cgroup != /", bare));
  EXPECT_FALSE(selects("dev lo", bare));
}

TEST(FilterMatch, UnixNames) {
  const Socket path = unix_socket("/tmp/Dir/PathName", 100, {}, State::listen);
  const Socket abstract = unix_socket("\0AbsName"sv, 101);
  const Socket nested = unix_socket("\0a\0b"sv, 102);
  const Socket unnamed = unix_socket("", 103, 100);
  for (const std::string_view yes :
       {"src /tmp/dir/pathname", "src /TMP/*", "src unix:*Path*", "src /tmp/[a-d]ir/?athname", "src *"})
    EXPECT_TRUE(selects(yes, path)) << yes;
  for (const std::string_view no : {"src /tmp/dir", "src unix:", "src @*", "src unix:?", "src 127.0.0.1", "autobound"})
    EXPECT_FALSE(selects(no, path)) << no;
  EXPECT_TRUE(selects("src @absname", abstract));
  EXPECT_TRUE(selects("src unix:@abs*", abstract));
  EXPECT_TRUE(selects("src @a@b", nested));
  EXPECT_TRUE(selects("src unix:", unnamed));
  EXPECT_TRUE(selects("src unix:*", unnamed));
  EXPECT_TRUE(selects("autobound", unnamed));
  EXPECT_TRUE(selects("autobound", unix_socket("\0"
                                               "0a1f2"sv,
                                               1)));
  EXPECT_FALSE(selects("autobound", unix_socket("\0"
                                                "0a1g2"sv,
                                                1)));
  EXPECT_FALSE(selects("autobound", abstract));
}

// ss cannot: it never learns the name of the other end.
TEST(FilterMatch, UnixPeersByName) {
  Socket client = unix_socket("", 200, 201);
  Socket accepted = unix_socket("/run/server", 201, 200);
  client.other_end = &accepted;
  accepted.other_end = &client;
  EXPECT_TRUE(selects("dst /run/*", client));
  EXPECT_TRUE(selects("dst unix:/RUN/server", client));
  EXPECT_FALSE(selects("src /run/*", client));
  EXPECT_FALSE(selects("dst /run/*", accepted));
  EXPECT_TRUE(selects("src /run/*", accepted));
  EXPECT_TRUE(selects("dst unix:", accepted));
  EXPECT_FALSE(selects("dst /run/*", unix_socket("", 1)));
  EXPECT_TRUE(selects("dst unix:*", unix_socket("", 1)));
}

TEST(FilterMatch, PortsOfOtherFamilies) {
  const FilterScope wide{FamilySet(Family::unix_domain), {}};
  const Socket socket = unix_socket("/x", 70000, 70001);
  EXPECT_TRUE(selects("sport = 70000", socket, wide));
  EXPECT_TRUE(selects("dport = 70001", socket, wide));
  EXPECT_TRUE(selects("sport > 69999 dport != 5", socket, wide));
  EXPECT_TRUE(selects("dport = 0", unix_socket("/x", 70000), wide));
  EXPECT_TRUE(selects("sport = 77", netlink_socket(0, 77)));
  EXPECT_TRUE(selects("sport = 1", packet_socket(3, 1)));
  EXPECT_TRUE(selects("sport = 0", packet_socket(3, {})));
}

TEST(FilterMatch, NetlinkAndPacketHosts) {
  const Socket rtnl = netlink_socket(0, 77), kernel = netlink_socket(0, 0), genl = netlink_socket(16, 0xfffffff0U);
  EXPECT_TRUE(selects("src netlink:rtnl", rtnl));
  EXPECT_TRUE(selects("src netlink:rtnl:77", rtnl));
  EXPECT_FALSE(selects("src netlink:rtnl:kernel", rtnl));
  EXPECT_TRUE(selects("src netlink:rtnl:kernel", kernel));
  EXPECT_TRUE(selects("src netlink:*:kernel", kernel));
  EXPECT_FALSE(selects("src netlink:rtnl", genl));
  EXPECT_TRUE(selects("autobound", genl));
  EXPECT_FALSE(selects("autobound", rtnl));
  const Socket ip = packet_socket(0x0800, {}), ipv6 = packet_socket(0x86dd, 1);
  EXPECT_TRUE(selects("src link:ip", ip));
  EXPECT_FALSE(selects("src link:ip:lo", ip));
  EXPECT_TRUE(selects("src link:ipv6:lo", ipv6));
  EXPECT_TRUE(selects("src link:*:lo", ipv6));
  EXPECT_FALSE(selects("dst link:ipv6", ipv6));
  EXPECT_TRUE(selects("dst link:*", ipv6));
  EXPECT_TRUE(selects("dev lo", ipv6));
  EXPECT_TRUE(selects("autobound", packet_socket(0, {})));
  EXPECT_FALSE(selects("autobound", ip));
}

TEST(FilterMatch, Vsock) {
  const FilterScope wide{FamilySet(Family::vsock), {}};
  const Socket client = vsock_socket(3, 70000, 2, 9999), low = vsock_socket(3, 700, 2, 9999);
  const Socket listener = vsock_socket(VsockPart::any, 1024), unbound = vsock_socket(VsockPart::any, VsockPart::any);
  for (const std::string_view yes :
       {"src vsock:3:70000", "src vsock:3", "src vsock:*:70000", "dst vsock:2:9999", "dst vsock:*", "sport = 70000",
        "dport > 9000", "src 3:70000", "dst 2", "autobound", "sport != 5 and not dst 9"})
    EXPECT_TRUE(selects(yes, client, wide)) << yes;
  for (const std::string_view no : {"src vsock:2", "dst vsock:3:9999", "dst vsock:2:9998", "sport < 70000", "src 4"})
    EXPECT_FALSE(selects(no, client, wide)) << no;
  EXPECT_FALSE(selects("autobound", low, wide));
  EXPECT_TRUE(selects("autobound", listener, wide));
  EXPECT_FALSE(selects("autobound", unbound, wide));
  EXPECT_TRUE(selects("src vsock:*", listener));
  EXPECT_FALSE(selects("src vsock:3", listener));
  EXPECT_FALSE(selects("sport > 1023", unbound, wide)) << "none is above nothing";
  EXPECT_FALSE(selects("src vsock:3", xdp_socket(1, 0)));
  EXPECT_FALSE(selects("src 127.0.0.1", client));
}

TEST(FilterMatch, XdpAndTipc) {
  EXPECT_TRUE(selects("dev lo", xdp_socket(1, 7)));
  EXPECT_FALSE(selects("dev != lo", xdp_socket(1, 7)));
  EXPECT_FALSE(selects("dev lo", xdp_socket(0, 0)));
  // Interface 1 of another namespace is not the one that is named here.
  const NetNamespace elsewhere{.inode = 7, .name = {}, .foreign = true};
  Socket foreign = xdp_socket(1, 7);
  foreign.netns = &elsewhere;
  EXPECT_FALSE(selects("dev lo", foreign));
  EXPECT_TRUE(selects("dev != lo", foreign));
  EXPECT_TRUE(selects("sport = 7", xdp_socket(1, 7)));
  EXPECT_FALSE(selects("autobound", xdp_socket(1, 40000)));
  EXPECT_TRUE(selects("sport = 5 dport = 6", tipc_socket(5, 6)));
  EXPECT_TRUE(selects("dport = 0", tipc_socket(5)));
  EXPECT_FALSE(selects("sport = 6", tipc_socket(5, 6)));
}

TEST(FilterMatch, BoundAndIdleTcpIsClosedInItsRow) {
  Socket bound = inet_socket("0.0.0.0", 22, "0.0.0.0", 0, State::close);
  EXPECT_TRUE(selects("state bound-inactive", bound));
  bound.netid = Netid::udp;
  EXPECT_FALSE(selects("state bound-inactive", bound));
}

TEST(FilterMatch, StatesAndExpressionMustBothHold) {
  const Socket listener = inet_socket("0.0.0.0", 22, "0.0.0.0", 0, State::listen);
  EXPECT_TRUE(selects("state listening sport = 22", listener));
  EXPECT_FALSE(selects("state established sport = 22", listener));
  EXPECT_FALSE(selects("state listening sport = 23", listener));
  EXPECT_FALSE(selects("exclude listening", listener));
}

}  // namespace
}  // namespace skq
