// Composed text must be safe for a terminal by itself, and not forgeable by a hostile comm.
#include "fields/composed_text.h"

#include <gtest/gtest.h>

#include <array>

namespace skq::fields {
namespace {

TEST(ProcessText, ListsEveryOwnerAsSsDoes) {
  const std::array owners{Owner{.pid = 12, .tid = 0, .fd = 3, .comm = "nginx"},
                          Owner{.pid = 13, .tid = 14, .fd = 5, .comm = "nginx"}};
  const Owners all{owners};
  Socket s;
  TextContext context;
  EXPECT_EQ(process_text(s, context), std::nullopt);
  s.owners = &all;
  EXPECT_EQ(process_text(s, context), R"(users:(("nginx",pid=12,fd=3),("nginx",pid=13,tid=14,fd=5)))");
}

TEST(ProcessText, ContextsStandWhereSsHasThem) {
  const SecurityContext process{"u:r:httpd_t:s0:c1,c2", {}, false}, both{"u:r:a_t:s0", {}, true},
      hostile{"x,fd=9)\n", "\"s(", true};
  const std::array owners{Owner{.pid = 12, .fd = 3, .comm = "a", .process = nullptr, .security = &process},
                          Owner{.pid = 13, .fd = 4, .comm = "b", .process = nullptr, .security = &both},
                          Owner{.pid = 14, .fd = 5, .comm = "c", .process = nullptr, .security = &hostile}};
  const Owners all{owners};
  Socket s;
  s.owners = &all;
  TextContext context;
  EXPECT_EQ(process_text(s, context),
            "users:((\"a\",pid=12,proc_ctx=u:r:httpd_t:s0:c1,c2,fd=3),"
            "(\"b\",pid=13,proc_ctx=u:r:a_t:s0,fd=4,sock_ctx=unavailable),"
            "(\"c\",pid=14,proc_ctx=x,fd\\x3d9\\x29\\n,fd=5,sock_ctx=\\x22s\\x28))");
}

TEST(ProcessText, ACommCannotForgeAnotherOwner) {
  const std::array owners{Owner{.pid = 12, .fd = 3, .comm = "x\",pid=1,fd=0)\n\x1b[2J\\"}};
  const Owners all{owners};
  Socket s;
  s.owners = &all;
  TextContext context;
  EXPECT_EQ(process_text(s, context), R"(users:(("x\x22,pid=1,fd=0)\n\x1b[2J\\",pid=12,fd=3)))");
}

TEST(PeerProcessText, SaysWhyThereIsNoPeer) {
  TextContext context;
  Socket s;
  s.family = Family::unix_domain;
  s.netid = Netid::u_str;
  s.shutdown = Shutdown::none;
  s.part = UnixPart{.peer_inode = Inode{0}};
  EXPECT_EQ(peer_process_text(s, context), "(not accepted yet)");
  s.shutdown = Shutdown::rdwr;
  EXPECT_EQ(peer_process_text(s, context), "(gone, or not accepted yet)");
  std::get<UnixPart>(s.part).in_pending_list = false;
  EXPECT_EQ(peer_process_text(s, context), "(gone)");
  s.part = UnixPart{.peer_inode = Inode{5}};
  EXPECT_EQ(peer_process_text(s, context), "(elsewhere)");
  s.part = UnixPart{};
  EXPECT_EQ(peer_process_text(s, context), std::nullopt);
}

TEST(NetnsText, IsTheNameOrTheInode) {
  TextContext context;
  Socket s;
  EXPECT_EQ(netns_text(s, context), std::nullopt);
  NetNamespace netns{.inode = 4026532205, .name = {}, .foreign = true};
  s.netns = &netns;
  EXPECT_EQ(netns_text(s, context), "4026532205");
  netns.name = "web\x1b[31m";
  EXPECT_EQ(netns_text(s, context), "web\\x1b[31m");
}

TEST(MemText, ShowsWhatIsHeldAgainstWhatMayBe) {
  TextContext context;
  Socket s;
  s.family = Family::unix_domain;
  s.netid = Netid::u_str;
  s.part = UnixPart{};
  EXPECT_EQ(mem_text(s, context), std::nullopt);
  s.memory = {.values = {0, 212992, 213504, 212992}, .known = 9};
  EXPECT_EQ(mem_text(s, context), "208.5K/208.0K");
  context.exact_bytes = true;
  EXPECT_EQ(mem_text(s, context), "213504/212992");
  s.state = State::listen;
  s.recv_q = 3;
  s.send_q = 128;
  EXPECT_EQ(mem_text(s, context), "3/129");
}

TEST(SkmemText, PrintsOnlyWhatTheKernelSent) {
  TextContext context;
  Socket s;
  EXPECT_EQ(skmem_text(s, context), std::nullopt);
  s.memory = {.values = {1, 2, 3, 4, 5, 6, 7, 8, 9}, .known = 9};
  EXPECT_EQ(skmem_text(s, context), "skmem:(r1,rb2,t3,tb4,f5,w6,o7,bl8,d9)");
  s.memory.known = 7;
  EXPECT_EQ(skmem_text(s, context), "skmem:(r1,rb2,t3,tb4,f5,w6,o7)");
}

TEST(SkmemText, AnOldKernelKnowsFour) {
  TextContext context;
  const InetDetail detail{.memory = OldMemory{1, 2, 3, 4}};
  Socket s;
  s.part = InetPart{.detail = &detail};
  EXPECT_EQ(skmem_text(s, context), "mem:(r1,w2,f3,t4)");
}

TEST(DetailsText, Unix) {
  TextContext context;
  const std::array pending{Inode{13186}, Inode{0}};
  Socket s;
  s.family = Family::unix_domain;
  s.netid = Netid::u_str;
  s.shutdown = Shutdown::none;
  s.cookie = Cookie{0x102b};
  s.uid = 1000;
  s.part = UnixPart{
      .pending_known = true, .vfs = VfsObject{.inode = 10952991, .major = 254, .minor = 0}, .pending = pending};
  EXPECT_EQ(details_text(s, context), "<-> ino:10952991 dev:254/0 peers: 13186 0 uid:1000 sk:102b");
  s.shutdown = Shutdown::rdwr;
  s.uid = 0;
  s.part = UnixPart{.in_pending_list = false, .peer_inode = Inode{0}};
  EXPECT_EQ(details_text(s, context), "--- sk:102b peer:dead");
}

TEST(DetailsText, Inet) {
  TextContext context;
  Socket s;
  s.family = Family::inet6;
  s.netid = Netid::tcp;
  s.inode = Inode{13177};
  s.cookie = Cookie{0x1038};
  s.shutdown = Shutdown::wr;
  s.part = InetPart{.v6only = false, .mark = 16, .cgroup_id = 0xabc};
  EXPECT_EQ(details_text(s, context), "ino:13177 sk:1038 fwmark:0x10 cgroup:unreachable:abc v6only:0 <--");
}

TEST(DetailsText, Packet) {
  TextContext context;
  const PacketDetail detail{.version = 2};
  Socket s;
  s.family = Family::packet;
  s.inode = Inode{5};
  s.cookie = Cookie{6};
  s.part = PacketPart{.detail = &detail};
  EXPECT_EQ(details_text(s, context), "ino:5 sk:6");
}

TEST(DetailsText, NetlinkShowsGroupsBeyondTheFirstWord) {
  TextContext context;
  const std::array<std::uint32_t, 3> groups{5, 1, 0};
  Socket s;
  s.family = Family::netlink;
  s.inode = Inode{5};
  s.cookie = Cookie{6};
  s.part = NetlinkPart{.groups = groups};
  EXPECT_EQ(details_text(s, context), "ino:5 sk:6 groups=0x0000000100000005");
}

}  // namespace
}  // namespace skq::fields
