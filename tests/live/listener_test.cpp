// Listeners: how many connections wait, and how many fit.
#include <fcntl.h>

#include "live_test.h"

namespace live {
namespace {

using Listener = LiveTest;

constexpr const char* columns =
    "inode,netid,state,recv_q,send_q,accept_queue,accept_limit,accept_fill,fill,drops,writable,mem";

struct Waiting {
  UniqueFd listener;
  std::vector<UniqueFd> clients;
};

void expect_listener(const Waiting& waiting, unsigned backlog_asked) {
  const Rows rows = list({"-xtl"}, columns);
  const Row& row = rows.one("inode", std::to_string(inode_of(waiting.listener.get())));
  const auto queue = waiting.clients.size();
  EXPECT_EQ(row.text("state"), "LISTEN");
  EXPECT_EQ(row.number("recv_q"), queue);
  EXPECT_EQ(row.number("send_q"), backlog_asked);
  EXPECT_EQ(row.number("accept_queue"), queue);
  EXPECT_EQ(row.number("accept_limit"), backlog_asked + 1);
  EXPECT_TRUE(row.is_null("writable"));
  EXPECT_EQ(row.text("mem"), std::to_string(queue) + "/" + std::to_string(backlog_asked + 1));
  ASSERT_TRUE(row.decimal("accept_fill").has_value());
  EXPECT_NEAR(*row.decimal("accept_fill"), 100.0 * static_cast<double>(queue) / (backlog_asked + 1), 0.01);
  EXPECT_EQ(row.raw("fill"), row.raw("accept_fill"));
}

class Backlog : public LiveTest, public testing::WithParamInterface<int> {};

TEST_P(Backlog, UnixFromEmptyToFull) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    const std::string name = std::string(1, '\0') + "l" + std::to_string(type);
    Waiting waiting{unix_listener(type, name, GetParam()), {}};
    const auto fits = static_cast<std::size_t>(GetParam()) + 1;
    expect_listener(waiting, static_cast<unsigned>(GetParam()));
    while (waiting.clients.size() < fits) {
      waiting.clients.push_back(unix_client(type, name));
      ASSERT_TRUE(waiting.clients.back().valid()) << waiting.clients.size();
      if (waiting.clients.size() == fits / 2) expect_listener(waiting, static_cast<unsigned>(GetParam()));
    }
    EXPECT_FALSE(unix_client(type, name).valid()) << "one more fits than skq says";
    expect_listener(waiting, static_cast<unsigned>(GetParam()));
  }
}

TEST_P(Backlog, TcpFromEmptyToFull) {
  Waiting waiting{tcp_listener("127.0.0.1", 4005, GetParam()), {}};
  const auto fits = static_cast<std::size_t>(GetParam()) + 1;
  while (waiting.clients.size() < fits) {
    waiting.clients.push_back(inet_client("127.0.0.1", 4005));
    ASSERT_TRUE(waiting.clients.back().valid());
  }
  expect_listener(waiting, static_cast<unsigned>(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Of, Backlog, testing::Values(0, 1, 3, 128));

TEST_F(Listener, BacklogIsCutAtSomaxconn) {
  if (!set_sysctl("net/core/somaxconn", "77")) GTEST_SKIP() << "net.core.somaxconn may not be written";
  const Waiting waiting{unix_listener(SOCK_STREAM, file("l"), 100000), {}};
  expect_listener(waiting, 77);
}

// Drops of a tcp listener are its own overflows (sk_drops, not the namespace's counters).
TEST_F(Listener, TcpOverflowsCountAsDrops) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4006, 0);
  const UniqueFd fits = inet_client("127.0.0.1", 4006);
  const UniqueFd refused = inet_socket("127.0.0.1", SOCK_STREAM | SOCK_NONBLOCK);
  inet_connect(refused.get(), "127.0.0.1", 4006);
  usleep(50'000);
  const Rows rows = list({"-tl"}, columns);
  const Row& row = rows.one("inode", std::to_string(inode_of(listener.get())));
  EXPECT_EQ(row.number("drops"), memory_of(listener.get())[drops]);
  EXPECT_GT(memory_of(listener.get())[drops], 0U);
}

}  // namespace
}  // namespace live
