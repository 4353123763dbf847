// The tables of struct sctp_info and struct mptcp_info against the headers of the machine that builds, and structs that
// end early.
#include <gtest/gtest.h>
#include <linux/mptcp.h>
#include <linux/sctp.h>

#include <cstddef>

#include "byte_builder.h"
#include "family_messages.h"
#include "model/mptcp_info.h"
#include "model/sctp_info.h"

namespace skq::model {
namespace {

#define EXPECT_PLACE(find, prefix, kernel_struct, member)                                 \
  do {                                                                                    \
    ASSERT_NE(find(#member), nullptr) << #member;                                         \
    EXPECT_EQ(find(#member)->offset, offsetof(kernel_struct, prefix##member)) << #member; \
    EXPECT_EQ(find(#member)->size, sizeof(kernel_struct::prefix##member)) << #member;     \
  } while (false)

TEST(StructMembers, SctpInfoIsTheHeaders) {
#define EXPECT_SCTP(member) EXPECT_PLACE(find_sctp_info, sctpi_, sctp_info, member)
  EXPECT_SCTP(tag);
  EXPECT_SCTP(unackdata);
  EXPECT_SCTP(outstrms);
  EXPECT_SCTP(inqueue);
  EXPECT_SCTP(peer_tag);
  EXPECT_SCTP(peer_sack);
  EXPECT_SCTP(isacks);
  EXPECT_SCTP(ictrlchunks);
  EXPECT_SCTP(p_state);
  EXPECT_SCTP(p_flight_size);
  EXPECT_SCTP(p_error);
  EXPECT_SCTP(s_autoclose);
  EXPECT_SCTP(s_frag_interleave);
  EXPECT_SCTP(s_type);
  EXPECT_EQ(offsetof(sctp_info, sctpi_p_address), 168U) << "decode_inet.cpp reads it there";
  EXPECT_EQ(test::sctp_info(true).size(), sizeof(sctp_info));
  EXPECT_EQ(test::sctp_info(false).size(), sizeof(sctp_info));
}

// Debian 12's header ends with csum_enabled; a kernel's socket is asked in tests/live.
TEST(StructMembers, MptcpInfoIsTheHeaders) {
#define EXPECT_MPTCP(member) EXPECT_PLACE(find_mptcp_info, mptcpi_, mptcp_info, member)
  EXPECT_MPTCP(subflows);
  EXPECT_MPTCP(add_addr_accepted_max);
  EXPECT_MPTCP(flags);
  EXPECT_MPTCP(token);
  EXPECT_MPTCP(rcv_nxt);
  EXPECT_MPTCP(local_addr_max);
  EXPECT_MPTCP(csum_enabled);
}

TEST(StructMembers, AValueOfEverySize) {
  const test::Bytes info = test::sctp_info(true);
  EXPECT_EQ(read(*find_sctp_info("tag"), info.span()), 0xabcd1234U);
  EXPECT_EQ(read(*find_sctp_info("outstrms"), info.span()), 11U);
  EXPECT_EQ(read(*find_sctp_info("peer_capable"), info.span()), 0x41U);
  EXPECT_EQ(read(*find_sctp_info("ictrlchunks"), info.span()), 114U);
  EXPECT_EQ(read(*find_sctp_info("p_error"), info.span()), 13U);
}

TEST(StructMembers, AStructThatEndsEarlierHasNotTheMembersAfterItsEnd) {
  for (std::size_t size = 0; size <= 96; ++size) {
    const test::ExactCopy bytes(test::Bytes().zeros(size).span());
    for (const StructMember& member : mptcp_info_members) {
      const auto value = read(member, bytes.span());
      if (value) {
        EXPECT_LE(std::size_t{member.offset} + member.size, size) << member.name;
      }
    }
  }
}

// sizeof is 48, 80 and 88 in linux 5.14, 6.5 and 6.8, though the last member ends before: what is between is no value.
TEST(StructMembers, PaddingOfAnOlderStructIsNoZero) {
  const auto known = [](std::size_t size, const char* name) {
    return read(*find_mptcp_info(name), test::Bytes().zeros(size).span()).has_value();
  };
  EXPECT_TRUE(known(48, "csum_enabled"));
  EXPECT_FALSE(known(48, "retransmits"));
  EXPECT_TRUE(known(80, "retransmits"));
  EXPECT_FALSE(known(80, "subflows_total"));
  EXPECT_TRUE(known(88, "subflows_total"));
  EXPECT_FALSE(known(88, "endp_laminar_max"));
  EXPECT_FALSE(known(88, "last_data_sent"));
  EXPECT_TRUE(known(96, "last_data_sent"));
}

}  // namespace
}  // namespace skq::model
