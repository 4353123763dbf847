// The table of struct tcp_info against the header that we are built with, and against structs of other lengths.
#include "model/tcp_info.h"

#include <gtest/gtest.h>
#include <linux/tcp.h>

#include <cstring>
#include <set>

namespace skq::model {
namespace {

constexpr const TcpInfoMember& row(std::string_view name) {
  for (const TcpInfoMember& member : tcp_info_members) {
    if (member.name == name) return member;
  }
  throw "no such member";
}

#define SKQ_SAME_PLACE(member)                                             \
  static_assert(row(#member).offset == offsetof(tcp_info, tcpi_##member)); \
  static_assert(row(#member).size == sizeof(tcp_info::tcpi_##member));     \
  static_assert(row(#member).bit_width == 0)

SKQ_SAME_PLACE(state);
SKQ_SAME_PLACE(ca_state);
SKQ_SAME_PLACE(retransmits);
SKQ_SAME_PLACE(probes);
SKQ_SAME_PLACE(backoff);
SKQ_SAME_PLACE(options);
SKQ_SAME_PLACE(rto);
SKQ_SAME_PLACE(ato);
SKQ_SAME_PLACE(snd_mss);
SKQ_SAME_PLACE(rcv_mss);
SKQ_SAME_PLACE(unacked);
SKQ_SAME_PLACE(sacked);
SKQ_SAME_PLACE(lost);
SKQ_SAME_PLACE(retrans);
SKQ_SAME_PLACE(fackets);
SKQ_SAME_PLACE(last_data_sent);
SKQ_SAME_PLACE(last_ack_sent);
SKQ_SAME_PLACE(last_data_recv);
SKQ_SAME_PLACE(last_ack_recv);
SKQ_SAME_PLACE(pmtu);
SKQ_SAME_PLACE(rcv_ssthresh);
SKQ_SAME_PLACE(rtt);
SKQ_SAME_PLACE(rttvar);
SKQ_SAME_PLACE(snd_ssthresh);
SKQ_SAME_PLACE(snd_cwnd);
SKQ_SAME_PLACE(advmss);
SKQ_SAME_PLACE(reordering);
SKQ_SAME_PLACE(rcv_rtt);
SKQ_SAME_PLACE(rcv_space);
SKQ_SAME_PLACE(total_retrans);
SKQ_SAME_PLACE(pacing_rate);
SKQ_SAME_PLACE(max_pacing_rate);
SKQ_SAME_PLACE(bytes_acked);
SKQ_SAME_PLACE(bytes_received);
SKQ_SAME_PLACE(segs_out);
SKQ_SAME_PLACE(segs_in);
SKQ_SAME_PLACE(notsent_bytes);
SKQ_SAME_PLACE(min_rtt);
SKQ_SAME_PLACE(data_segs_in);
SKQ_SAME_PLACE(data_segs_out);
SKQ_SAME_PLACE(delivery_rate);
SKQ_SAME_PLACE(busy_time);
SKQ_SAME_PLACE(rwnd_limited);
SKQ_SAME_PLACE(sndbuf_limited);
SKQ_SAME_PLACE(delivered);
SKQ_SAME_PLACE(delivered_ce);
SKQ_SAME_PLACE(bytes_sent);
SKQ_SAME_PLACE(bytes_retrans);
SKQ_SAME_PLACE(dsack_dups);
SKQ_SAME_PLACE(reord_seen);
SKQ_SAME_PLACE(rcv_ooopack);
SKQ_SAME_PLACE(snd_wnd);

// The members that Linux added later, by their place in 6.18.
static_assert(row("rcv_wnd").offset == 232 && row("rehash").offset == 236);
static_assert(row("total_rto").offset == 240 && row("total_rto_time").offset == 244);
static_assert(row("received_ce").offset == 248 && row("received_ce_bytes").offset == 272);
static_assert(row("accecn_fail_mode").offset == 276 && row("accecn_opt_seen").offset == 278);
static_assert(tcp_info_members.back().offset + tcp_info_members.back().size == 280);

TEST(TcpInfo, NamesAreUniqueAndEveryRowExplainsItself) {
  std::set<std::string_view> names;
  for (const TcpInfoMember& member : tcp_info_members) {
    EXPECT_TRUE(names.insert(member.name).second) << member.name;
    EXPECT_TRUE(member.help.ends_with('.')) << member.name;
    EXPECT_FALSE(member.source.empty()) << member.name;
    EXPECT_EQ(find_tcp_info(member.name), &member);
  }
  EXPECT_EQ(names.size(), 70U);
  EXPECT_EQ(find_tcp_info("srtt"), nullptr);
}

TEST(TcpInfo, BitFieldsAreWhereTheCompilerPutsThem) {
  tcp_info info{};
  const auto value = [&](std::string_view name) { return read(row(name), std::as_bytes(std::span(&info, 1))); };
  info.tcpi_snd_wscale = 7;
  EXPECT_EQ(value("snd_wscale"), 7U);
  EXPECT_EQ(value("rcv_wscale"), 0U);
  info.tcpi_rcv_wscale = 14;
  EXPECT_EQ(value("rcv_wscale"), 14U);
  info.tcpi_fastopen_client_fail = 3;
  EXPECT_EQ(value("fastopen_client_fail"), 3U);
  EXPECT_EQ(value("delivery_rate_app_limited"), 0U);
  info.tcpi_delivery_rate_app_limited = 1;
  EXPECT_EQ(value("delivery_rate_app_limited"), 1U);
  info.tcpi_rtt = 12345;
  EXPECT_EQ(value("rtt"), 12345U);
  info.tcpi_bytes_acked = 0x1'0000'0001;
  EXPECT_EQ(value("bytes_acked"), 0x1'0000'0001U);
}

TEST(TcpInfo, AShorterStructHasFewerMembersAndALongerOneAll) {
  const std::vector<std::byte> bytes(300);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::vector<std::byte> exact(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    for (const TcpInfoMember& member : tcp_info_members) {
      EXPECT_EQ(read(member, exact).has_value(), size >= std::size_t{member.offset} + member.size)
          << member.name << size;
    }
  }
}

}  // namespace
}  // namespace skq::model
