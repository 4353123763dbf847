// What -i, -e and --tipcinfo write of the younger families, and which members belong to which row.
#include "fields/family_text.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "fields/composed_text.h"
#include "fields/sctp_mptcp_text.h"
#include "model/mptcp_info.h"
#include "model/sctp_info.h"

namespace skq::fields {
namespace {

/// A struct of that size in which the members named have these values.
template <class Members>
std::vector<std::byte> filled(std::size_t size, const Members& members,
                              std::initializer_list<std::pair<std::string_view, std::uint64_t>> values) {
  std::vector<std::byte> bytes(size);
  for (const auto& [name, value] : values) {
    for (const model::StructMember& member : members) {
      if (member.name == name && member.offset + std::size_t{member.size} <= size)
        std::memcpy(bytes.data() + member.offset, &value, member.size);
    }
  }
  return bytes;
}

struct Inet : testing::Test {
  Socket socket;
  InetDetail detail;
  TextContext context;

  void make(Netid netid, std::span<const std::byte> info, std::optional<SctpState> association = {}) {
    socket.family = Family::inet;
    socket.netid = netid;
    detail.tcp_info = info;
    InetPart part;
    part.association = association;
    part.detail = &detail;
    socket.part = part;
  }
  Value field(std::string_view name) { return find_field(name)->get(socket, context); }
};

TEST_F(Inet, MptcpInfoAsSs) {
  const auto info = filled(96, model::mptcp_info_members,
                           {{"subflows", 1},
                            {"subflows_max", 2},
                            {"flags", 3},
                            {"token", 0x4d7f255e},
                            {"write_seq", 11503452321342981803U},
                            {"snd_una", 7},
                            {"rcv_nxt", 8},
                            {"bytes_sent", 100},
                            {"subflows_total", 2},
                            {"last_ack_recv", 212}});
  make(Netid::mptcp, info);
  std::string out;
  append_mptcp_info(out, socket);
  EXPECT_EQ(out,
            "subflows:1 subflows_max:2 fallback remote_key token:4d7f255e write_seq:11503452321342981803 snd_una:7 "
            "rcv_nxt:8 bytes_sent:100 subflows_total:2 last_ack_recv:212");
  EXPECT_EQ(std::get<std::uint64_t>(field("mptcp_token")), 0x4d7f255eU);
  EXPECT_EQ(std::get<bool>(field("mptcp_csum_enabled")), false);
  EXPECT_EQ(std::get<bool>(field("mptcp_fallback")), true);
  EXPECT_EQ(std::get<std::uint64_t>(field("mptcp_last_ack_recv")), 212U);
}

TEST_F(Inet, MptcpInfoOfAnOlderKernelAndOfOtherSockets) {
  const auto info = filled(48, model::mptcp_info_members, {{"token", 1}});
  make(Netid::mptcp, info);
  std::string out = "before";
  append_mptcp_info(out, socket);
  EXPECT_EQ(out, "before token:1");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(field("mptcp_retransmits")));
  make(Netid::tcp, info);
  out.clear();
  append_mptcp_info(out, socket);
  append_sctp_info(out, socket);
  EXPECT_EQ(out, "");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(field("mptcp_token")));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(field("mptcp_fallback")));
}

TEST_F(Inet, SctpInfoOfAnAssociationAsSs) {
  const auto info = filled(368, model::sctp_info_members,
                           {{"tag", 0xabcd},
                            {"state", 3},
                            {"rwnd", 106496},
                            {"unackdata", 2},
                            {"instrms", 10},
                            {"outstrms", 11},
                            {"overall_error", 6},
                            {"peer_rwnd", 99},
                            {"peer_tag", 0x5678},
                            {"peer_capable", 65},
                            {"peer_sack", 1},
                            {"s_nodelay", 1}});
  make(Netid::sctp, info, SctpState::established);
  Address ten;
  ten.bytes[0] = std::byte{10};
  const std::array locals{SctpAddress{Family::inet, ten, 5000}};
  Address six;
  six.bytes[15] = std::byte{1};
  const std::array peers{SctpAddress{Family::inet, ten, 1}, SctpAddress{Family::inet6, six, 1}};
  detail.locals = locals;
  detail.peers = peers;
  detail.primary = locals[0];
  std::string out;
  append_sctp_info(out, socket);
  EXPECT_EQ(out,
            "locals:10.0.0.0 peers:10.0.0.0,::1 tag:abcd state:ESTAB rwnd:106496 unackdata:2 instrms:10 outstrms:11 "
            "overerr:6 prwnd:99 ptag:5678 pcapable:65 psack:1");
  EXPECT_EQ(std::get<std::uint64_t>(field("sctp_rwnd")), 106496U);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(field("sctp_s_nodelay"))) << "an endpoint's";
  EXPECT_EQ(std::get<bool>(field("sctp_association")), true);
  EXPECT_EQ(std::get<std::string_view>(field("sctp_peers")), "10.0.0.0,::1");
  EXPECT_EQ(std::get<AddressValue>(field("sctp_p_address")).family, Family::inet);
  EXPECT_EQ(std::get<std::string_view>(field("state")), "ESTAB");
}

