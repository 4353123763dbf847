// What -o, -i, --tos, --inet-sockopt and -b tell, against the very sockets.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cstring>

#include "live_test.h"

namespace live {
namespace {

using Details = LiveTest;

void set(int fd, int level, int option, int value) {
  ASSERT_EQ(setsockopt(fd, level, option, &value, sizeof value), 0) << level << ' ' << option << std::strerror(errno);
}

bool use_congestion(int fd, const char* name) {
  return setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, static_cast<socklen_t>(std::strlen(name))) == 0;
}

std::string inode_text(int fd) { return std::to_string(inode_of(fd)); }

/// struct tcp_info as the kernel fills it; glibc's own is older and shorter.
struct Info {
  alignas(8) std::array<std::byte, 280> bytes{};
  socklen_t length = sizeof bytes;

  explicit Info(int fd) { EXPECT_EQ(getsockopt(fd, IPPROTO_TCP, TCP_INFO, bytes.data(), &length), 0); }

  template <class T>
  [[nodiscard]] std::uint64_t at(std::size_t offset) const {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
  }
};

struct Member {
  const char* column;
  std::size_t offset;
  std::size_t size;
};
// Quiet ones of every size; offsets from include/uapi/linux/tcp.h.
constexpr auto quiet_members = std::to_array<Member>({
    {"tcp_state", 0, 1},
    {"tcp_retransmits", 2, 1},
    {"tcp_options", 5, 1},
    {"tcp_rto", 8, 4},
    {"tcp_ato", 12, 4},
    {"tcp_snd_mss", 16, 4},
    {"tcp_rcv_mss", 20, 4},
    {"tcp_unacked", 24, 4},
    {"tcp_pmtu", 60, 4},
    {"tcp_rcv_ssthresh", 64, 4},
    {"tcp_rtt", 68, 4},
    {"tcp_rttvar", 72, 4},
    {"tcp_snd_ssthresh", 76, 4},
    {"tcp_snd_cwnd", 80, 4},
    {"tcp_advmss", 84, 4},
    {"tcp_reordering", 88, 4},
    {"tcp_rcv_space", 96, 4},
    {"tcp_pacing_rate", 104, 8},
    {"tcp_bytes_acked", 120, 8},
    {"tcp_bytes_received", 128, 8},
    {"tcp_segs_out", 136, 4},
    {"tcp_segs_in", 140, 4},
    {"tcp_min_rtt", 148, 4},
    {"tcp_data_segs_out", 156, 4},
    {"tcp_delivery_rate", 160, 8},
    {"tcp_busy_time", 168, 8},
    {"tcp_delivered", 192, 4},
    {"tcp_bytes_sent", 200, 8},
    {"tcp_snd_wnd", 228, 4},
    {"tcp_rcv_wnd", 232, 4},
});

TEST_F(Details, TcpInfoIsThatOfGetsockopt) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4501);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4501);
  ASSERT_TRUE(send_text(pair.a.get(), std::string(5000, 'x')));
  usleep(300'000);  // until the acknowledgement is there
  std::string columns = "inode";
  for (const Member& member : quiet_members) columns += std::string(",") + member.column;
  const Rows rows = list({"-ta"}, columns);
  for (const int fd : {pair.a.get(), pair.b.get(), listener.get()}) {
    const Info truth(fd);
    const Row& row = rows.one("inode", inode_text(fd));
    for (const Member& member : quiet_members) {
      if (member.offset + member.size > truth.length) {
        EXPECT_TRUE(row.is_null(member.column)) << member.column;
        continue;
      }
      const std::uint64_t value = member.size == 1   ? truth.at<std::uint8_t>(member.offset)
                                  : member.size == 4 ? truth.at<std::uint32_t>(member.offset)
                                                     : truth.at<std::uint64_t>(member.offset);
      if (std::string_view(member.column) == "tcp_min_rtt" && value == 0xffffffff) {
        EXPECT_TRUE(row.is_null(member.column));
      } else {
        EXPECT_EQ(row.number(member.column), value) << member.column;
      }
    }
  }
  EXPECT_EQ(rows.one("inode", inode_text(pair.a.get())).number("tcp_bytes_sent"), 5000U);
  EXPECT_EQ(list({"-ta", "--where", "tcp_bytes_received == 5000 and tcp_rtt < 1s"}, "inode").size(), 1U);
}

TEST_F(Details, UdpHasNoTcpInfoAndNoTimer) {
  const UniqueFd bound = inet_bound("127.0.0.1", 4502, SOCK_DGRAM);
  const Rows rows = list({"-ua", "-i", "-o"}, "inode,tcp_rtt,timer,timer_text,info,cong");
  const Row& row = rows.one("inode", inode_text(bound.get()));
  for (const char* column : {"tcp_rtt", "timer", "timer_text", "info", "cong"})
    EXPECT_TRUE(row.is_null(column)) << column;
}

