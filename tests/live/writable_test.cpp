// `writable` against poll(POLLOUT) on the very sockets, at every level from empty to full: the kernel's rules differ by
// family, and "blocked" is not "full".
#include <netinet/udp.h>

#include <functional>

#include "live_test.h"

namespace live {
namespace {

using Writable = LiveTest;

constexpr int levels = 48;

// Every level on a socket of its own, so that one run of skq tells them all.
struct Filled {
  std::vector<Pair> pairs;
};

Filled fill_pairs(int type, std::size_t message_size, int buffer) {
  Filled filled;
  for (int level = 0; level < levels; ++level) {
    Pair pair = unix_pair(type);
    set_option(pair.a.get(), SO_SNDBUF, buffer);
    const std::string message(message_size, 'x');
    for (int i = 0; i < level; ++i) send(pair.a.get(), message.data(), message.size(), MSG_DONTWAIT);
    filled.pairs.push_back(std::move(pair));
  }
  return filled;
}

struct Seen {
  int yes = 0, no = 0;
};

Seen expect_as_poll_says(const Rows& rows, const std::vector<Pair>& pairs) {
  Seen seen;
  for (const Pair& pair : pairs) {
    for (const int fd : {pair.a.get(), pair.b.get()}) {
      const Row& row = rows.one("inode", std::to_string(inode_of(fd)));
      const auto memory = memory_of(fd);
      EXPECT_EQ(row.boolean("writable"), can_write_now(fd))
          << "wmem " << memory[wmem_alloc] << " queued " << memory[wmem_queued] << " sndbuf " << memory[sndbuf];
    }
    ++(can_write_now(pair.a.get()) ? seen.yes : seen.no);
  }
  return seen;
}

class UnixWritable : public LiveTest, public testing::WithParamInterface<int> {};

TEST_P(UnixWritable, AsPollSaysAtEveryLevel) {
  for (const std::size_t message_size : {std::size_t{1}, std::size_t{600}, std::size_t{4000}}) {
    const Filled filled = fill_pairs(GetParam(), message_size, 40000);
    const Rows rows = list({"-xa"}, "inode,writable");
    const Seen seen = expect_as_poll_says(rows, filled.pairs);
    EXPECT_GT(seen.yes, 0);
    EXPECT_GT(seen.no, 0);
  }
}

// Exactly a quarter of sndbuf is not writable: the kernel counts from one.
TEST_P(UnixWritable, ExactlyAQuarter) {
  const Pair probe = unix_pair(GetParam());
  ASSERT_TRUE(send_text(probe.a.get(), "x"));
  const int one_message = static_cast<int>(memory_of(probe.a.get())[wmem_alloc]);
  std::vector<Pair> pairs;
  for (const int more : {-8, -4, -2, 0, 2, 4, 8, 16}) {
    Pair pair = unix_pair(GetParam());
    set_option(pair.a.get(), SO_SNDBUF, one_message * 4 + more);  // the kernel doubles it
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(send_text(pair.a.get(), "x"));
    pairs.push_back(std::move(pair));
  }
  const Rows rows = list({"-xa"}, "inode,writable");
  const Seen seen = expect_as_poll_says(rows, pairs);
  EXPECT_GT(seen.yes, 0);
  EXPECT_GT(seen.no, 0);
}

INSTANTIATE_TEST_SUITE_P(Types, UnixWritable, testing::Values(SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM),
                         [](const auto& type) {
                           return type.param == SOCK_STREAM  ? "stream"
                                  : type.param == SOCK_DGRAM ? "dgram"
                                                             : "seqpacket";
                         });

// To whom a datagram client sends decides whether it may write, unless its own memory already forbids it.
TEST_F(Writable, AbsentWhereTheReceiverDecides) {
  const std::string name("\0receiver", 9);
  const UniqueFd receiver = unix_bound(SOCK_DGRAM, name);
  const UniqueFd sender = unix_client(SOCK_DGRAM, name);
  ASSERT_TRUE(send_text(sender.get(), "x"));
  const Rows rows = list({"-xa"}, "inode,writable");
  EXPECT_TRUE(rows.one("inode", std::to_string(inode_of(sender.get()))).is_null("writable"));
}

TEST_F(Writable, TcpAsPollSaysAtEveryLevel) {
  const UniqueFd listener = tcp_listener("127.0.0.1", 4003);
  std::vector<Pair> pairs;
  for (int level = 0; level < levels; ++level) {
    Pair pair = tcp_pair(listener.get(), "127.0.0.1", 4003);
    set_option(pair.a.get(), SO_SNDBUF, 50000);
    set_option(pair.b.get(), SO_RCVBUF, 4000);
    const std::string message(8000, 'x');
    for (int i = 0; i < level; ++i) send(pair.a.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    pairs.push_back(std::move(pair));
  }
  usleep(300'000);  // until what is in flight has settled
  const Rows rows = list({"-t"}, "inode,writable");
  const Seen seen = expect_as_poll_says(rows, pairs);
  EXPECT_GT(seen.yes, 0);
  EXPECT_GT(seen.no, 0);
}

// Loopback takes datagrams at once; a corked one stays and is charged to the sender.
TEST_F(Writable, UdpAsPollSaysAtEveryLevel) {
  const UniqueFd receiver = inet_bound("127.0.0.1", 4004, SOCK_DGRAM);
  std::vector<Pair> pairs;
  for (int level = 0; level < levels; ++level) {
    Pair pair{inet_client("127.0.0.1", 4004, SOCK_DGRAM), inet_client("127.0.0.1", 4004, SOCK_DGRAM)};
    set_option(pair.a.get(), SO_SNDBUF, 20000);
    const std::string piece(1000, 'x');
    for (int i = 0; i < level; ++i) send(pair.a.get(), piece.data(), piece.size(), MSG_MORE | MSG_DONTWAIT);
    pairs.push_back(std::move(pair));
  }
  const Rows rows = list({"-u"}, "inode,writable");
  const Seen seen = expect_as_poll_says(rows, pairs);
  EXPECT_GT(seen.yes, 0);
  EXPECT_GT(seen.no, 0);
}

}  // namespace
}  // namespace live