TEST_F(Inet, SctpInfoOfAnEndpoint) {
  const auto info = filled(368, model::sctp_info_members, {{"tag", 1}, {"s_autoclose", 60}, {"s_nodelay", 1}});
  make(Netid::sctp, info);
  std::string out;
  append_sctp_info(out, socket);
  EXPECT_EQ(out, "autoclose:60 nodelay:1");
  EXPECT_EQ(std::get<bool>(field("sctp_s_nodelay")), true);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(field("sctp_tag"))) << "an association's";
  EXPECT_EQ(std::get<bool>(field("sctp_association")), false);
}

TEST_F(Inet, AnAssociationsStateHasSctpsName) {
  const auto state = [&](int number) {
    make(Netid::sctp, {}, static_cast<SctpState>(number));
    return std::string(std::get<std::string_view>(field("state")));
  };
  EXPECT_EQ(state(0), "CLOSED");
  EXPECT_EQ(state(4), "SHUTDOWN_PENDING");
  EXPECT_EQ(state(7), "ACK_SENT");
  EXPECT_EQ(state(99), "unknown(99)");
}

TEST(FamilyText, XdpAsSs) {
  XdpDetail detail{.rx_entries = 2048, .tx_entries = {}, .fill_entries = 4096, .completion_entries = 512};
  detail.umem = XdpUmem{.size = 8388608,
                        .id = 5,
                        .pages = 2048,
                        .chunk_size = 4096,
                        .headroom = 256,
                        .interface = 1,
                        .queue = 7,
                        .flags = 1,
                        .refs = 2};
  detail.stats = XdpStats{1, 2, 3, 4, 5, 6};
  Socket socket;
  socket.family = Family::xdp;
  socket.netid = Netid::xdp;
  socket.inode = Inode{910};
  socket.cookie = Cookie{0x5b};
  socket.uid = 1000;
  socket.part = XdpPart{1, 7, &detail};
  TextContext context;
  EXPECT_EQ(
      details_text(socket, context),
      "uid:1000 ino:910 sk:5b rx(entries:2048) umem(id:5,size:8388608,num_pages:2048,chunk_size:4096,"
      "headroom:256,ifindex:1,qid:7,zc:1,refs:2) fr(entries:4096) cr(entries:512) stats(rx dropped:1,rx invalid:2,"
      "rx queue full:3,rx fill ring empty:4,tx invalid:5,tx ring empty:6)");
}

TEST(FamilyText, VsockTellsWhoItIsAndWhatIsShut) {
  Socket socket;
  socket.family = Family::vsock;
  socket.inode = Inode{900};
  socket.cookie = Cookie{0x5a};
  socket.shutdown = Shutdown::rd;
  socket.part = VsockPart{};
  TextContext context;
  EXPECT_EQ(details_text(socket, context), "ino:900 sk:5a -->");
}

TEST(FamilyText, TipcinfoAsSsWithTheGroup) {
  TipcPart part;
  part.congestion = TipcCongestion::conn;
  part.drops = 6;
  part.published = true;
  part.peer = TipcPeer{.node = 1, .ref = 2, .type = 18888, .instance = 17};
  const TipcGroup group{
      .id = 4711, .instance = 3, .send_next = 1, .open = true, .node_scope = false, .cluster_scope = true};
  part.group = &group;
  Socket socket;
  socket.family = Family::tipc;
  socket.netid = Netid::ti_sq;
  socket.part = part;
  TextContext context;
  EXPECT_EQ(tipcinfo_text(socket, context),
            "type:SEQPACKET cong:conn drop:6 publ via {18888,17} group(id:4711,instance:3,scope:cluster,open)");
  socket.part = TipcPart{};
  socket.netid = Netid::ti_rd;
  EXPECT_EQ(tipcinfo_text(socket, context), "type:RDM");
  EXPECT_EQ(tipcinfo_text(Socket{}, context), std::nullopt);
}

}  // namespace
}  // namespace skq::fields
