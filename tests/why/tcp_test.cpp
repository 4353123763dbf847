// The same over TCP and UDP, on loopback, where both ends are processes of this host.
#include <sys/syscall.h>
#include <unistd.h>

#include "why_test.h"

namespace why {
namespace {

class TcpTest : public WhyTest {
 protected:
  static constexpr std::uint16_t port = 4000;

  void connect_pair() {
    listener_ = live::tcp_listener("127.0.0.1", port);
    pair = live::tcp_pair(listener_.get(), "127.0.0.1", port);
    live::set_option(pair.a.get(), SO_SNDBUF, 50'000);
    live::set_option(pair.b.get(), SO_RCVBUF, 20'000);
    listener_.reset();
  }
  /// Fills until nothing has moved for a while: acknowledgements come late.
  static void fill(int fd) {
    for (int quiet = 0; quiet < 5;) {
      quiet = live::send_until_full(fd, 1000) == 0 ? quiet + 1 : 0;
      usleep(30'000);
    }
  }

  Pair pair;

 private:
  UniqueFd listener_;
};

TEST_F(TcpTest, StoppedReaderAndBlockedWriter) {
  connect_pair();
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer("writer", {to}, [&](Told& told) {
    fill(to);
    told.will_block();
    const std::vector<char> bytes(100'000);
    (void)!write(to, bytes.data(), bytes.size());
  });
  pair = {};
  ASSERT_BLOCKS(writer, write_number);
  const Answer answer = ask_why();
  expect_stuck(answer, "tcp-peer-not-reading", writer.waits(to, "write"), reader.causes(from, "stopped"));
}

TEST_F(TcpTest, StoppedReaderAndPollingWriter) {
  connect_pair();
  const int to = pair.a.get(), from = pair.b.get();
  const Call poll = wait_calls()[0];
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer("writer", {to}, [&](Told& told) {
    fill(to);
    told.will_block();
    poll.block(to);
  });
  pair = {};
  ASSERT_BLOCKS(writer, poll.number);
  const Answer answer = ask_why();
  expect_stuck(answer, "tcp-peer-not-reading", writer.waits(to, "ppoll"), reader.causes(from, "stopped"));
}

TEST_F(TcpTest, FullAcceptQueueWithABlockedConnect) {
  UniqueFd listener = live::tcp_listener("127.0.0.1", port, 0);
  const int listener_fd = listener.get();
  const UniqueFd queued = live::inet_client("127.0.0.1", port);
  ASSERT_TRUE(queued.valid());
  const Actor server = stopped_holder("server", {listener_fd});
  listener.reset();
  UniqueFd socket = live::inet_socket("127.0.0.1", SOCK_STREAM);
  const int client_fd = socket.get();
  const Actor client("client", {client_fd}, [&](Told& told) {
    told.will_block();
    live::inet_connect(client_fd, "127.0.0.1", port);
  });
  socket.reset();
  ASSERT_BLOCKS(client, SYS_connect);
  const Answer answer = ask_why();
  expect_stuck(answer, "tcp-accept-queue-full", client.waits(client_fd, "connect"),
               server.causes(listener_fd, "stopped"));
}

TEST_F(TcpTest, CloseWaitIsToldOncePerProcess) {
  UniqueFd listener = live::tcp_listener("127.0.0.1", port);
  std::vector<Pair> pairs;
  std::vector<int> kept;
  for (int at = 0; at < 10; ++at) {
    pairs.push_back(live::tcp_pair(listener.get(), "127.0.0.1", port));
    kept.push_back(pairs.back().b.get());
  }
  const Actor server = holder("server", kept);
  listener.reset();
  constexpr int close_wait = 8;
  for (Pair& each : pairs) {
    each.a.reset();
    ASSERT_TRUE(live::reaches_tcp_state(each.b.get(), close_wait)) << "situation";
  }
  pairs.clear();
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "close-wait", server.causes(-1, "sleeping"));
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->severity, "critical");
  EXPECT_EQ(answer.of_rule("close-wait").size(), 1U) << answer.text;
}

TEST_F(TcpTest, UdpReceiverWithAFullBuffer) {
  UniqueFd socket = live::inet_bound("127.0.0.1", port, SOCK_DGRAM);
  const int fd = socket.get();
  const auto inode = live::inode_of(fd);
  const UniqueFd sender = live::inet_client("127.0.0.1", port, SOCK_DGRAM);
  for (int at = 0; at < 1000; ++at) live::send_text(sender.get(), std::string(500, 'x'));
  ASSERT_GT(live::memory_of(fd)[live::drops], 0U) << "situation";
  const Actor receiver = stopped_holder("receiver", {fd});
  socket.reset();
  const Answer answer = ask_why();
  const auto* finding = expect_told(answer, "udp-receive-full", receiver.causes(fd, "stopped"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->inode, inode);
}

TEST_F(TcpTest, UdpReceiverThatDropsWhileWeLook) {
  UniqueFd socket = live::inet_bound("127.0.0.1", port, SOCK_DGRAM);
  const int fd = socket.get();
  UniqueFd out = live::inet_client("127.0.0.1", port, SOCK_DGRAM);
  const int out_fd = out.get();
  const Actor receiver = stopped_holder("receiver", {fd});
  const Actor sender("sender", {out_fd}, [&](Told& told) {
    told.will_block();
    for (;;) {
      live::send_text(out_fd, std::string(500, 'x'));
      usleep(1000);
    }
  });
  ASSERT_TRUE(await([&] { return live::memory_of(fd)[live::drops] > 0; })) << "situation";
  socket.reset();
  out.reset();
  const Answer answer = ask_why();
  expect_told(answer, "udp-receive-full", receiver.causes(fd, "stopped"));
}

}  // namespace
}  // namespace why
