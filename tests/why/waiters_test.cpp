// Who waits until a full socket can be written: by poll, select, epoll and io_uring. The reader is stopped.
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uring.h"
#include "why_test.h"

namespace why {
namespace {

class Waiters : public WhyTest, public testing::WithParamInterface<Call> {};

TEST_P(Waiters, StoppedReader) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const auto inode = live::inode_of(to);
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer = blocked_in(GetParam(), "writer", to);
  pair = {};
  ASSERT_BLOCKS(writer, GetParam().number);
  const Answer answer = ask_why();
  // What epoll was told is a number of then: which descriptor it is now is not promised.
  const bool by_epoll = GetParam().number == SYS_epoll_pwait;
  const auto* finding = expect_stuck(answer, "unix-send-blocked", writer.waits(by_epoll ? -1 : to, GetParam().syscall),
                                     reader.causes(from, "stopped"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->inode, inode);
}

INSTANTIATE_TEST_SUITE_P(, Waiters, testing::ValuesIn(wait_calls()), [](const auto& test) { return test.param.name; });

using OtherWaiters = WhyTest;

// Users of EPOLLET leave EPOLLOUT set all the time: nothing says for certain that this one waits.
TEST_F(OtherWaiters, EdgeTriggeredEpollIsNeverCertain) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer("writer", {to}, [&](Told& told) {
    live::send_until_full(to, 1000);
    const int instance = epoll_create1(0);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    epoll_ctl(instance, EPOLL_CTL_ADD, to, &event);
    told.will_block();
    syscall(SYS_epoll_pwait, instance, &event, 1, -1, nullptr, 0);
  });
  pair = {};
  ASSERT_BLOCKS(writer, SYS_epoll_pwait);
  const Answer answer = ask_why();
  if (const auto* finding = answer.of_waiter(writer.pid())) {
    EXPECT_NE(finding->confidence, "certain") << finding->title;
    EXPECT_EQ(finding->inode, live::inode_of(to)) << finding->title;
  }
}

// It waits for many, and one of them is stuck.
TEST_F(OtherWaiters, AnEventLoopThatServesOthersIsAWarning) {
  Pair stuck = unix_pair(SOCK_STREAM);
  std::vector<Pair> served;
  for (int at = 0; at < 5; ++at) served.push_back(unix_pair(SOCK_STREAM));
  const int to = stuck.a.get(), from = stuck.b.get();
  std::vector<int> loops{to}, clients;
  for (const Pair& pair : served) {
    loops.push_back(pair.a.get());
    clients.push_back(pair.b.get());
  }
  const Actor reader = stopped_holder("reader", {from});
  const Actor peers = holder("clients", clients);
  const Actor loop("loop", loops, [&](Told& told) {
    live::send_until_full(to, 1000);
    const int instance = epoll_create1(0);
    epoll_event event{};
    for (const int fd : loops) {
      event.events = fd == to ? EPOLLIN | EPOLLOUT : EPOLLIN;
      epoll_ctl(instance, EPOLL_CTL_ADD, fd, &event);
    }
    told.will_block();
    syscall(SYS_epoll_pwait, instance, &event, 1, -1, nullptr, 0);
  });
  stuck = {};
  served.clear();
  ASSERT_BLOCKS(loop, SYS_epoll_pwait);
  const Answer answer = ask_why();
  const auto* finding = expect_waiter(answer, "unix-send-blocked", loop.waits(-1, "epoll_pwait"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, "warning");
  expect_root(*finding, reader.causes(from, "stopped"));
  EXPECT_EQ(answer.critical(), "");
}

// Which socket the request is on is not to be seen; that its owner sleeps in the ring while its socket is full is.
TEST_F(OtherWaiters, IoUring) {
  if (!io_uring_permitted()) GTEST_SKIP() << "no io_uring is permitted here";
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer("writer", {to}, [&](Told& told) {
    live::send_until_full(to, 1000);
    told.will_block();
    send_through_ring(to);
    told.failed = true;
  });
  pair = {};
  ASSERT_BLOCKS(writer, io_uring_enter_number);
  const Answer answer = ask_why();
  const auto* finding = expect_waiter(answer, "unix-send-blocked", writer.waits(-1, "io_uring_enter"));
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->confidence, "certain");
  expect_root(*finding, reader.causes(from, "stopped"));
}

}  // namespace
}  // namespace why
