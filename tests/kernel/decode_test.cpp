// Each family's decoder against messages written byte by byte; the expected value is the whole Socket.
#include "kernel/decode.h"

#include <gtest/gtest.h>

#include "family_messages.h"
#include "sample_messages.h"
#include "socket_text.h"

namespace skq::kernel {
namespace {

using test::Bytes;
using Decoder = bool (*)(Netid, ByteSpan, Arena&, Socket&);

std::string decoded(Decoder decode, const Bytes& message, Netid asked = Netid::tcp) {
  Arena arena;
  Socket socket;
  const test::ExactCopy copy(message.span());
  if (!decode(asked, copy.span(), arena, socket)) return "malformed";
  return test::text_of(socket);
}

constexpr const char* all_memory = "memory=1,2,3,4,5,6,7,8,9";

TEST(DecodeUnix, EveryAttribute) {
  EXPECT_EQ(
      decoded(decode_unix, test::unix_message()),
      std::string("family=unix netid=u_str state=LISTEN shutdown=rdwr inode=4711 cookie=81985529216486895 recv_q=3 "
                  "send_q=128 uid=1000 ") +
          all_memory +
          " name=\"/run/a.sock\" peer_inode=4712 vfs_inode=77 vfs_major=254 vfs_minor=0 pending_known=1 "
          "pending=11,0,12");
}

TEST(DecodeUnix, WhatWasNotSentIsAbsent) {
  EXPECT_EQ(decoded(decode_unix, test::unix_head(2, 7)),
            "family=unix netid=u_dgr state=UNCONN inode=4711 cookie=81985529216486895");
}

TEST(DecodeUnix, ZerosAreValues) {
  const Bytes message = test::unix_head(5, 1)
                            .attribute(2, Bytes().u32(0))
                            .attribute(3, Bytes())
                            .attribute(4, Bytes().u32(0).u32(0))
                            .attribute(6, Bytes().u8(0))
                            .attribute(7, Bytes().u32(0));
  EXPECT_EQ(
      decoded(decode_unix, message),
      "family=unix netid=u_seq state=ESTAB shutdown=none inode=4711 cookie=81985529216486895 recv_q=0 send_q=0 uid=0 "
      "peer_inode=0 pending_known=1");
}

TEST(DecodeUnix, NamesAreKeptToTheByte) {
  const auto name_of = [](const Bytes& name) {
    const std::string text = decoded(decode_unix, test::unix_head(1, 7).attribute(0, name));
    return text.substr(text.find("name="));
  };
  EXPECT_EQ(name_of(Bytes().text("rel").u8(0)), "name=\"rel\"");
  EXPECT_EQ(name_of(Bytes().text("no-nul")), "name=\"no-nul\"");
  EXPECT_EQ(name_of(Bytes().u8(0).text("00042")), "name=\"<0>00042\"");
  EXPECT_EQ(name_of(Bytes().u8(0).text("a").u8(0).u8(0xff).u8('\n').u8(0)), "name=\"<0>a<0><255><10><0>\"");
  EXPECT_EQ(name_of(Bytes().u8(0)), "name=\"<0>\"");
  EXPECT_EQ(name_of(Bytes()), "name=\"\"");
  EXPECT_EQ(name_of(Bytes().text(std::string(108, 'p')).u8(0)), "name=\"" + std::string(108, 'p') + '"');
}

TEST(DecodeUnix, ShortValuesAreAbsent) {
  const Bytes message = test::unix_head(1, 1)
                            .attribute(1, Bytes().u32(77))
                            .attribute(2, Bytes().u16(1))
                            .attribute(3, Bytes().u32(11).u8(1))
                            .attribute(4, Bytes().u32(1))
                            .attribute(5, Bytes().u32(1).u32(2).u16(3))
                            .attribute(6, Bytes())
                            .attribute(7, Bytes().u16(1));
  EXPECT_EQ(decoded(decode_unix, message),
            "family=unix netid=u_str state=ESTAB inode=4711 cookie=81985529216486895 memory=1,2");
}

TEST(DecodeUnix, ANewerKernelsAttributesAndLongerValuesAreTolerated) {
  const Bytes message = test::unix_head(1, 99)
                            .attribute(8, Bytes().u64(1))
                            .attribute(0x3fff, Bytes().text("?"))
                            .attribute(7 | 0x4000, Bytes().u32(5).u32(6))
                            .attribute(5, test::sk_meminfo().u32(10).u32(11));
  EXPECT_EQ(
      decoded(decode_unix, message),
      std::string("family=unix netid=u_str state=unknown(99) inode=4711 cookie=81985529216486895 uid=5 ") + all_memory);
}

TEST(DecodeUnix, MalformedRowsAreRefused) {
  EXPECT_EQ(decoded(decode_unix, test::unix_head(3, 1)), "malformed") << "no such type";
  EXPECT_EQ(decoded(decode_unix, Bytes().u8(1).u8(1)), "malformed") << "shorter than the head";
  EXPECT_EQ(decoded(decode_unix, test::netlink_message()), "malformed") << "another family";
  EXPECT_EQ(decoded(decode_unix, test::unix_head(1, 1).u16(3).u16(0)), "malformed")
      << "attribute shorter than its head";
  EXPECT_EQ(decoded(decode_unix, test::unix_head(1, 1).u16(9).u16(0).u32(0)), "malformed") << "attribute too long";
}

constexpr const char* inet_identity = "inode=4242 cookie=4294967312 recv_q=100 send_q=200 uid=33";

TEST(DecodeInet, EveryAttribute) {
  EXPECT_EQ(
      decoded(decode_inet, test::inet_message()),
      std::string("family=inet netid=tcp state=ESTAB shutdown=rd ") + inet_identity + ' ' + all_memory +
          " local=127,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0 local_port=8080 peer=192,0,2,1,0,0,0,0,0,0,0,0,0,0,0,0 "
          "peer_port=443 interface=5 timer=2 retransmits=3 expires_ms=7200 protocol=6 v6only=1 sockopt=258 mark=99 "
          "cgroup_id=4294967298 detail=1 tos=16 tclass=32 class_id=65537 mem=21,22,23,24 cong=\"cubic\" "
          "vegas=1,2,3,4 dctcp=1,2,3,4,5 bbr=8589934591,3,4,5 tcp_info=1,0,7 md5sig=81,82 "
          "storages=61 ulp=\"tls\" tls=91 subflow=92");
}

TEST(DecodeInet, WithoutAttributes) {
  EXPECT_EQ(decoded(decode_inet, test::inet_head(10), Netid::udp),
            std::string("family=inet6 netid=udp state=ESTAB ") + inet_identity +
                " local=0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1 local_port=8080 peer=32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,9 "
                "peer_port=443 interface=5 timer=2 retransmits=3 expires_ms=7200");
}

TEST(DecodeInet, AnIPv4AddressIsFourBytesWhateverFollows) {
  // The kernel leaves nothing in the other twelve; a hostile sender may.
  test::ExactCopy copy(test::inet_head(2).span());
  copy.writable()[12] = std::byte{0xee};
  Arena arena;
  Socket socket;
  ASSERT_TRUE(decode_inet(Netid::tcp, copy.span(), arena, socket));
  EXPECT_EQ(socket.inet()->local.bytes[4], std::byte{0});
}

TEST(DecodeInet, ZerosAreValues) {
  const Bytes message =
      test::inet_head(2).attribute(5, Bytes().u8(0)).attribute(15, Bytes().u32(0)).attribute(11, Bytes().u8(0));
  const std::string text = decoded(decode_inet, message);
  EXPECT_NE(text.find(" v6only=0 mark=0 detail=1 tos=0"), std::string::npos) << text;
}

TEST(DecodeInet, ShortValuesAreAbsentAndUnknownAttributesSkipped) {
  Bytes message = test::inet_head(2);
  for (const int type : {3, 5, 6, 8, 9, 10, 11, 15, 16, 17, 21, 22, 23, 200}) {
    message.attribute(static_cast<std::uint16_t>(type), Bytes());
  }
  const std::string text = decoded(decode_inet, message);
  EXPECT_EQ(text.substr(text.find("expires_ms")), "expires_ms=7200 detail=1");
}

TEST(DecodeInet, AnUlpWithLyingLengthsIsAbsentButTheRowStays) {
  const std::string text = decoded(decode_inet, test::inet_head(2).attribute(19, Bytes().u16(90).u16(1)));
  EXPECT_EQ(text.find("ulp"), std::string::npos);
  EXPECT_NE(text, "malformed");
}

TEST(DecodeInet, MalformedRowsAreRefused) {
  EXPECT_EQ(decoded(decode_inet, test::inet_head(1)), "malformed") << "another family";
  EXPECT_EQ(decoded(decode_inet, Bytes().u8(2).zeros(60)), "malformed") << "shorter than the head";
}

TEST(DecodeNetlink, EveryAttribute) {
  EXPECT_EQ(decoded(decode_netlink, test::netlink_message()),
            std::string("family=netlink netid=nl state=UNCONN inode=555 cookie=1 recv_q=1 send_q=3 ") + all_memory +
                " protocol=15 type=3 connected=1 portid=640 dst_portid=7 dst_group=2 flags=40 rx_ring=1,2,3,4,0,0,0 "
                "tx_ring=5,6,7,8,0,0,0 groups=2147483649,2");
}

TEST(DecodeNetlink, QueuesAreAbsentWithoutMemory) {
  EXPECT_EQ(decoded(decode_netlink, test::netlink_head()),
            "family=netlink netid=nl state=UNCONN inode=555 cookie=1 protocol=15 type=3 connected=1 portid=640 "
            "dst_portid=7 dst_group=2");
}

TEST(DecodeNetlink, AnOlderKernelsShorterMemory) {
  const std::string text = decoded(decode_netlink, test::netlink_head().attribute(0, Bytes().u32(8).u32(9)));
  EXPECT_NE(text.find("recv_q=8 memory=8,9 "), std::string::npos) << text;
}

TEST(DecodePacket, EveryAttribute) {
  EXPECT_EQ(
      decoded(decode_packet, test::packet_message()),
      std::string("family=packet netid=p_raw state=UNCONN inode=556 cookie=2 recv_q=1 send_q=0 uid=0 ") + all_memory +
          " protocol=2048 interface=4 version=2 reserve=10 copy_thresh=11 tstamp=12 flags=1 rx_ring=1,2,3,4,5,6,7 "
          "tx_ring=8,9,10,11,0,0,0 fanout=65543 filter=6,0,0,0,1,0,0,0 member_interface=4 count=1 type=1 "
          "address=1,2,3,4,5,6");
}

TEST(DecodePacket, Kinds) {
  EXPECT_EQ(decoded(decode_packet, test::packet_head(2)),
            "family=packet netid=p_dgr state=UNCONN inode=556 cookie=2 protocol=2048");
  EXPECT_EQ(decoded(decode_packet, test::packet_head(10)),
            "family=packet netid=p_raw state=UNCONN inode=556 cookie=2 protocol=2048");
  EXPECT_EQ(decoded(decode_packet, test::packet_head(1)), "malformed");
}

TEST(DecodePacket, AHardwareAddressLengthBeyondItsRoomIsCutToIt) {
  const Bytes list = Bytes().u32(4).u32(1).u16(1).u16(6000).zeros(32);
  Arena arena;
  Socket socket;
  ASSERT_TRUE(decode_packet(Netid::p_raw, test::packet_head(3).attribute(1, list).span(), arena, socket));
  ASSERT_EQ(socket.packet()->detail->memberships.size(), 1U);
  EXPECT_EQ(socket.packet()->detail->memberships[0].address_length, 32);
}

TEST(DecodeVsock, TheWholeMessage) {
  EXPECT_EQ(decoded(decode_vsock, test::vsock_message({.shutdown = 1})),
            "family=vsock netid=v_str state=ESTAB shutdown=rd inode=900 cookie=4294967386 local_cid=3 local_port=1024 "
            "peer_cid=2 peer_port=9999");
}

TEST(DecodeVsock, Kinds) {
  const auto kind = [](std::uint8_t type) {
    const std::string text = decoded(decode_vsock, test::vsock_message({.type = type, .state = 10}));
    return text.substr(0, text.find(" shutdown"));
  };
  EXPECT_EQ(kind(2), "family=vsock netid=v_dgr state=LISTEN");
  EXPECT_EQ(kind(5), "family=vsock netid=v_seq state=LISTEN");
  EXPECT_EQ(kind(3), "malformed");
}

TEST(DecodeVsock, OfAnotherFamilyOrWithLyingAttributes) {
  EXPECT_EQ(decoded(decode_vsock, test::unix_message()), "malformed");
  EXPECT_NE(decoded(decode_vsock, test::vsock_message().attribute(9, Bytes().u32(1))), "malformed") << "a newer kernel";
  EXPECT_EQ(decoded(decode_vsock, test::vsock_message().u16(90).u16(1)), "malformed");
}

TEST(DecodeXdp, EveryAttribute) {
  EXPECT_EQ(decoded(decode_xdp, test::xdp_message()),
            std::string("family=xdp netid=xdp state=UNCONN inode=910 cookie=91 recv_q=1 send_q=0 uid=1000 ") +
                all_memory +
                " interface=1 queue=7 detail=1 rx=2048 tx=1024 umem=8388608,5,2048,4096,256,1,7,1,2 fill=4096 "
                "completion=512 stats=1,2,3,4,5,6");
}

TEST(DecodeXdp, WhatWasNotSentIsAbsent) {
  EXPECT_EQ(decoded(decode_xdp, test::xdp_head()), "family=xdp netid=xdp state=UNCONN inode=910 cookie=91");
  Bytes shortened = test::xdp_head();
  for (std::uint16_t type = 1; type < 12; ++type) shortened.attribute(type, Bytes().u8(1));
  EXPECT_EQ(decoded(decode_xdp, shortened), "family=xdp netid=xdp state=UNCONN inode=910 cookie=91 detail=1");
}

TEST(DecodeXdp, MalformedRowsAreRefused) {
  EXPECT_EQ(decoded(decode_xdp, test::packet_message()), "malformed");
  EXPECT_EQ(decoded(decode_xdp, Bytes().u8(44).zeros(10)), "malformed");
  EXPECT_EQ(decoded(decode_xdp, test::xdp_head().u16(3).u16(0)), "malformed");
}

TEST(DecodeTipc, EveryAttribute) {
  EXPECT_EQ(decoded(decode_tipc, test::tipc_everything()),
            "family=tipc netid=ti_sq state=ESTAB inode=920 cookie=4294967388 recv_q=4 send_q=5 uid=1000 node=16781313 "
            "ref=1701 drops=6 congestion=conn published=1 connected=1 peer_node=16781314 peer_ref=4242 via_type=18888 "
            "via_instance=17 group=4711 instance=3 send_next=77 open=1 node_scope=0 cluster_scope=1");
}

TEST(DecodeTipc, Kinds) {
  const auto kind = [](std::uint32_t type) {
    const std::string text = decoded(decode_tipc, test::tipc_message({.type = type}));
    return text.substr(0, text.find(" inode"));
  };
  EXPECT_EQ(kind(1), "family=tipc netid=ti_st state=UNCONN");
  EXPECT_EQ(kind(2), "family=tipc netid=ti_dg state=UNCONN");
  EXPECT_EQ(kind(4), "family=tipc netid=ti_rd state=UNCONN");
  EXPECT_EQ(kind(5), "family=tipc netid=ti_sq state=UNCONN");
  EXPECT_EQ(kind(9), "malformed");
}

TEST(DecodeTipc, AServiceWithoutItsFlagIsNone) {
  test::Tipc socket;
  socket.more.attribute(3, Bytes().attribute(2, Bytes().u32(1)).attribute(4, Bytes().u32(5)));
  const std::string text = decoded(decode_tipc, test::tipc_message(socket));
  EXPECT_NE(text.find("connected=1 peer_node=1"), std::string::npos) << text;
  EXPECT_EQ(text.find("via"), std::string::npos) << text;
}

TEST(DecodeTipc, NestsWithLyingLengthsAreAbsentButTheRowStays) {
  test::Tipc socket;
  for (const int type : {3, 12}) socket.more.attribute(static_cast<std::uint16_t>(type), Bytes().u16(90).u16(1));
  socket.statistics.u16(90).u16(1);
  EXPECT_EQ(decoded(decode_tipc, test::tipc_message(socket)),
            "family=tipc netid=ti_st state=UNCONN inode=920 cookie=4294967388 uid=1000 node=16781313 ref=1701");
}

TEST(DecodeTipc, MalformedRowsAreRefused) {
  EXPECT_EQ(decoded(decode_tipc, Bytes()), "malformed") << "what the kernel sends for a state that was not asked for";
  EXPECT_EQ(decoded(decode_tipc, test::unix_message()), "malformed");
  EXPECT_EQ(decoded(decode_tipc, Bytes().attribute(2, Bytes())), "malformed") << "of no type";
  EXPECT_EQ(decoded(decode_tipc, Bytes().attribute(2, Bytes().u16(90).u16(1))), "malformed");
}

TEST(DecodeSctp, AnEndpoint) {
  const std::string text = decoded(decode_inet, test::sctp_endpoint(10, 930), Netid::sctp);
  EXPECT_NE(text.find("netid=sctp state=LISTEN shutdown=none inode=930 cookie=1860 recv_q=1 send_q=5"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("association"), std::string::npos);
  EXPECT_NE(text.find("local=inet port=5000 address=10,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0 local=inet6 port=5000 "
                      "address=32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,9"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("primary"), std::string::npos) << "of family 0";
}

TEST(DecodeSctp, AnAssociationHasSctpsStateAndTheNearestOne) {
  const auto state = [](std::uint8_t number) {
    const std::string text = decoded(decode_inet, test::sctp_association(number, 930, 6000), Netid::sctp);
    const std::size_t at = text.find("association=");
    return text.substr(12, text.find(" shutdown") - 12) + ' ' + text.substr(at, text.find(' ', at) - at);
  };
  EXPECT_EQ(state(0), "netid=sctp state=UNCONN association=0");
  EXPECT_EQ(state(1), "netid=sctp state=SYN-SENT association=1");
  EXPECT_EQ(state(2), "netid=sctp state=SYN-SENT association=2");
  EXPECT_EQ(state(3), "netid=sctp state=ESTAB association=3");
  EXPECT_EQ(state(4), "netid=sctp state=FIN-WAIT-1 association=4");
  EXPECT_EQ(state(5), "netid=sctp state=FIN-WAIT-2 association=5");
  EXPECT_EQ(state(6), "netid=sctp state=CLOSE-WAIT association=6");
  EXPECT_EQ(state(7), "netid=sctp state=LAST-ACK association=7");
  EXPECT_EQ(state(200), "netid=sctp state=UNKNOWN association=200");
}

TEST(DecodeSctp, AddressesOfAnAssociation) {
  const std::string text = decoded(decode_inet, test::sctp_association(3, 930, 6000), Netid::sctp);
  EXPECT_NE(text.find(" peer=inet port=6000 address=10,0,0,2,0,0,0,0,0,0,0,0,0,0,0,0 peer=inet port=6000 "
                      "address=10,0,0,3,0,0,0,0,0,0,0,0,0,0,0,0 primary=inet port=5000 address=10,0,0,2,"),
            std::string::npos)
      << text;
}

TEST(DecodeSctp, AddressesOfOtherFamiliesAndCutOnesAreLeftOut) {
  const Bytes strange =
      Bytes().u16(99).zeros(126).raw(test::storage4(1, 7).span()).raw(Bytes().u16(2).zeros(20).span());
  const std::string text =
      decoded(decode_inet, test::inet4(3, 1, 1, 2, 2, 5, 0, 0).attribute(13, strange), Netid::sctp);
  EXPECT_NE(text.find("detail=1 peer=inet port=1 address=10,0,0,7,0,0,0,0,0,0,0,0,0,0,0,0"), std::string::npos) << text;
  EXPECT_EQ(text.find("peer=inet port=0"), std::string::npos) << text;
}

struct Sample {
  const char* name;
  Decoder decode;
  Bytes message;
  Netid asked = Netid::tcp;
};

std::vector<Sample> samples() {
  return {{"unix", decode_unix, test::unix_message()},
          {"inet", decode_inet, test::inet_message()},
          {"netlink", decode_netlink, test::netlink_message()},
          {"packet", decode_packet, test::packet_message()},
          {"vsock", decode_vsock, test::vsock_message()},
          {"xdp", decode_xdp, test::xdp_message()},
          {"tipc", decode_tipc, test::tipc_everything()},
          {"sctp", decode_inet, test::sctp_association(3, 930, 6000), Netid::sctp}};
}

TEST(DecodeAll, CutAtEveryLengthNothingIsReadBeyondTheEnd) {
  for (const Sample& sample : samples()) {
    for (std::size_t size = 0; size < sample.message.size(); ++size) {
      Arena arena;
      Socket socket;
      const test::ExactCopy cut(sample.message.span().first(size));
      if (sample.decode(sample.asked, cut.span(), arena, socket)) {
        EXPECT_FALSE(test::text_of(socket).empty()) << sample.name << " at " << size;
      }
    }
  }
}

TEST(DecodeAll, AnyByteMayHaveAnyOfSomeValues) {
  for (const Sample& sample : samples()) {
    for (std::size_t at = 0; at < sample.message.size(); ++at) {
      for (const unsigned value : {0x00U, 0x01U, 0x03U, 0x7fU, 0x80U, 0xffU}) {
        test::ExactCopy copy(sample.message.span());
        copy.writable()[at] = static_cast<std::byte>(value);
        Arena arena;
        Socket socket;
        if (sample.decode(sample.asked, copy.span(), arena, socket)) {
          EXPECT_FALSE(test::text_of(socket).empty()) << sample.name << " at " << at;
        }
      }
    }
  }
}

}  // namespace
}  // namespace skq::kernel
