// Every word that -o -i -e -m --tos --cgroup --inet-sockopt -b and -p print, in ss's order and on ss's lines, for
// sockets of all kinds. Each row is compared as one text, blanks apart.
//
// Justified differences, each made equal in `comparable` and nowhere else:
//
//  - Time goes on between the two: the time in timer:(…), lastsnd, lastrcv, lastack, busy and what is told in percent
//  of
//    it keep their name and must have the right shape.
//  - ss 6.1 prints 9.501 seconds as 9.501ms.
//  - ss has a line with nothing but a tab where the kernel told nothing (TIME-WAIT under -i); skq has no such line.
//  - Words that this ss does not have yet: usec_ts, rcv_wnd, rehash.
//  - seq, sfseq, ssnoff and maplen of a subflow: hexadecimal in ss 6.1, decimal in later ones and here.
//  - unix -e: ss lacks uid and cookie, and prints a wrong dev: (the kernel's number read with the C library's macros).
//  - -p: where nobody is known ss has nothing in the column, and skq a dash.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <regex>
#include <sstream>

#include "live_test.h"

namespace live {
namespace {

using Line = std::vector<std::string>;

void set(int fd, int level, int option, int value) { setsockopt(fd, level, option, &value, sizeof value); }

/// Sockets with every detail that they can be given.
class DetailedSockets {
 public:
  explicit DetailedSockets(const std::string& folder) {
    add_tcp("127.0.0.1", 4601);
    add_tcp("::1", 4602);
    add_stuck();
    add_udp();
    add_mptcp();
    add_unix(folder);
    add_packet(SOCK_RAW, ETH_P_ARP, 2);
    add_packet(SOCK_DGRAM, ETH_P_IP, 0);
    usleep(400'000);  // until acknowledgements have come and last times are not 0
  }

 private:
  int keep(UniqueFd fd) {
    EXPECT_TRUE(fd.valid());
    kept_.push_back(std::move(fd));
    return kept_.back().get();
  }

  void add_tcp(const std::string& host, std::uint16_t port) {
    const int listener = keep(tcp_listener(host, port, 20));
    for (const char* cong : {"reno", "cubic", "bbr", "dctcp", "vegas"}) {
      UniqueFd client = inet_socket(host, SOCK_STREAM);
      if (setsockopt(client.get(), IPPROTO_TCP, TCP_CONGESTION, cong, static_cast<socklen_t>(std::strlen(cong))) != 0)
        continue;
      inet_connect(client.get(), host, port);
      const int server = keep(accepted(listener));
      send_text(client.get(), std::string(20'000, 'x'));
      send_text(server, "an answer");
      keep(std::move(client));
    }
    Pair marked = tcp_pair(listener, host, port);
    set(marked.a.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
    set(marked.a.get(), IPPROTO_TCP, TCP_KEEPIDLE, 5000);
    set(marked.a.get(), SOL_SOCKET, SO_MARK, 77);
    set(marked.a.get(), SOL_SOCKET, SO_PRIORITY, 3);
    set(marked.a.get(), SOL_SOCKET, SO_MAX_PACING_RATE, 1'000'000);
    set(marked.b.get(), IPPROTO_IP, IP_TOS, 0x20);
    set(marked.b.get(), IPPROTO_IPV6, IPV6_TCLASS, 0x48);
    set(marked.b.get(), IPPROTO_IP, IP_FREEBIND, 1);
    keep(std::move(marked.a));
    keep(std::move(marked.b));
    Pair half = tcp_pair(listener, host, port);
    shutdown(half.a.get(), SHUT_WR);
    keep(std::move(half.a));
    keep(std::move(half.b));
    Pair gone = tcp_pair(listener, host, port);  // TIME-WAIT
    gone.a.reset();
    gone.b.reset();
  }

  // A sender whose peer does not read: busy, rwnd_limited, notsent, and a timer that fires again and again.
  void add_stuck() {
    const int listener = keep(tcp_listener("127.0.0.1", 4603));
    Pair pair = tcp_pair(listener, "127.0.0.1", 4603);
    send_until_full(pair.a.get(), 10'000);
    keep(std::move(pair.a));
    keep(std::move(pair.b));
  }

  void add_udp() {
    const int bound = keep(inet_bound("127.0.0.1", 4604, SOCK_DGRAM));
    set(bound, IPPROTO_IP, IP_RECVERR, 1);
    set(bound, IPPROTO_IP, IP_TOS, 0x10);
    keep(inet_client("127.0.0.1", 4604, SOCK_DGRAM));
    const int v6 = keep(inet_bound("::1", 4605, SOCK_DGRAM));
    set(v6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set(v6, IPPROTO_IPV6, IPV6_TCLASS, 0x10);
  }

  void add_mptcp() {
    constexpr int mptcp = 262;
    UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, mptcp));
    UniqueFd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, mptcp));
    if (!listener.valid() || !client.valid()) return;
    const InetAddress at = inet_address("127.0.0.1", 4606);
    ASSERT_EQ(bind(listener.get(), at.get(), at.length), 0);
    ASSERT_EQ(listen(listener.get(), 3), 0);
    ASSERT_EQ(connect(client.get(), at.get(), at.length), 0);
    keep(accepted(listener.get()));
    keep(std::move(listener));
    keep(std::move(client));
  }

  void add_unix(const std::string& folder) {
    for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
      const std::string name = folder + "/detailed" + std::to_string(type);
      const int listener = keep(unix_listener(type, name, 4));
      keep(unix_client(type, name));
      keep(accepted(listener));
      keep(unix_client(type, name));
      Pair half = unix_pair(type);
      shutdown(half.a.get(), SHUT_WR);
      send_text(half.b.get(), "unread");
      keep(std::move(half.a));
      keep(std::move(half.b));
    }
    keep(unix_bound(SOCK_DGRAM, folder + "/detailed_dgram"));
  }

  void add_packet(int type, std::uint16_t protocol, int version) {
    const int made = keep(UniqueFd(socket(AF_PACKET, type | SOCK_CLOEXEC, 0)));
    std::array<sock_filter, 2> steps{{BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12), BPF_STMT(BPF_RET | BPF_K, 0)}};
    const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
    setsockopt(made, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
    if (version != 0) {
      set(made, SOL_PACKET, PACKET_VERSION, TPACKET_V2);
      set(made, SOL_PACKET, PACKET_AUXDATA, 1);
      const tpacket_req ring{4096, 2, 2048, 4};
      setsockopt(made, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring);
    }
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(protocol);
    at.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
    bind(made, reinterpret_cast<const sockaddr*>(&at), sizeof at);
    if (version != 0) set(made, SOL_PACKET, PACKET_FANOUT, 7 | PACKET_FANOUT_LB << 16);
    keep(UniqueFd(socket(AF_PACKET, type | SOCK_CLOEXEC, 0)));
  }

  std::vector<UniqueFd> kept_;
};

std::string replaced(const std::string& text, const char* pattern, const char* by) {
  return std::regex_replace(text, std::regex(pattern), by);
}

// One word an element; `|` where a line ends within a row.
std::string comparable(const std::string& row, bool unix_row) {
  std::istringstream in(row);
  std::string out, word;
  while (in >> word) out += (out.empty() ? "" : " ") + word;
  out = replaced(out, R"(( \|)+$)", "");
  out = replaced(out, R"(timer:\((\w+),(\d+min)?(\d+sec)?((\d+\.)?\d+(ms|sec))?,\d+\))", "timer:($1,TIME,N)");
  out = replaced(out, R"( (lastsnd|lastrcv|lastack):\d+)", " $1:N");
  out = replaced(out, R"( (busy|rwnd_limited|sndbuf_limited):\d+ms(\(\d+\.\d%\))?)", " $1:TIME");
  out = replaced(out, R"( (rcv_wnd|rehash):\d+| usec_ts)", "");
  out = replaced(out, R"( (seq|sfseq|ssnoff|maplen):[0-9a-f]+)", " $1:N");
  out = replaced(out, R"( -( |$))", "$1");
  if (unix_row) {
    out = replaced(out, R"( sk:[0-9a-f]+)", "");
    out = replaced(out, R"( (uid|dev):[0-9/]+)", "");
    out = replaced(out, R"( peer:(pending|dead))", "");
  }
  return out;
}

// Rows with their lines below joined behind a `|`.
std::vector<std::string> rows_of(const std::string& text, bool with_header, bool unix_rows) {
  std::vector<std::string> rows;
  std::istringstream in(text);
  std::string line;
  if (with_header) std::getline(in, line);
  while (std::getline(in, line)) {
    if (line.starts_with('\t') && !rows.empty()) {
      rows.back() += " | " + line;
      continue;
    }
    std::istringstream words(line);
    std::string word, row;
    while (words >> word) row += word + " ";
    rows.push_back(row);
  }
  for (std::string& row : rows) row = comparable(row, unix_rows);
  std::sort(rows.begin(), rows.end());
  return rows;
}

class DifferentialDetails : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    SKIP_WITHOUT("ss");
    sockets_ = std::make_unique<DetailedSockets>(folder());
  }

