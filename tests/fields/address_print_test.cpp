// Addresses as ss prints them; each expected text was seen from the real ss.
#include "fields/address_print.h"

#include <gtest/gtest.h>

#include <string>

namespace skq::fields {
namespace {

class FakeNames : public NameService {
 public:
  std::string_view service(Netid, std::uint16_t port) override { return port == 53 ? "domain" : ""; }
  std::string_view host(Family, const Address& address) override {
    return address.bytes[0] == std::byte{10} ? "web1.example" : "";
  }
  std::string_view interface(std::uint32_t index) override { return index == 1 ? "lo" : ""; }
  std::string_view user(std::uint32_t) override { return ""; }
  std::string_view netlink_protocol(std::uint8_t protocol) override { return protocol == 0 ? "rtnl" : ""; }
  std::string_view ethernet_protocol(std::uint16_t protocol) override { return protocol == 0x806 ? "arp" : ""; }
  std::string_view ip_protocol(std::uint8_t protocol) override { return protocol == 1 ? "icmp" : ""; }
  std::string_view process(std::uint32_t pid) override { return pid == 0 ? "kernel" : pid == 9311 ? "python3" : ""; }
  std::string_view cgroup(std::uint64_t) override { return ""; }
};

Address v4(int a, int b, int c, int d) {
  Address address;
  int i = 0;
  for (const int byte : {a, b, c, d}) address.bytes[static_cast<std::size_t>(i++)] = static_cast<std::byte>(byte);
  return address;
}

struct Printed : testing::Test {
  FakeNames names;
  TextContext context{.names = &names};
  Socket socket;

  std::string local() { return std::string(local_text(socket, context)); }
  std::string peer() { return std::string(peer_text(socket, context)); }
  void inet(Family family, InetPart part, Netid netid = Netid::tcp) {
    socket.family = family;
    socket.netid = netid;
    socket.part = part;
  }
};

TEST_F(Printed, Ipv4) {
  inet(Family::inet, {.local = v4(127, 0, 0, 1), .local_port = 7004, .interface = 1});
  EXPECT_EQ(local(), "127.0.0.1%lo:7004");
  EXPECT_EQ(peer(), "0.0.0.0:*");
}

TEST_F(Printed, ServicesHostsAndUnknownInterfaces) {
  inet(Family::inet, {.local = v4(10, 0, 0, 1), .local_port = 53, .interface = 7});
  EXPECT_EQ(local(), "web1.example%if7:domain");
}

TEST_F(Printed, NumbersOfAnotherNamespaceGetNoNamesOfOurs) {
  const NetNamespace elsewhere{.inode = 7, .name = {}, .foreign = true};
  inet(Family::inet, {.local = v4(127, 0, 0, 1), .local_port = 7004, .interface = 1});
  socket.netns = &elsewhere;
  EXPECT_EQ(local(), "127.0.0.1%if1:7004");
}

TEST_F(Printed, Ipv6WildcardServesBothUnlessV6only) {
  inet(Family::inet6, {.local_port = 7002, .v6only = false});
  EXPECT_EQ(local(), "*:7002");
  EXPECT_EQ(peer(), "*:*");
  inet(Family::inet6, {.local_port = 7001, .v6only = true});
  EXPECT_EQ(local(), "[::]:7001");
  EXPECT_EQ(peer(), "[::]:*");
}

TEST_F(Printed, RawPortsAreProtocols) {
  inet(Family::inet, {.local_port = 1}, Netid::raw);
  EXPECT_EQ(local(), "0.0.0.0:icmp");
}

TEST_F(Printed, UnixNames) {
  socket.family = Family::unix_domain;
  socket.inode = Inode{13187};
  socket.part = UnixPart{.name = "/tmp/zoo path.sock", .has_name = true};
  EXPECT_EQ(local(), "/tmp/zoo path.sock 13187");
  EXPECT_EQ(peer(), "* 0");
  socket.part = UnixPart{.name = std::string_view("\0abs\0tract", 10), .has_name = true, .peer_inode = Inode{12}};
  EXPECT_EQ(local(), "@abs@tract 13187");
  EXPECT_EQ(peer(), "* 12");
  socket.part = UnixPart{};
  EXPECT_EQ(local(), "* 13187");
}

TEST_F(Printed, Netlink) {
  socket.family = Family::netlink;
  socket.netid = Netid::nl;
  socket.part = NetlinkPart{};
  EXPECT_EQ(local(), "rtnl:kernel");
  EXPECT_EQ(peer(), "*");
  socket.part = NetlinkPart{.portid = 9311};
  EXPECT_EQ(local(), "rtnl:python3/9311");
  socket.part =
      NetlinkPart{.portid = static_cast<std::uint32_t>(-145494121), .dst_portid = 0, .dst_group = 1, .connected = true};
  EXPECT_EQ(local(), "rtnl:-145494121");
  EXPECT_EQ(peer(), "1:0");
  socket.part = NetlinkPart{.portid = 0x80000000U, .protocol = 15};
  EXPECT_EQ(local(), "15:-2147483648");
  socket.part = NetlinkPart{.portid = 0xFFFFFFFFU};
  EXPECT_EQ(local(), "rtnl:*");
}

TEST_F(Printed, Packet) {
  socket.family = Family::packet;
  socket.netid = Netid::p_raw;
  socket.part = PacketPart{.protocol = 3, .interface = 0};
  EXPECT_EQ(local(), "*:*");
  EXPECT_EQ(peer(), "*");
  socket.part = PacketPart{.protocol = 0x806, .interface = 1};
  EXPECT_EQ(local(), "arp:lo");
  socket.part = PacketPart{.protocol = 2054 + 1, .interface = 9};
  EXPECT_EQ(local(), "[2055]:if9");
}

TEST_F(Printed, WithoutNamesEverythingIsANumber) {
  context.names = nullptr;
  inet(Family::inet, {.local = v4(10, 0, 0, 1), .local_port = 53});
  EXPECT_EQ(local(), "10.0.0.1:53");
}

TEST_F(Printed, Vsock) {
  socket.part = VsockPart{3, 1024, 2, 9999};
  EXPECT_EQ(local(), "3:1024");
  EXPECT_EQ(peer(), "2:9999");
  socket.part = VsockPart{VsockPart::any, 80, VsockPart::any, VsockPart::any};
  EXPECT_EQ(local(), "*:80");
  EXPECT_EQ(peer(), "*:*");
}

TEST_F(Printed, Xdp) {
  socket.part = XdpPart{1, 7};
  EXPECT_EQ(local(), "lo:q7");
  EXPECT_EQ(peer(), "*");
  socket.part = XdpPart{9, 0};
  EXPECT_EQ(local(), "if9:q0");
  socket.part = XdpPart{0, 0};
  EXPECT_EQ(local(), "*");
}

TEST_F(Printed, Tipc) {
  TipcPart part;
  part.node = 16781313;
  part.ref = 1701;
  socket.part = part;
  EXPECT_EQ(local(), "16781313:1701");
  EXPECT_EQ(peer(), "-");
  part.peer = TipcPeer{.node = 16781314, .ref = 4242};
  socket.part = part;
  EXPECT_EQ(peer(), "16781314:4242");
}

}  // namespace
}  // namespace skq::fields
