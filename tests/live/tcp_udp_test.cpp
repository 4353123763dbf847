// tcp and udp: both ends joined over loopback, states without a descriptor, drops.
#include <netinet/tcp.h>

#include <algorithm>
#include <ostream>

#include "live_test.h"

namespace live {
namespace {

using TcpUdp = LiveTest;

constexpr const char* columns =
    "family,netid,state,inode,cookie,recv_q,send_q,local,peer,local_addr,local_port,peer_addr,peer_port,owners,peer_"
    "owners,"
    "peer_pid,peer_comm,peer_fd,drops,dev";

const Row& row_of(const Rows& rows, int fd) { return rows.one("inode", std::to_string(inode_of(fd))); }

struct Hosts {
  const char* name;
  const char* listener;
  const char* client;
  const char* server_family;
  const char* client_family;
};

void PrintTo(const Hosts& hosts, std::ostream* out) { *out << hosts.name; }

class Ends : public LiveTest, public testing::WithParamInterface<Hosts> {};

TEST_P(Ends, TcpPeersAreJoinedAcrossTwoProcesses) {
  const Hosts& hosts = GetParam();
  const UniqueFd listener = tcp_listener(hosts.listener, 4010);
  Pair pair = tcp_pair(listener.get(), hosts.client, 4010);
  ASSERT_TRUE(pair.a.valid() && pair.b.valid());
  const Child server({pair.b.get()}, [] { return true; });
  const int server_fd = pair.b.get();
  const std::uint32_t server_inode = inode_of(server_fd);
  pair.b.reset();
  const Rows rows = list({"-tp"}, columns);
  const Row& client = row_of(rows, pair.a.get());
  const Row& served = rows.one("inode", std::to_string(server_inode));
  EXPECT_EQ(client.holders("peer_owners"), (std::vector<Holder>{{server.pid(), own_comm(), server_fd}}));
  EXPECT_EQ(served.holders("peer_owners"), (std::vector<Holder>{{getpid(), own_comm(), pair.a.get()}}));
  EXPECT_EQ(client.text("family"), hosts.client_family);
  EXPECT_EQ(served.text("family"), hosts.server_family);
  EXPECT_EQ(client.number("peer_port"), 4010U);
  EXPECT_EQ(client.number("local_port"), local_port(pair.a.get()));
  EXPECT_EQ(served.number("peer_port"), local_port(pair.a.get()));
  EXPECT_EQ(client.text("cookie"), cookie_of(pair.a.get()));
}

TEST_P(Ends, ConnectedUdpPeersAreJoined) {
  const Hosts& hosts = GetParam();
  const UniqueFd server = inet_bound(hosts.listener, 4011, SOCK_DGRAM);
  const UniqueFd client = inet_client(hosts.client, 4011, SOCK_DGRAM);
  const Rows rows = list({"-uap"}, columns);
  const Row& row = row_of(rows, client.get());
  EXPECT_EQ(row.number("peer_pid"), static_cast<std::uint64_t>(getpid()));
  EXPECT_EQ(row.number("peer_fd"), static_cast<std::uint64_t>(server.get()));
  EXPECT_TRUE(row_of(rows, server.get()).is_null("peer_owners"));
  EXPECT_TRUE(row_of(rows, server.get()).is_null("peer_addr"));
  EXPECT_TRUE(row_of(rows, server.get()).is_null("peer_port"));
}

INSTANTIATE_TEST_SUITE_P(Over, Ends,
                         testing::Values(Hosts{"v4", "127.0.0.1", "127.0.0.1", "inet", "inet"},
                                         Hosts{"v6", "::1", "::1", "inet6", "inet6"},
                                         Hosts{"mapped_server", "::", "127.0.0.1", "inet6", "inet"},
                                         Hosts{"mapped_both", "::", "::ffff:127.0.0.1", "inet6", "inet6"},
                                         Hosts{"other_loopback_address", "127.0.0.9", "127.0.0.9", "inet", "inet"}),
                         [](const auto& hosts) { return hosts.param.name; });

TEST_F(TcpUdp, PeersAreFoundInTablesAndStatesThatAreNotShown) {
  const UniqueFd listener = tcp_listener("::", 4012);
  const Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4012);
  EXPECT_EQ(row_of(list({"-t4"}, columns), pair.a.get()).number("peer_pid"), static_cast<std::uint64_t>(getpid()));
  const UniqueFd server = inet_bound("127.0.0.1", 4013, SOCK_DGRAM);
  const UniqueFd client = inet_client("127.0.0.1", 4013, SOCK_DGRAM);
  const Rows rows = list({"-u"}, columns);
  EXPECT_EQ(rows.size(), 1U);
  EXPECT_EQ(row_of(rows, client.get()).number("peer_fd"), static_cast<std::uint64_t>(server.get()));
}

TEST_F(TcpUdp, TimeWaitHasNoInodeAndNobody) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4012);
  for (int i = 0; i < 3; ++i) {
    Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4012);
    pair.a.reset();
    pair.b.reset();
  }
  const Finished finished = run_skq({"-tap", "state", "time-wait", "--format=raw", "-c", columns});
  const Rows rows(finished.out);
  ASSERT_EQ(rows.size(), 3U) << finished.err;
  for (const Row& row : rows.all()) {
    EXPECT_EQ(row.text("state"), "TIME-WAIT");
    EXPECT_TRUE(row.is_null("inode"));
    EXPECT_EQ(row.raw("owners"), "[]");
    EXPECT_EQ(rows.count("cookie", row.text("cookie")), 1U);
    EXPECT_EQ(row.number("peer_port"), 4012U);
  }
  EXPECT_EQ(finished.err, "") << "nobody can own them, so nothing is missing";
}