  void expect_equal(const std::vector<Line>& lines) {
    std::size_t rows = 0;
    for (const Line& line : lines) {
      std::string difference = difference_of(line, rows);
      for (int again = 0; again < 3 && !difference.empty(); ++again) difference = difference_of(line, rows);
      EXPECT_EQ(difference, "") << "ss " << as_shell(line);
    }
    std::printf("%zu command lines, %zu rows compared\n", lines.size(), rows);
  }

 private:
  // A timer may fire between the two: the caller asks again.
  static std::string difference_of(const Line& line, std::size_t& rows) {
    Line ss{"ss"}, ours{"-c", "@ss"};
    bool with_header = true, unix_rows = false;
    for (const std::string& word : line) {
      if (word == "-H") with_header = false;
      if (word.starts_with("-x")) unix_rows = true;
      ss.push_back(word);
      ours.push_back(word);
    }
    const Finished theirs = run(ss), mine = run_skq(ours);
    if (theirs.exit != 0 || mine.exit != 0) return theirs.err + mine.err + " (failed)";
    const auto expected = rows_of(theirs.out, with_header, unix_rows);
    const auto got = rows_of(mine.out, with_header, unix_rows);
    rows += expected.size();
    if (expected.empty()) return "no rows to compare";
    if (expected == got) return {};
    std::vector<std::string> only;
    std::string text = "only ss:\n";
    std::set_difference(expected.begin(), expected.end(), got.begin(), got.end(), std::back_inserter(only));
    for (const std::string& row : only) text += row + "\n";
    only.clear();
    std::set_difference(got.begin(), got.end(), expected.begin(), expected.end(), std::back_inserter(only));
    text += "only skq:\n";
    for (const std::string& row : only) text += row + "\n";
    return text;
  }

