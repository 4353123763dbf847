// The other end of unix sockets, and what its absence means: none, not yet accepted, dead.
#include "live_test.h"

namespace live {
namespace {

using UnixPeer = LiveTest;

constexpr const char* columns = "inode,state,shutdown,peer_inode,peer_status,peer_owners,peer_pid,local,peer";

const Row& row_of(const Rows& rows, int fd) { return rows.one("inode", std::to_string(inode_of(fd))); }

std::string abstract(const std::string& name) { return std::string(1, '\0') + name; }

TEST_F(UnixPeer, NoneOfASocketThatIsNotConnected) {
  const UniqueFd lonely = unix_socket(SOCK_DGRAM);
  const UniqueFd listener = unix_listener(SOCK_STREAM, abstract("l"), 1);
  const Rows rows = list({"-xap"}, columns);
  for (const int fd : {lonely.get(), listener.get()}) {
    EXPECT_TRUE(row_of(rows, fd).is_null("peer_inode"));
    EXPECT_TRUE(row_of(rows, fd).is_null("peer_owners"));
    EXPECT_EQ(row_of(rows, fd).text("peer_status"), "none");
    EXPECT_EQ(row_of(rows, fd).text("peer"), "* 0");
  }
}

TEST_F(UnixPeer, NotYetAccepted) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, abstract("l"), 5);
  const UniqueFd client = unix_client(SOCK_STREAM, abstract("l"));
  const Rows rows = list({"-xa"}, columns);
  EXPECT_EQ(row_of(rows, client.get()).number("peer_inode"), 0U);
  EXPECT_EQ(row_of(rows, client.get()).text("peer_status"), "pending");
}

// A client that shut both directions while it waits looks like one whose peer died; only the listener's list tells.
TEST_F(UnixPeer, NotYetAcceptedThoughShutDown) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, abstract("l"), 5);
  const UniqueFd client = unix_client(SOCK_STREAM, abstract("l"));
  shutdown(client.get(), SHUT_RDWR);
  const Rows rows = list({"-xa"}, columns);
  EXPECT_EQ(row_of(rows, client.get()).text("shutdown"), "rdwr");
  EXPECT_EQ(row_of(rows, client.get()).text("peer_status"), "pending");
  // Also where listeners are not shown: only their lists can tell.
  EXPECT_EQ(row_of(list({"-x"}, columns), client.get()).text("peer_status"), "pending");
}

TEST_F(UnixPeer, DeadStream) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    Pair pair = unix_pair(type);
    pair.b.reset();
    const Rows rows = list({"-xap"}, columns);
    EXPECT_EQ(row_of(rows, pair.a.get()).number("peer_inode"), 0U);
    EXPECT_EQ(row_of(rows, pair.a.get()).text("peer_status"), "dead");
    EXPECT_TRUE(row_of(rows, pair.a.get()).is_null("peer_pid"));
  }
}

TEST_F(UnixPeer, DeadDatagramServer) {
  UniqueFd server = unix_bound(SOCK_DGRAM, abstract("s"));
  const UniqueFd client = unix_client(SOCK_DGRAM, abstract("s"));
  server.reset();
  const Rows rows = list({"-xap"}, columns);
  EXPECT_EQ(row_of(rows, client.get()).number("peer_inode"), 0U);
  EXPECT_EQ(row_of(rows, client.get()).text("peer_status"), "dead");
  EXPECT_EQ(row_of(rows, client.get()).text("state"), "ESTAB");
}

TEST_F(UnixPeer, DatagramSocketConnectedToItself) {
  const UniqueFd self = unix_bound(SOCK_DGRAM, abstract("self"));
  ASSERT_TRUE(unix_connect(self.get(), abstract("self")));
  const Rows rows = list({"-xap"}, columns);
  const Row& row = row_of(rows, self.get());
  EXPECT_EQ(row.number("peer_inode"), inode_of(self.get()));
  EXPECT_EQ(row.text("peer_status"), "connected");
  EXPECT_EQ(row.number("peer_pid"), static_cast<std::uint64_t>(getpid()));
}

TEST_F(UnixPeer, DatagramServerHasNoPeerThoughItsClientsHave) {
  const UniqueFd server = unix_bound(SOCK_DGRAM, abstract("s"));
  const UniqueFd client = unix_client(SOCK_DGRAM, abstract("s"));
  const Rows rows = list({"-xa"}, columns);
  EXPECT_TRUE(row_of(rows, server.get()).is_null("peer_inode"));
  EXPECT_EQ(row_of(rows, client.get()).number("peer_inode"), inode_of(server.get()));
}

TEST_F(UnixPeer, ShutdownOfEachDirectionAndWhatThePeerSees) {
  struct Case {
    int how;
    const char* own;
    const char* other;
  };
  for (const Case& one : {Case{SHUT_RD, "rd", "wr"}, Case{SHUT_WR, "wr", "rd"}, Case{SHUT_RDWR, "rdwr", "rdwr"}}) {
    const Pair pair = unix_pair(SOCK_STREAM);
    shutdown(pair.a.get(), one.how);
    const Rows rows = list({"-xa"}, columns);
    EXPECT_EQ(row_of(rows, pair.a.get()).text("shutdown"), one.own);
    EXPECT_EQ(row_of(rows, pair.b.get()).text("shutdown"), one.other);
    EXPECT_EQ(row_of(rows, pair.a.get()).text("peer_status"), "connected");
  }
}

// What ss has promised and never done: dst finds the sockets that are connected to a name.
TEST_F(UnixPeer, DstFindsClientsByTheirServersName) {
  const UniqueFd listener = unix_listener(SOCK_STREAM, file("server"), 5);
  const UniqueFd client = unix_client(SOCK_STREAM, file("server"));
  const UniqueFd server = accepted(listener.get());
  const UniqueFd other = unix_listener(SOCK_STREAM, file("other"), 5);
  const Rows rows = list({"-xa", "dst", file("serv*")}, columns);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.all()[0].number("inode"), inode_of(client.get()));
  const Rows ends = list({"-xa", "src", file("server")}, columns);
  EXPECT_EQ(ends.size(), 2U);
}

}  // namespace
}  // namespace live