TEST_F(Details, KeepaliveTimer) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4503);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4503);
  set(pair.a.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  set(pair.a.get(), IPPROTO_TCP, TCP_KEEPIDLE, 3000);
  const Rows rows = list({"-t", "--where", "timer == keepalive and timer_expires > 40m and timer_expires <= 51m"},
                         "inode,timer,timer_expires,timer_retrans,timer_text");
  ASSERT_EQ(rows.size(), 1U);
  const Row& row = rows.one("inode", inode_text(pair.a.get()));
  EXPECT_EQ(row.number("timer_retrans"), 0U);
  const std::string text = row.text("timer_text");
  EXPECT_TRUE(text.starts_with("timer:(keepalive,") && text.ends_with("min,0)")) << text;
  const Rows all = list({"-t"}, "inode,timer,timer_expires");
  EXPECT_EQ(all.one("inode", inode_text(pair.b.get())).text("timer"), "off");
  EXPECT_TRUE(all.one("inode", inode_text(pair.b.get())).is_null("timer_expires"));
}

TEST_F(Details, MarkTosAndClass) {
  const UniqueFd v4 = inet_socket("127.0.0.1", SOCK_DGRAM), v6 = inet_socket("::1", SOCK_DGRAM);
  set(v4.get(), IPPROTO_IP, IP_TOS, 0x10);
  set(v4.get(), SOL_SOCKET, SO_MARK, 0x2a);
  set(v6.get(), IPPROTO_IPV6, IPV6_TCLASS, 0x28);
  set(v6.get(), SOL_SOCKET, SO_PRIORITY, 5);
  const InetAddress at4 = inet_address("127.0.0.1", 4504), at6 = inet_address("::1", 4505);
  ASSERT_EQ(bind(v4.get(), at4.get(), at4.length), 0);
  ASSERT_EQ(bind(v6.get(), at6.get(), at6.length), 0);
  const Rows rows = list({"-ua", "--tos"}, "inode,mark,tos,tclass,class_id,tos_text");
  const Row& first = rows.one("inode", inode_text(v4.get()));
  EXPECT_EQ(first.number("tos"), 0x10U);
  EXPECT_EQ(first.number("mark"), 0x2aU);
  EXPECT_TRUE(first.is_null("tclass"));
  EXPECT_TRUE(first.text("tos_text").starts_with("tos:0x10")) << first.text("tos_text");
  const Row& second = rows.one("inode", inode_text(v6.get()));
  EXPECT_EQ(second.number("tclass"), 0x28U);
  EXPECT_EQ(second.number("class_id"), 5U);
  EXPECT_TRUE(second.text("tos_text").ends_with(" tclass:0x28 class_id:0x5")) << second.text("tos_text");
}

TEST_F(Details, SocketOptions) {
  const UniqueFd bound = inet_bound("127.0.0.1", 4506, SOCK_DGRAM);
  set(bound.get(), IPPROTO_IP, IP_RECVERR, 1);
  set(bound.get(), IPPROTO_IP, IP_FREEBIND, 1);
  set(bound.get(), IPPROTO_IP, IP_MULTICAST_LOOP, 0);
  const UniqueFd listener = tcp_listener("127.0.0.1", 4507);
  const std::string columns =
      "inode,sockopt_recverr,sockopt_freebind,sockopt_mc_loop,sockopt_transparent,sockopt_is_icsk,sockopt_text";
  const Rows udp = list({"-ua"}, columns);
  const Row& row = udp.one("inode", inode_text(bound.get()));
  if (row.is_null("sockopt_text")) GTEST_SKIP() << "this kernel does not tell socket options";
  EXPECT_EQ(row.boolean("sockopt_recverr"), true);
  EXPECT_EQ(row.boolean("sockopt_freebind"), true);
  EXPECT_EQ(row.boolean("sockopt_mc_loop"), false);
  EXPECT_EQ(row.boolean("sockopt_transparent"), false);
  EXPECT_EQ(row.boolean("sockopt_is_icsk"), false);
  EXPECT_EQ(row.text("sockopt_text"), "inet-sockopt: ( recverr freebind mc_all)");
  const Rows tcp = list({"-tl"}, columns);
  EXPECT_EQ(tcp.one("inode", inode_text(listener.get())).boolean("sockopt_is_icsk"), true);
}

TEST_F(Details, CongestionControl) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4508);
  for (const char* name : {"reno", "cubic", "dctcp", "bbr", "vegas"}) {
    const UniqueFd client = inet_socket("127.0.0.1", SOCK_STREAM);
    if (!use_congestion(client.get(), name)) continue;  // not in this kernel
    ASSERT_TRUE(inet_connect(client.get(), "127.0.0.1", 4508));
    const UniqueFd server = accepted(listener.get());
    const Rows rows = list({"-t"}, "inode,cong,info,bbr_bw,dctcp_enabled,vegas_enabled");
    const Row& row = rows.one("inode", inode_text(client.get()));
    const std::string cong = name;
    EXPECT_EQ(row.text("cong"), cong);
    EXPECT_TRUE(row.text("info").starts_with(cong + " ")) << row.text("info");
    EXPECT_EQ(row.is_null("bbr_bw"), cong != "bbr");
    EXPECT_EQ(row.is_null("dctcp_enabled"), cong != "dctcp");
    EXPECT_EQ(row.is_null("vegas_enabled"), cong != "vegas");
  }
}

