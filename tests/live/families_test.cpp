// mptcp and tcp sockets that are bound and idle against the running kernel; and what is said of families it lacks.
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <set>
#include <sstream>

#include "live_test.h"

namespace live {
namespace {

using Families = LiveTest;

constexpr int protocol_mptcp = 262;
constexpr int level_mptcp = 284, option_info = 1;  // include/linux/socket.h SOL_MPTCP, MPTCP_INFO

UniqueFd mptcp_socket() { return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, protocol_mptcp)); }

struct Connection {
  UniqueFd listener, client, server;
};

Connection connection(std::uint16_t port) {
  Connection made;
  made.listener = mptcp_socket();
  const InetAddress address = inet_address("127.0.0.1", port);
  EXPECT_EQ(::bind(made.listener.get(), address.get(), address.length), 0);
  EXPECT_EQ(::listen(made.listener.get(), 4), 0);
  made.client = mptcp_socket();
  EXPECT_EQ(::connect(made.client.get(), address.get(), address.length), 0);
  made.server = accepted(made.listener.get());
  return made;
}

/// struct mptcp_info as the socket itself tells it.
std::vector<std::byte> info_of(int fd) {
  std::vector<std::byte> info(512);
  auto size = static_cast<socklen_t>(info.size());
  EXPECT_EQ(::getsockopt(fd, level_mptcp, option_info, info.data(), &size), 0);
  info.resize(size);
  return info;
}

template <class T>
std::uint64_t member(const std::vector<std::byte>& info, std::size_t offset) {
  T value{};
  if (offset + sizeof value <= info.size()) std::memcpy(&value, info.data() + offset, sizeof value);
  return value;
}

TEST_F(Families, MptcpInfoIsTheSocketsOwn) {
  if (!mptcp_socket().valid()) GTEST_SKIP() << "no mptcp in this kernel";
  const Connection made = connection(4100);
  ASSERT_TRUE(send_text(made.client.get(), "hello"));
  std::array<char, 8> read{};
  ASSERT_EQ(::recv(made.server.get(), read.data(), 5, MSG_WAITALL), 5);
  const Rows rows =
      list({"-M"},
           "netid,inode,local_port,peer_port,mptcp_token,mptcp_write_seq,mptcp_rcv_nxt,mptcp_subflows_"
           "max,mptcp_bytes_sent,mptcp_bytes_received,mptcp_subflows_total,mptcp_remote_key,mptcp_fallback");
  EXPECT_EQ(rows.size(), 2U);
  for (const int fd : {made.client.get(), made.server.get()}) {
    const Row& row = rows.one("inode", std::to_string(inode_of(fd)));
    const std::vector<std::byte> info = info_of(fd);
    EXPECT_EQ(row.text("netid"), "mptcp");
    EXPECT_EQ(row.number("mptcp_token"), member<std::uint32_t>(info, 12));
    EXPECT_EQ(row.number("mptcp_write_seq"), member<std::uint64_t>(info, 16));
    EXPECT_EQ(row.number("mptcp_rcv_nxt"), member<std::uint64_t>(info, 32));
    EXPECT_EQ(row.number("mptcp_subflows_max"), member<std::uint8_t>(info, 3));
    EXPECT_EQ(row.boolean("mptcp_fallback"), (member<std::uint32_t>(info, 8) & 1) != 0);
    EXPECT_EQ(row.boolean("mptcp_remote_key"), (member<std::uint32_t>(info, 8) & 2) != 0);
    if (info.size() < 88) continue;
    EXPECT_EQ(row.number("mptcp_bytes_sent"), member<std::uint64_t>(info, 56));
    EXPECT_EQ(row.number("mptcp_bytes_received"), member<std::uint64_t>(info, 64));
    EXPECT_EQ(row.number("mptcp_subflows_total"), member<std::uint8_t>(info, 80));
  }
  const Row& client = rows.one("inode", std::to_string(inode_of(made.client.get())));
  EXPECT_EQ(client.number("peer_port"), 4100U);
}

// ss and skq print the token in hexadecimal and as a number; the rest of the line is the same but for the columns.
TEST_F(Families, MptcpRowsAreThoseOfSs) {
  SKIP_WITHOUT("ss");
  if (!mptcp_socket().valid()) GTEST_SKIP() << "no mptcp in this kernel";
  const Connection made = connection(4101);
  const Finished ss = run({"ss", "-HManO"});
  const Finished skq = run_skq({"-HMan", "--format=raw", "-c", "state,recv_q,send_q,local,peer"});
  const auto words = [](const std::string& text) {
    std::multiset<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
      std::istringstream cells(line);
      std::string joined;
      for (std::string cell; cells >> cell;) joined += cell + ' ';
      lines.insert(joined);
    }
    return lines;
  };
  EXPECT_EQ(words(skq.out), words(ss.out));
  EXPECT_EQ(words(skq.out).size(), 3U);
}

TEST_F(Families, ABoundAndIdleTcpSocketIsListedByItsOwnOption) {
  const UniqueFd bound = inet_bound("127.0.0.1", 4102, SOCK_STREAM);
  const UniqueFd listener = tcp_listener("127.0.0.1", 4103);
  const UniqueFd unbound = inet_socket("127.0.0.1", SOCK_STREAM);
  const std::string inode = std::to_string(inode_of(bound.get()));
  const Rows all = list({"-ta"}, "inode,state");
  if (all.count("inode", inode) == 0) GTEST_SKIP() << "the kernel is older than 6.8";
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"-B"}, {"-tB"}, {"-Ba", "-B"}, {"-t", "state", "bound-inactive"}}) {
    const Rows rows = list(options, "inode,netid,state,local_port");
    EXPECT_EQ(rows.size(), 1U) << options.back();
    const Row& row = rows.one("inode", inode);
    EXPECT_EQ(row.text("state"), "UNCONN");
    EXPECT_EQ(row.text("netid"), "tcp");
    EXPECT_EQ(row.number("local_port"), 4102U);
  }
  EXPECT_EQ(list({"-tl"}, "inode").count("inode", inode), 0U);
  EXPECT_EQ(list({"-t"}, "inode").count("inode", inode), 0U);
}

// A kernel may have them: then they are listed. Where it has not, that is said, and only to who asked.
TEST_F(Families, AFamilyThatTheKernelLacksIsAGapWhenNamed) {
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--vsock"}, {"--xdp"}, {"--tipc"}, {"-S"}, {"-d"}, {"-f", "vsock"}, {"-A", "sctp"}}) {
    std::vector<std::string> words = options;
    words.emplace_back("-J");
    const Finished named = run_skq(words);
    EXPECT_EQ(named.exit, 0) << named.err;
    const bool gap = named.out.find("\"complete\":false") != std::string::npos;
    EXPECT_EQ(gap, named.err.find("this kernel cannot list these sockets") != std::string::npos) << named.err;
    words.emplace_back("--strict");
    EXPECT_EQ(run_skq(words).exit, gap ? 3 : 0);
  }
  const Finished all = run_skq({"-a", "-J"});
  EXPECT_EQ(all.err, "");
  EXPECT_NE(all.out.find("\"complete\":true"), std::string::npos);
}

}  // namespace
}  // namespace live