  std::unique_ptr<DetailedSockets> sockets_;
};

TEST_F(DifferentialDetails, Tcp) {
  expect_equal({{"-to"},
                {"-tao"},
                {"-tano"},
                {"-ti"},
                {"-tai"},
                {"-tani"},
                {"-tanoi"},
                {"-tani4"},
                {"-tani6"},
                {"-tlni"},
                {"-tne"},
                {"-tane"},
                {"-tanem"},
                {"-tanm"},
                {"-tanim"},
                {"-taniemo"},
                {"-tanp"},
                {"-tanpi"},
                {"-tanpieom"},
                {"-tani", "-O"},
                {"-tanieom", "-O"},
                {"-tani", "-H"},
                {"-tanieom", "-O", "-H"}});
}

TEST_F(DifferentialDetails, TcpWithLongOptions) {
  expect_equal({{"-tan", "--tos"},
                {"-tn", "--tos", "-4"},
                {"-tn", "--tos", "-6"},
                {"-tan", "--cgroup"},
                {"-tan", "--inet-sockopt"},
                {"-tan", "--tos", "--cgroup"},
                {"-tan", "--tos", "--cgroup", "--inet-sockopt"},
                {"-tan", "--inet-sockopt", "-O"},
                {"-tan", "--inet-sockopt", "-i"},
                {"-tan", "--inet-sockopt", "-m"},
                {"-tanieom", "--tos", "--cgroup", "--inet-sockopt"},
                {"-tanieom", "--tos", "--cgroup", "--inet-sockopt", "-O", "-H"},
                {"--tcp", "--all", "--numeric", "--info", "--options", "--extended", "--memory", "--processes"}});
}

TEST_F(DifferentialDetails, Udp) {
  expect_equal({{"-uano"},
                {"-uani"},
                {"-uane"},
                {"-uanm"},
                {"-uanimeo"},
                {"-uanp"},
                {"-uan", "--tos"},
                {"-uan", "--cgroup"},
                {"-uan", "--inet-sockopt"},
                {"-uanieom", "--tos", "--cgroup", "--inet-sockopt"},
                {"-uanieom", "--inet-sockopt", "-O", "-H"}});
}

TEST_F(DifferentialDetails, BothProtocols) {
  expect_equal({{"-tuanoi"},
                {"-tuaniem"},
                {"-tuan4", "-ieo", "--tos"},
                {"-tuan6", "-ieom", "--tos", "--cgroup"},
                {"-tuan", "-O", "-ieom"},
                {"-tulnei"}});
}

TEST_F(DifferentialDetails, Unix) {
  expect_equal({{"-xae"},
                {"-xaem"},
                {"-xam"},
                {"-xapm"},
                {"-xapem"},
                {"-xao"},
                {"-xai"},
                {"-xaiemo", "--tos", "--cgroup", "--inet-sockopt"},
                {"-xaem", "-O"},
                {"-xaem", "-H"},
                {"-xle"}});
}

TEST_F(DifferentialDetails, Packet) {
  expect_equal({{"-0ae"},
                {"-0ab"},
                {"-0abe"},
                {"-0abm"},
                {"-0abem"},
                {"-0am"},
                {"-0abp"},
                {"-0abem", "-O"},
                {"-0abem", "-H"},
                {"-0abemio", "--tos", "--cgroup", "--inet-sockopt", "-n"}});
}

}  // namespace
}  // namespace live