TEST_F(Details, UpperLayerProtocol) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4509);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4509);
  if (setsockopt(pair.a.get(), IPPROTO_TCP, TCP_ULP, "tls", 4) != 0) GTEST_SKIP() << "no TLS in this kernel";
  const Rows rows = list({"-t"}, "inode,ulp,tls_rxconf,tls_txconf");
  const Row& row = rows.one("inode", inode_text(pair.a.get()));
  EXPECT_EQ(row.text("ulp"), "tls");
  EXPECT_EQ(row.text("tls_rxconf"), "none");
  EXPECT_EQ(row.text("tls_txconf"), "none");
}

TEST_F(Details, SubflowOfMptcp) {
  constexpr int mptcp = 262;
  const UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, mptcp));
  if (!listener.valid()) GTEST_SKIP() << "no MPTCP in this kernel";
  const InetAddress at = inet_address("127.0.0.1", 4510);
  ASSERT_EQ(bind(listener.get(), at.get(), at.length), 0);
  ASSERT_EQ(listen(listener.get(), 3), 0);
  const UniqueFd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, mptcp));
  ASSERT_EQ(connect(client.get(), at.get(), at.length), 0);
  const UniqueFd server = accepted(listener.get());
  const Rows rows = list({"-t"}, "local_port,ulp,subflow_flags,subflow_token,subflow_token_remote,info");
  ASSERT_EQ(rows.size(), 2U);
  for (const Row& row : rows.all()) {
    EXPECT_EQ(row.text("ulp"), "mptcp");
    EXPECT_NE(row.text("subflow_flags").find('M'), std::string::npos) << row.text("subflow_flags");
    EXPECT_NE(row.text("info").find("tcp-ulp-mptcp flags:"), std::string::npos) << row.text("info");
  }
  EXPECT_NE(rows.all()[0].text("subflow_token"), rows.all()[1].text("subflow_token"));
}

TEST_F(Details, Md5KeysOnlyWhereTheyAreAskedFor) {
  const UniqueFd listener = inet_bound("127.0.0.1", 4511, SOCK_STREAM);
  tcp_md5sig key{};
  const InetAddress peer = inet_address("192.0.2.1", 0);
  std::memcpy(&key.tcpm_addr, &peer.storage, sizeof key.tcpm_addr);
  constexpr std::string_view secret = "a b\x1b,";
  key.tcpm_keylen = secret.size();
  std::memcpy(key.tcpm_key, secret.data(), secret.size());
  if (setsockopt(listener.get(), IPPROTO_TCP, TCP_MD5SIG, &key, sizeof key) != 0)
    GTEST_SKIP() << "no TCP-MD5 in this kernel";
  ASSERT_EQ(listen(listener.get(), 3), 0);
  const Finished table = run_skq({"-tli", "-H"});
  EXPECT_NE(table.out.find("md5keys:192.0.2.1/32=a\\x20b\\x1b\\x2c\n"), std::string::npos) << table.out;
  for (const char* format : {"-J", "--json-lines"})
    EXPECT_EQ(run_skq({"-tlieo", format}).out.find("md5"), std::string::npos);
}

TEST_F(Details, FilterOfAPacketSocket) {
  const UniqueFd made(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  ASSERT_TRUE(made.valid());
  std::array<sock_filter, 4> steps{{BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
                                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 0, 1), BPF_STMT(BPF_RET | BPF_K, 64),
                                    BPF_STMT(BPF_RET | BPF_K, 0)}};
  const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
  ASSERT_EQ(setsockopt(made.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
  const UniqueFd bare(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  const Rows rows = list({"-0a"}, "inode,bpf_filter,bpf_length,bpf_text");
  const Row& row = rows.one("inode", inode_text(made.get()));
  EXPECT_EQ(row.text("bpf_filter"), "0x28 0 0 12, 0x15 0 1 2054, 0x06 0 0 64, 0x06 0 0 0");
  EXPECT_EQ(row.number("bpf_length"), 4U);
  EXPECT_EQ(row.text("bpf_text"), "bpf filter (4):  0x28 0 0 12, 0x15 0 1 2054, 0x06 0 0 64, 0x06 0 0 0,");
  EXPECT_TRUE(rows.one("inode", inode_text(bare.get())).is_null("bpf_filter"));
  // -e asks for what is dear only when it is shown.
  EXPECT_EQ(run_skq({"-0ae"}).out.find("bpf"), std::string::npos);
}

}  // namespace
}  // namespace live
