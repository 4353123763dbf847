// What the one who does not read is doing instead: each word of `doing` made by a process that does it.
#include <linux/futex.h>
#include <pthread.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <thread>

#include "descriptors.h"
#include "why_test.h"

namespace why {
namespace {

/// A writer that is blocked on a pair whose other end only `from()`'s holder has.
class DoingTest : public WhyTest {
 protected:
  [[nodiscard]] int to() const { return pair_.a.get(); }
  [[nodiscard]] int from() const { return pair_.b.get(); }

  void let_go() { pair_ = {}; }

  /// Asks with everything in place: `reader` holds from(), and nobody else.
  const SaidFinding* ask_about(const Actor& reader, const std::string& doing) {
    const auto inode = live::inode_of(from());
    const int to_fd = to(), from_fd = from();
    const Actor writer = blocked_writer("writer", to_fd);
    let_go();
    EXPECT_TRUE(writer.blocks_in(write_number)) << "situation: " << writer.in_words();
    EXPECT_EQ(holders_of(inode), 1) << "situation: others hold the reader's end";
    answer_ = ask_why();
    return expect_stuck(answer_, "unix-send-blocked", writer.waits(to_fd, "write"), reader.causes(from_fd, doing));
  }

  void expect_detail(const SaidFinding* finding, const Actor& reader, const char* piece) {
    if (finding == nullptr || finding->culprit(reader.pid()) == nullptr) return;
    EXPECT_NE(finding->culprit(reader.pid())->detail.find(piece), std::string::npos)
        << finding->culprit(reader.pid())->detail;
  }

