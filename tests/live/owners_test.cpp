// Who holds a socket: all of them, whatever their names are, also while processes come and go.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "live_test.h"

namespace live {
namespace {

using OwnersOf = LiveTest;

const Row& row_of(const Rows& rows, std::uint32_t inode) { return rows.one("inode", std::to_string(inode)); }

std::vector<Holder> sorted(std::vector<Holder> holders) {
  std::sort(holders.begin(), holders.end(),
            [](const Holder& a, const Holder& b) { return std::pair(a.pid, a.fd) < std::pair(b.pid, b.fd); });
  return holders;
}

TEST_F(OwnersOf, EveryProcessAndDescriptorThatSharesASocket) {
  const Pair pair = unix_pair(SOCK_STREAM);
  const UniqueFd copy(fcntl(pair.a.get(), F_DUPFD_CLOEXEC, 100));
  const Child first({pair.a.get()}, [] { return true; });
  const Child second({pair.a.get(), copy.get()}, [] { return true; });
  const Rows rows = list({"-xap"}, "inode,owners,peer_owners");
  const auto truth = sorted({{getpid(), own_comm(), pair.a.get()},
                             {getpid(), own_comm(), copy.get()},
                             {first.pid(), own_comm(), pair.a.get()},
                             {second.pid(), own_comm(), pair.a.get()},
                             {second.pid(), own_comm(), copy.get()}});
  EXPECT_EQ(sorted(row_of(rows, inode_of(pair.a.get())).holders("owners").value_or(std::vector<Holder>{})), truth);
  EXPECT_EQ(sorted(row_of(rows, inode_of(pair.b.get())).holders("peer_owners").value_or(std::vector<Holder>{})), truth);
}

bool send_descriptor(int over, int fd) {
  char byte = 'x';
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(head), &fd, sizeof fd);
  return sendmsg(over, &message, 0) == 1;
}

TEST_F(OwnersOf, NobodyWhileItIsOnlyInFlight) {
  const Pair carrier = unix_pair(SOCK_STREAM);
  Pair carried = unix_pair(SOCK_STREAM);
  const std::uint32_t inode = inode_of(carried.a.get());
  ASSERT_TRUE(send_descriptor(carrier.a.get(), carried.a.get()));
  carried.a.reset();
  const Finished finished = run_skq({"-xap", "--format=raw", "-c", "inode,owners,peer_owners"});
  ASSERT_EQ(finished.exit, 0) << finished.err;
  const Rows rows(finished.out);
  expect_nobody(row_of(rows, inode), "owners", finished.err);
  expect_nobody(row_of(rows, inode_of(carried.b.get())), "peer_owners", finished.err);
  EXPECT_EQ(row_of(rows, inode).holders("peer_owners"), (std::vector<Holder>{{getpid(), own_comm(), carried.b.get()}}));
}

// /proc/PID/stat puts comm into parentheses, so a name with a parenthesis, quote or newline fools naive readers.
TEST_F(OwnersOf, CommsWithAnyByte) {
  for (const std::string name : {"we)ird \"x", "new\nline", "\x1b[31mred", "\xff\xfe!", "a,b;c", "-", " ", "tab\there",
                                 "back\\slash", "\xe2\x80\xaertl"}) {
    Pair pair = unix_pair(SOCK_STREAM);
    const std::uint32_t inode = inode_of(pair.b.get());
    const int fd = pair.b.get();
    const Child child({fd}, [&] { return prctl(PR_SET_NAME, name.c_str()) == 0; });
    pair.b.reset();
    const Rows rows = list({"-xap"}, "inode,owners,comm,peer_comm");
    EXPECT_EQ(row_of(rows, inode).holders("owners"), (std::vector<Holder>{{child.pid(), name, fd}}));
    EXPECT_EQ(row_of(rows, inode).text("comm"), name);
    EXPECT_EQ(row_of(rows, inode_of(pair.a.get())).text("peer_comm"), name);
  }
}

TEST_F(OwnersOf, ThreadsUnderT) {
  const Pair pair = unix_pair(SOCK_STREAM);
  const Finished finished = run_skq({"-xaT", "-J"});
  ASSERT_EQ(finished.exit, 0) << finished.err;
  EXPECT_NE(finished.out.find("\"tid\":" + std::to_string(getpid())), std::string::npos) << finished.out;
}

// Processes that end between two steps of the scan are no error and no gap of what is still there.
TEST_F(OwnersOf, ProcessesThatDieDuringTheScan) {
  const Pair pair = unix_pair(SOCK_STREAM);
  const Child breeder({pair.b.get()}, [] {
    if (fork() != 0) return true;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGCHLD, SIG_IGN);
    for (;;) {
      const pid_t child = fork();
      if (child == 0) _exit(0);
      usleep(200);
    }
  });
  const Finished before = run_skq({"-xap", "--format=raw", "-c", "inode,owners"});
  for (int i = 0; i < 30; ++i) {
    const Finished finished = run_skq({"-xap", "--format=raw", "-c", "inode,owners"});
    ASSERT_EQ(finished.exit, 0) << finished.err;
    EXPECT_EQ(finished.err, before.err);
    const Rows rows(finished.out);
    EXPECT_EQ(row_of(rows, inode_of(pair.a.get())).holders("owners"),
              (std::vector<Holder>{{getpid(), own_comm(), pair.a.get()}}));
  }
}

// The first of the threads may be gone (a zombie whose /proc/PID/fd is empty) while the others still hold the sockets.
TEST_F(OwnersOf, WhereTheFirstOwnerIsAmongMany) {
  std::vector<Pair> pairs;
  for (int i = 0; i < 300; ++i) pairs.push_back(unix_pair(SOCK_DGRAM));
  const Rows rows = list({"-xap"}, "inode,pid,fd");
  ASSERT_EQ(rows.size(), 600U);
  for (const Pair& pair : pairs) {
    EXPECT_EQ(row_of(rows, inode_of(pair.a.get())).number("fd"), static_cast<std::uint64_t>(pair.a.get()));
    EXPECT_EQ(row_of(rows, inode_of(pair.b.get())).number("fd"), static_cast<std::uint64_t>(pair.b.get()));
  }
}

}  // namespace
}  // namespace live
