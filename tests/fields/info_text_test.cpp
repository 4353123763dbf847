// The text of -i: ss's words, order and number formats, from crafted bytes of any length.
#include "fields/info_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "fields/ulp_text.h"
#include "skq/fields.h"
#include "tcp_info_bytes.h"

namespace skq::fields {
namespace {

using test::TcpInfoBytes;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string text_of(const InetDetail& detail, TextContext context = {}, Netid netid = Netid::tcp,
                    State state = State::established) {
  Socket socket;
  socket.family = Family::inet;
  socket.netid = netid;
  socket.state = state;
  socket.part = InetPart{.detail = &detail};
  return std::string(info_text(socket, context).value_or("(none)"));
}

std::string text_of(const TcpInfoBytes& info, TextContext context = {}) {
  InetDetail detail;
  detail.tcp_info = info.span();
  return text_of(detail, std::move(context));
}

struct Case {
  const char* what;
  TcpInfoBytes info;
  const char* text;
};

TEST(TcpInfoText, EveryWordAsInSs) {
  const std::vector<Case> cases{
      {"times are thousandths with six digits",
       {{"rto", 204000}, {"rtt", 22}, {"rttvar", 11}},
       "rto:204 rtt:0.022/0.011"},
      {"no zeros behind the last digit that is none",
       {{"rto", 1}, {"rtt", 1000}, {"rttvar", 10}},
       "rto:0.001 rtt:1/0.01"},
      {"six digits still", {{"rto", 999999}, {"rtt", 100}, {"rttvar", 999000}}, "rto:999.999 rtt:0.1/999"},
      {"seven are rounded", {{"rto", 1000001}, {"rtt", 1234565}, {"rttvar", 9999995}}, "rto:1000 rtt:1234.57/10000"},
      {"a long time has an exponent, as printf's %g", {{"rtt", 1234567890}}, "rtt:1.23457e+06/0"},
      {"the initial timeout is left out", {{"rto", 3000000}, {"ato", 40000}}, "ato:40"},
      {"window scales only when agreed on", {{"options", 4}, {"snd_wscale", 7}, {"rcv_wscale", 9}}, "wscale:7,9"},
      {"window scales not agreed on", {{"snd_wscale", 7}, {"backoff", 2}}, "backoff:2"},
      {"segment sizes",
       {{"snd_mss", 1448}, {"pmtu", 1500}, {"rcv_mss", 536}, {"advmss", 1460}, {"snd_cwnd", 10}, {"snd_ssthresh", 7}},
       "mss:1448 pmtu:1500 rcvmss:536 advmss:1460 cwnd:10 ssthresh:7"},
      {"an infinite threshold", {{"snd_ssthresh", 0x7fffffff}, {"snd_cwnd", 10}}, "cwnd:10"},
      {"byte and segment counters",
       {{"bytes_sent", 5},
        {"bytes_retrans", 4},
        {"bytes_acked", 1ULL << 40},
        {"bytes_received", 3},
        {"segs_out", 9},
        {"segs_in", 8},
        {"data_segs_out", 7},
        {"data_segs_in", 6}},
       "bytes_sent:5 bytes_retrans:4 bytes_acked:1099511627776 bytes_received:3 segs_out:9 segs_in:8 data_segs_out:7 "
       "data_segs_in:6"},
      {"what window and round-trip time allow",
       {{"rtt", 20}, {"snd_mss", 32768}, {"snd_cwnd", 10}},
       "rtt:0.02/0 mss:32768 cwnd:10 send 131Gbps"},
      {"last times",
       {{"last_data_sent", 1}, {"last_data_recv", 2}, {"last_ack_recv", 3}},
       "lastsnd:1 lastrcv:2 lastack:3"},
      {"rates in bits", {{"pacing_rate", 1000000}, {"max_pacing_rate", 125}}, "pacing_rate 8Mbps/1kbps"},
      {"no limit is not said", {{"pacing_rate", 125}, {"max_pacing_rate", ~0ULL}}, "pacing_rate 1kbps"},
      {"no rate either", {{"pacing_rate", ~0ULL}, {"max_pacing_rate", 5}, {"unacked", 1}}, "unacked:1"},
      {"delivery",
       {{"delivery_rate", 150000000}, {"delivered", 2}, {"delivered_ce", 1}, {"delivery_rate_app_limited", 1}},
       "delivery_rate 1.2Gbps delivered:2 delivered_ce:1 app_limited"},
      {"who held it back",
       {{"busy_time", 400000}, {"rwnd_limited", 300000}, {"sndbuf_limited", 1234}},
       "busy:400ms rwnd_limited:300ms(75.0%) sndbuf_limited:1ms(0.3%)"},
      {"limits without a busy time", {{"rwnd_limited", 300000}, {"lost", 1}}, "lost:1"},
      {"losses",
       {{"unacked", 5}, {"total_retrans", 3}, {"lost", 2}, {"sacked", 1}, {"dsack_dups", 4}, {"fackets", 6}},
       "unacked:5 retrans:0/3 lost:2 sacked:1 dsack_dups:4 fackets:6"},
      {"reordering is said when it is not 3", {{"reordering", 5}, {"reord_seen", 2}}, "reordering:5 reord_seen:2"},
      {"the receiver's side",
       {{"rcv_rtt", 25}, {"rcv_space", 65483}, {"rcv_ssthresh", 94833}, {"notsent_bytes", 77}, {"min_rtt", 11}},
       "rcv_rtt:0.025 rcv_space:65483 rcv_ssthresh:94833 notsent:77 minrtt:0.011"},
      {"never measured", {{"min_rtt", 0xffffffff}, {"rcv_space", 1}}, "rcv_space:1"},
      {"words of newer kernels",
       {{"rcv_ooopack", 1}, {"snd_wnd", 2}, {"rcv_wnd", 3}, {"rehash", 4}},
       "rcv_ooopack:1 snd_wnd:2 rcv_wnd:3 rehash:4"},
      {"nothing to say", {}, "(none)"},
  };
  for (const Case& one : cases) EXPECT_EQ(text_of(one.info), one.text) << one.what;
}

TEST(TcpInfoText, RatesAreExactWithNumericOutput) {
  const TcpInfoBytes info{{"rtt", 19}, {"snd_mss", 32768}, {"snd_cwnd", 10}, {"pacing_rate", 34492631578}};
  EXPECT_EQ(text_of(info, {.numeric = true}),
            "rtt:0.019/0 mss:32768 cwnd:10 send 137970526316bps pacing_rate 275941052624bps");
  EXPECT_EQ(text_of(info), "rtt:0.019/0 mss:32768 cwnd:10 send 138Gbps pacing_rate 276Gbps");
}

TEST(TcpInfoText, OptionsOnlyWithTimersAsInSs) {
  const TcpInfoBytes info{{"options", 0xff}, {"snd_wscale", 1}, {"rcv_wscale", 2}};
  EXPECT_EQ(text_of(info), "wscale:1,2");
  EXPECT_EQ(text_of(info, {.tcp_options = true}), "ts usec_ts sack ecn ecnseen fastopen wscale:1,2");
}

TEST(TcpInfoText, SackedOfAListenerIsItsBacklog) {
  const TcpInfoBytes info{{"sacked", 128}, {"snd_cwnd", 10}};
  InetDetail detail;
  detail.tcp_info = info.span();
  EXPECT_EQ(text_of(detail, {}, Netid::tcp, State::listen), "cwnd:10");
}

TEST(TcpInfoText, CongestionControlTellsOfItself) {
  const TcpInfoBytes info{{"snd_cwnd", 10}, {"snd_mss", 1000}, {"rtt", 1000}};
  InetDetail detail;
  detail.tcp_info = info.span();
  detail.cong = "dctcp";
  detail.dctcp = DctcpInfo{.enabled = 1, .ce_state = 1, .alpha = 2, .ab_ecn = 3, .ab_tot = 4};
  EXPECT_EQ(text_of(detail), "dctcp rtt:1/0 mss:1000 cwnd:10 dctcp:(ce_state:1,alpha:2,ab_ecn:3,ab_tot:4) send 80Mbps");
  detail.dctcp->enabled = 0;
  EXPECT_EQ(text_of(detail), "dctcp rtt:1/0 mss:1000 cwnd:10 dctcp:fallback_mode send 80Mbps");
  detail.dctcp.reset();
  detail.cong = "bbr";
  detail.bbr = BbrInfo{.bw = 125000, .min_rtt = 14, .pacing_gain = 739, .cwnd_gain = 512};
  EXPECT_EQ(text_of(detail),
            "bbr rtt:1/0 mss:1000 cwnd:10 bbr:(bw:1Mbps,mrtt:0.014,pacing_gain:2.88672,cwnd_gain:2) send 80Mbps");
  detail.bbr = BbrInfo{};
  EXPECT_EQ(text_of(detail), "bbr rtt:1/0 mss:1000 cwnd:10 bbr:(bw:0bps,mrtt:0) send 80Mbps");
  detail.bbr.reset();
  detail.cong = "vegas";
  detail.vegas = VegasInfo{.enabled = 1, .rttcnt = 1, .rtt = 2000, .minrtt = 1};
  EXPECT_EQ(text_of(detail), "vegas rtt:1/0 mss:1000 cwnd:10 send 40Mbps");
  detail.vegas->rtt = 0x7fffffff;
  EXPECT_EQ(text_of(detail), "vegas rtt:1/0 mss:1000 cwnd:10 send 80Mbps");
}

TEST(TcpInfoText, HostileNamesCannotSteerATerminalNorForgeWords) {
  const TcpInfoBytes info{{"snd_cwnd", 10}};
  InetDetail detail;
  detail.tcp_info = info.span();
  detail.cong = "a\x1b[2J b\n";
  detail.ulp = UlpInfo{.name = "x rto:1\x9b"};
  EXPECT_EQ(text_of(detail), "a\\x1b[2J\\x20b\\n cwnd:10 tcp-ulp-x\\x20rto:1\\x9b");
}

// A struct cut anywhere gives the words of the members that are whole, and reads nothing behind its end: each cut
// stands in memory of its own, so that a sanitizer sees a byte too many.
TEST(TcpInfoText, EveryLengthOfTheStruct) {
  std::vector<std::byte> whole(std::size_t{model::tcp_info_members.back().offset} + 2, std::byte{0x01});
  TextContext context;
  std::size_t words = 0;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    InetDetail detail;
    detail.tcp_info = cut;
    Socket socket;
    socket.family = Family::inet;
    socket.netid = Netid::tcp;
    socket.part = InetPart{.detail = &detail};
    const std::string text = text_of(detail);
    const auto now = static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
    EXPECT_GE(now, words) << length;
    words = now;
    for (const model::TcpInfoMember& member : model::tcp_info_members) {
      const Field* field = find_field("tcp_" + std::string(member.name));
      ASSERT_NE(field, nullptr) << member.name;
      const bool known = !std::holds_alternative<std::monostate>(field->get(socket, context));
      EXPECT_EQ(known, member.offset + std::size_t{member.size} <= length) << member.name << " of " << length;
    }
  }
  EXPECT_GT(words, 30U);
}

TEST(TcpInfoText, OtherProtocolsHaveNoTcpInfo) {
  const TcpInfoBytes info{{"snd_cwnd", 10}, {"rtt", 5}};
  InetDetail detail;
  detail.tcp_info = info.span();
  TextContext context;
  for (const Netid netid : {Netid::udp, Netid::raw, Netid::mptcp, Netid::sctp}) {
    Socket socket;
    socket.family = Family::inet;
    socket.netid = netid;
    socket.part = InetPart{.detail = &detail};
    EXPECT_TRUE(std::holds_alternative<std::monostate>(find_field("tcp_rtt")->get(socket, context)));
  }
  EXPECT_EQ(text_of(detail, {}, Netid::udp), "(none)");
  EXPECT_EQ(text_of(detail, {}, Netid::raw), "(none)");
}

std::string attribute(std::uint16_t type, const std::string& value) {
  std::string bytes(4, '\0');
  const auto length = static_cast<std::uint16_t>(4 + value.size());
  std::memcpy(bytes.data(), &length, sizeof length);
  std::memcpy(bytes.data() + 2, &type, sizeof type);
  bytes += value;
  bytes.resize((bytes.size() + 3) / 4 * 4);
  return bytes;
}

template <class T>
std::string number(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

TEST(UlpText, Tls) {
  const auto u16 = [](unsigned value) { return number(static_cast<std::uint16_t>(value)); };
  const std::string tls = attribute(1, u16(0x0304)) + attribute(2, u16(52)) + attribute(4, u16(2)) +
                          attribute(3, u16(3)) + attribute(5, "") + attribute(6, "");
  InetDetail detail;
  detail.ulp = UlpInfo{.name = "tls", .tls = bytes_of(tls)};
  EXPECT_EQ(text_of(detail), "tcp-ulp-tls version: 1.3 cipher: aes-gcm-256 rxconf: sw txconf: hw zc_ro_tx no_pad_rx");
  const std::string newer = attribute(1, u16(0x0305)) + attribute(2, u16(99)) + attribute(4, u16(9));
  detail.ulp->tls = bytes_of(newer);
  EXPECT_EQ(text_of(detail), "tcp-ulp-tls version: unknown(773) cipher: unknown(99) rxconf: unknown(9)");
  for (std::size_t length = 0; length < tls.size(); ++length) {
    const std::string cut = tls.substr(0, length);
    detail.ulp->tls = bytes_of(cut);
    EXPECT_TRUE(text_of(detail).starts_with("tcp-ulp-tls")) << length;
  }
}

TEST(UlpText, Subflow) {
  const auto u32 = [](std::uint32_t value) { return number(value); };
  const std::string subflow =
      attribute(1, u32(0)) + attribute(2, u32(0x2db2bce3)) + attribute(4, number(std::uint64_t{1} << 40)) +
      attribute(5, u32(1)) + attribute(6, u32(99)) + attribute(7, number(std::uint16_t{5})) + attribute(8, u32(0x0c3)) +
      attribute(9, std::string(1, '\2')) + attribute(10, std::string(1, '\3'));
  InetDetail detail;
  detail.ulp = UlpInfo{.name = "mptcp", .mptcp = bytes_of(subflow)};
  EXPECT_EQ(text_of(detail),
            "tcp-ulp-mptcp flags:Mmec token:0000(id:2)/2db2bce3(id:3) seq:1099511627776 sfseq:1 ssnoff:99 maplen:5");
  const std::string newer = attribute(8, u32(0x201));
  detail.ulp->mptcp = bytes_of(newer);
  EXPECT_EQ(text_of(detail), "tcp-ulp-mptcp flags:M+0x200");
}

std::string md5_key(std::uint8_t family, const std::string& address, std::uint8_t prefix, const std::string& key,
                    std::uint16_t length) {
  std::string bytes(1, static_cast<char>(family));
  bytes += static_cast<char>(prefix);
  bytes += number(length);
  bytes += address;
  bytes.resize(20);
  bytes += key;
  bytes.resize(100);
  return bytes;
}

TEST(Md5Text, KeysCannotForgeOthers) {
  const std::string keys = md5_key(2, "\x0a\x01\x02\x03", 32, "se cr\x1b,x=\\", 10) +
                           md5_key(10, std::string("\x20\x01\x0d\xb8", 4), 64, "k", 1) + "cut";
  InetDetail detail;
  detail.md5sig = bytes_of(keys);
  EXPECT_EQ(text_of(detail), "md5keys:10.1.2.3/32=se\\x20cr\\x1b\\x2cx=\\\\,2001:db8::/64=k");
  const std::string longer = md5_key(2, "\x0a\x01\x02\x03", 0, std::string(80, 'a'), 65535);
  detail.md5sig = bytes_of(longer);
  EXPECT_EQ(text_of(detail), "md5keys:10.1.2.3/0=" + std::string(80, 'a'));
}

}  // namespace
}  // namespace skq::fields