TEST_F(TcpUdp, ConnectionsNotYetAcceptedHaveNoInode) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4013);
  const UniqueFd client = inet_client("127.0.0.1", 4013);
  ASSERT_TRUE(send_text(client.get(), "hello"));
  const Rows rows = list({"-tap"}, columns);
  ASSERT_EQ(rows.size(), 3U);
  const auto embryo =
      std::find_if(rows.all().begin(), rows.all().end(), [](const Row& row) { return row.is_null("inode"); });
  ASSERT_NE(embryo, rows.all().end());
  EXPECT_EQ(embryo->text("state"), "ESTAB");
  EXPECT_EQ(embryo->number("recv_q"), 5U);
  EXPECT_EQ(embryo->number("local_port"), 4013U);
  EXPECT_EQ(embryo->raw("owners"), "[]");
  EXPECT_EQ(embryo->number("peer_pid"), static_cast<std::uint64_t>(getpid()));
  EXPECT_EQ(row_of(rows, client.get()).raw("peer_owners"), "[]");
}

TEST_F(TcpUdp, DropsOfAFullUdpReceiver) {
  const UniqueFd receiver = inet_bound("127.0.0.1", 4014, SOCK_DGRAM);
  set_option(receiver.get(), SO_RCVBUF, 1);
  const UniqueFd sender = inet_client("127.0.0.1", 4014, SOCK_DGRAM);
  for (int i = 0; i < 100; ++i) send_text(sender.get(), std::string(500, 'x'));
  const auto memory = memory_of(receiver.get());
  ASSERT_GT(memory[drops], 50U);
  const Rows rows = list({"-ua"}, columns);
  EXPECT_EQ(row_of(rows, receiver.get()).number("drops"), memory[drops]);
  EXPECT_EQ(row_of(rows, receiver.get()).number("recv_q"), memory[rmem_alloc]);
  const Rows dropping = list({"-ua", "--where", "drops > 50"}, columns);
  EXPECT_EQ(dropping.size(), 1U);
}

TEST_F(TcpUdp, CloseWaitCountsTheFin) {
  const UniqueFd listener = tcp_listener("::1", 4015);
  Pair pair = tcp_pair(listener.get(), "::1", 4015);
  ASSERT_TRUE(send_text(pair.a.get(), "12345"));
  shutdown(pair.a.get(), SHUT_WR);
  ASSERT_TRUE(reaches_tcp_state(pair.b.get(), TCP_CLOSE_WAIT) && reaches_tcp_state(pair.a.get(), TCP_FIN_WAIT2));
  const Rows rows = list({"-ta"}, columns);
  EXPECT_EQ(row_of(rows, pair.b.get()).text("state"), "CLOSE-WAIT");
  EXPECT_EQ(row_of(rows, pair.b.get()).number("recv_q"), 6U);
  EXPECT_EQ(row_of(rows, pair.a.get()).text("state"), "FIN-WAIT-2");
}

// Linux 6.8 and later list sockets that are bound and nothing else; ss asks for them since the same time only.
TEST_F(TcpUdp, BoundAndNothingElse) {
  const UniqueFd bound = inet_bound("127.0.0.1", 4017, SOCK_STREAM);
  const Rows rows = list({"-ta"}, columns);
  if (rows.size() == 0) GTEST_SKIP() << "this kernel does not list them";
  EXPECT_EQ(row_of(rows, bound.get()).text("state"), "UNCONN");
  EXPECT_EQ(row_of(rows, bound.get()).text("local"), "127.0.0.1:4017");
  EXPECT_EQ(list({"-tl"}, columns).size(), 0U);
}

TEST_F(TcpUdp, BoundToADevice) {
  const UniqueFd bound = inet_socket("127.0.0.1", SOCK_DGRAM);
  ASSERT_EQ(setsockopt(bound.get(), SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), 0);
  const InetAddress at = inet_address("0.0.0.0", 4016);
  ASSERT_EQ(bind(bound.get(), at.get(), at.length), 0);
  const Rows rows = list({"-ua"}, columns);
  EXPECT_EQ(row_of(rows, bound.get()).text("dev"), "lo");
  EXPECT_EQ(row_of(rows, bound.get()).text("local"), "0.0.0.0%lo:4016");
}

}  // namespace
}  // namespace live
