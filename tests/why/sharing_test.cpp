// One socket, several holders: who of them could read is to blame, and who merely inherited it is not.
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <thread>

#include "why_test.h"

namespace why {
namespace {

using Sharing = WhyTest;

TEST_F(Sharing, BothHoldersThatDoNotReadAreNamed) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const auto inode = live::inode_of(from);
  const Actor one = stopped_holder("one", {from});
  const Actor two = stopped_holder("two", {from});
  const Actor writer = blocked_writer("writer", to);
  pair = {};
  ASSERT_BLOCKS(writer, write_number);
  ASSERT_EQ(holders_of(inode), 2) << "situation";
  const Answer answer = ask_why();
  const auto* finding = expect_waiter(answer, "unix-send-blocked", writer.waits(to, "write"));
  ASSERT_NE(finding, nullptr);
  expect_culprit(*finding, one.causes(from, "stopped"));
  expect_culprit(*finding, two.causes(from, "stopped"));
  EXPECT_EQ(finding->culprits.size(), 2U) << answer.text;
}

// The writer's own process has the other end, too, as after a socketpair() and fork() without a close(): it would not
// read what it wrote while it writes, and the reader is the one to be asked.
TEST_F(Sharing, TheWriterWhoForgotToCloseTheOtherEndIsNotTheFirstToBlame) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer = blocked_writer("writer", to, {from});
  pair = {};
  ASSERT_BLOCKS(writer, write_number);
  const Answer answer = ask_why();
  EXPECT_TRUE(answer.cycles.empty()) << answer.text;
  expect_stuck(answer, "unix-send-blocked", writer.waits(to, "write"), reader.causes(from, "stopped"));
}

// A server of the classic kind: the parent has bound and forked, and waits for its workers' end.
TEST_F(Sharing, AParentThatOnlyInheritedTheListenerIsNotTheFirstToBlame) {
  UniqueFd listener = live::unix_listener(SOCK_STREAM, file("l"), 0);
  const int fd = listener.get();
  const Actor parent("parent", {fd}, [&](Told& told) {
    const pid_t worker = fork();
    if (worker == 0) {
      raise(SIGSTOP);
      for (;;) pause();
    }
    told.second_tid = worker;
    told.will_block();
    for (;;) waitpid(worker, nullptr, 0);
  });
  const UniqueFd queued = live::unix_client(SOCK_STREAM, file("l"));
  UniqueFd socket = live::unix_socket(SOCK_STREAM);
  const int client_fd = socket.get();
  const Actor client("client", {client_fd}, [&](Told& told) {
    told.will_block();
    live::unix_connect(client_fd, file("l"));
  });
  listener.reset();
  socket.reset();
  ASSERT_BLOCKS(parent, SYS_wait4);
  const int worker = parent.told().second_tid;
  ASSERT_TRUE(await([&] { return state_of(worker) == 'T'; })) << "situation";
  ASSERT_BLOCKS(client, SYS_connect);
  const Answer answer = ask_why();
  expect_stuck(answer, "unix-accept-queue-full", client.waits(client_fd, "connect"), {worker, fd, "parent", "stopped"});
}

// Twenty threads, of which one reads: whatever the others do, nobody is stuck.
TEST_F(Sharing, OneReaderAmongTwentyThreads) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader("reader", {from}, [&](Told& told) {
    for (int at = 0; at < 19; ++at)
      std::thread([] {
        for (;;) pause();
      }).detach();
    std::vector<char> bytes(64 * 1024);
    told.will_block();
    while (read(from, bytes.data(), bytes.size()) > 0) usleep(2000);
  });
  const Actor writer("writer", {to}, [&](Told& told) {
    const std::vector<char> bytes(8 * 1024);
    told.will_block();
    while (write(to, bytes.data(), bytes.size()) > 0) {
    }
  });
  pair = {};
  ASSERT_TRUE(await([&] {
    const auto look = look_at(writer.pid(), writer.pid());
    return look && look->call == write_number && look->state == 'S';
  })) << "situation: "
      << writer.in_words();
  expect_healthy(5);
}

// The other nineteen look busy elsewhere, and the one who used to read waits for a lock.
TEST_F(Sharing, NoReaderAmongTwentyThreads) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader("reader", {from}, [&](Told& told) {
    for (int at = 0; at < 19; ++at)
      std::thread([] {
        for (;;) pause();
      }).detach();
    const timespec long_time{1000, 0};
    told.will_block();
    syscall(SYS_nanosleep, &long_time, nullptr);
  });
  const Actor writer = blocked_writer("writer", to);
  pair = {};
  ASSERT_BLOCKS(reader, SYS_nanosleep);
  ASSERT_BLOCKS(writer, write_number);
  const Answer answer = ask_why();
  expect_stuck(answer, "unix-send-blocked", writer.waits(to, "write"), reader.causes(from, "sleeping"));
}

}  // namespace
}  // namespace why