 private:
  Pair pair_ = unix_pair(SOCK_STREAM);
  Answer answer_;
};

TEST_F(DoingTest, Stopped) {
  const Actor reader = stopped_holder("reader", {from()});
  expect_detail(ask_about(reader, "stopped"), reader, "state T");
}

TEST_F(DoingTest, Traced) {
  const Actor reader = holder("reader", {from()});
  ASSERT_EQ(ptrace(PTRACE_SEIZE, reader.pid(), nullptr, nullptr), 0);
  ASSERT_EQ(ptrace(PTRACE_INTERRUPT, reader.pid(), nullptr, nullptr), 0);
  ASSERT_TRUE(await([&] { return state_of(reader.pid()) == 't'; })) << "situation: " << reader.in_words();
  ask_about(reader, "traced");
}

// vfork(2): the parent sleeps in D until the child execs or ends. The child, as it should be, holds nothing.
TEST_F(DoingTest, DiskWait) {
  const Actor reader("reader", {from()}, [&](Told& told) {
    told.will_block();
    const int fd = from();
    if (vfork() == 0) {
      close(fd);
      for (;;) pause();
    }
  });
  ASSERT_TRUE(await([&] { return state_of(reader.pid()) == 'D'; })) << "situation: " << reader.in_words();
  expect_detail(ask_about(reader, "disk-wait"), reader, "vfork");
}

// The first thread has ended: its /proc/PID/fd is empty, and the others hold the socket.
TEST_F(DoingTest, ZombieLeader) {
  const Actor reader("reader", {from()}, [](Told& told) {
    std::thread([&told] {
      const timespec long_time{1000, 0};
      told.will_block();
      syscall(SYS_nanosleep, &long_time, nullptr);
    }).detach();
    syscall(SYS_exit, 0);
  });
  ASSERT_TRUE(await([&] { return state_of(reader.pid()) == 'Z'; })) << "situation: " << reader.in_words();
  ASSERT_BLOCKS(reader, SYS_nanosleep);
  const int to_fd = to(), from_fd = from();
  const Actor writer = blocked_writer("writer", to_fd);
  let_go();
  ASSERT_BLOCKS(writer, write_number);
  const Answer answer = ask_why();
  expect_stuck(answer, "unix-send-blocked", writer.waits(to_fd, "write"), reader.causes(from_fd, "zombie"));
}

TEST_F(DoingTest, Running) {
  const Actor reader("reader", {from()}, [](Told& told) {
    told.will_block();
    for (std::atomic<std::uint64_t> spins{0};;) ++spins;
  });
  ASSERT_TRUE(await([&] { return state_of(reader.pid()) == 'R'; })) << "situation: " << reader.in_words();
  ask_about(reader, "running");
}

TEST_F(DoingTest, SleepingInNanosleep) {
  const Actor reader("reader", {from()}, [](Told& told) {
    told.will_block();
    const timespec long_time{1000, 0};
    syscall(SYS_nanosleep, &long_time, nullptr);
  });
  ASSERT_BLOCKS(reader, SYS_nanosleep);
  expect_detail(ask_about(reader, "sleeping"), reader, "nanosleep");
}

TEST_F(DoingTest, SleepingInFutex) {
  const Actor reader("reader", {from()}, [](Told& told) {
    static int word = 1;
    told.will_block();
    syscall(SYS_futex, &word, FUTEX_WAIT, 1, nullptr, nullptr, 0);
  });
  ASSERT_BLOCKS(reader, SYS_futex);
  expect_detail(ask_about(reader, "sleeping"), reader, "futex");
}

TEST_F(DoingTest, SleepingInReadOfAPipe) {
  const Actor reader("reader", {from()}, [](Told& told) {
    int ends[2] = {};
    char byte = 0;
    (void)!pipe(ends);
    told.will_block();
    (void)!read(ends[0], &byte, 1);
  });
  ASSERT_BLOCKS(reader, SYS_read);
  expect_detail(ask_about(reader, "sleeping"), reader, "read");
}

TEST_F(DoingTest, SleepingInWait) {
  const Actor reader("reader", {from()}, [&](Told& told) {
    if (fork() == 0) {
      close_all_but({});
      for (;;) pause();
    }
    told.will_block();
    waitpid(-1, nullptr, 0);
  });
  ASSERT_BLOCKS(reader, SYS_wait4);
  expect_detail(ask_about(reader, "sleeping"), reader, "wait4");
}

// It waits for what another socket shall bring: the question goes on, and ends there.
TEST_F(DoingTest, WaitingInReceiveOfAnotherSocket) {
  Pair other = unix_pair(SOCK_STREAM);
  const int elsewhere = other.a.get(), source = other.b.get();
  const Actor silent = stopped_holder("silent", {source});
  const Actor reader("reader", {from(), elsewhere}, [&](Told& told) {
    char byte = 0;
    told.will_block();
    (void)!read(elsewhere, &byte, 1);
  });
  other = {};
  ASSERT_BLOCKS(reader, SYS_read);
  const int to_fd = to(), from_fd = from();
  const Actor writer = blocked_writer("writer", to_fd);
  let_go();
  ASSERT_BLOCKS(writer, write_number);
  const Answer answer = ask_why();
  const auto* finding = expect_waiter(answer, "unix-send-blocked", writer.waits(to_fd, "write"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, "critical");
  expect_culprit(*finding, reader.causes(from_fd, "waiting"));
  expect_root(*finding, silent.causes(source, "stopped"));
}

// The reader's end travels: it is queued to a socket of which somebody may take it, and nobody holds it meanwhile.
TEST_F(DoingTest, Gone) {
  Pair carrier = unix_pair(SOCK_STREAM);
  const int near = carrier.a.get(), far = carrier.b.get();
  const auto inode = live::inode_of(from());
  const Actor keeper = holder("keeper", {near, far});
  const int to_fd = to();
  ASSERT_TRUE(send_descriptor(near, from()));
  const Actor writer = blocked_writer("writer", to_fd);
  carrier = {};
  let_go();
  ASSERT_BLOCKS(writer, write_number);
  ASSERT_EQ(holders_of(inode), 0) << "situation: somebody holds it";
  const Answer answer = ask_why();
  const auto* finding = expect_waiter(answer, "unix-send-blocked", writer.waits(to_fd, "write"));
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, "critical");
  EXPECT_EQ(finding->peer_inode, inode);
  ASSERT_FALSE(finding->culprits.empty());
  EXPECT_EQ(finding->culprits[0].doing, "gone");
  EXPECT_EQ(finding->culprits[0].pid, std::nullopt);
}

}  // namespace
}  // namespace why
