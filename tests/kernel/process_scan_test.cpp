// The owner scan against real processes: what they hold is known from the very descriptors.
#include "kernel/process_scan.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "child_process.h"
#include "kernel/proc_dir.h"

namespace skq::kernel {
namespace {

using test::Child;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

/// An unbound socket; nothing else on the host knows it.
struct TestSocket {
  TestSocket() : fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)), inode(inode_of(fd.get())) {}
  static Inode inode_of(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 ? static_cast<Inode>(status.st_ino) : Inode{};
  }
  UniqueFd fd;
  Inode inode;
};

struct Scanned {
  Arena arena;
  OwnerScan scan;
  [[nodiscard]] std::vector<Owner> owners(Inode inode) const {
    for (const OwnerScan::Entry& entry : scan.entries) {
      if (entry.inode == inode) return {entry.owners.list.begin(), entry.owners.list.end()};
    }
    return {};
  }
};

void scan_into(Scanned& result, std::vector<Inode> wanted, bool threads = false, bool details = false) {
  std::sort(wanted.begin(), wanted.end());
  OwnerScanRequest request;
  request.wanted = wanted;
  request.threads = threads;
  request.process_details = details;
  auto scan = scan_owners(request, result.arena);
  ASSERT_TRUE(scan) << scan.error().text();
  result.scan = *std::move(scan);
}

/// Pids wrap around, so a child's may be lower than ours.
Owner owner_with_pid(const std::vector<Owner>& owners, int pid) {
  for (const Owner& owner : owners) {
    if (owner.pid == pid) return owner;
  }
  return {};
}

MATCHER_P3(IsOwner, pid, tid, fd, "") { return arg.pid == pid && arg.tid == tid && arg.fd == fd; }

int this_tid() { return static_cast<int>(::syscall(SYS_gettid)); }

TEST(ProcessScan, FindsWhoHoldsASocket) {
  const TestSocket socket;
  Scanned result;
  scan_into(result, {socket.inode});
  const auto owners = result.owners(socket.inode);
  ASSERT_THAT(owners, ElementsAre(IsOwner(::getpid(), 0, socket.fd.get())));
  char comm[17] = {};
  ::prctl(PR_GET_NAME, comm);
  EXPECT_EQ(owners[0].comm, comm);
  EXPECT_EQ(owners[0].process, nullptr);
}

TEST(ProcessScan, KeepsOnlyWantedInodesSortedAndLeavesOutThoseWithoutOwner) {
  const TestSocket first;
  const TestSocket unwanted;
  const TestSocket last;
  Inode closed{};
  { closed = TestSocket().inode; }
  Scanned result;
  scan_into(result, {last.inode, Inode{0}, first.inode, closed});
  ASSERT_EQ(result.scan.entries.size(), 2U);
  EXPECT_LT(result.scan.entries[0].inode, result.scan.entries[1].inode);
  EXPECT_THAT(result.owners(unwanted.inode), IsEmpty());
}

TEST(ProcessScan, WantsNothingReadsNothing) {
  Arena arena;
  const auto scan = scan_owners({}, arena, "/nonexistent");
  ASSERT_TRUE(scan);
  EXPECT_THAT(scan->entries, IsEmpty());
}

TEST(ProcessScan, ListsEveryOwnerOfASharedSocket) {
  const TestSocket socket;
  const UniqueFd copy(::fcntl(socket.fd.get(), F_DUPFD_CLOEXEC, 100));
  const Child child([&] { ::close(copy.get()); });
  ASSERT_TRUE(child.ready());
  Scanned result;
  scan_into(result, {socket.inode});
  EXPECT_THAT(result.owners(socket.inode),
              UnorderedElementsAre(IsOwner(::getpid(), 0, socket.fd.get()), IsOwner(::getpid(), 0, copy.get()),
                                   IsOwner(child.pid(), 0, socket.fd.get())));
  const auto owners = result.owners(socket.inode);
  EXPECT_TRUE(std::is_sorted(owners.begin(), owners.end(), [](const Owner& a, const Owner& b) {
    return std::tuple(a.pid, a.tid, a.fd) < std::tuple(b.pid, b.tid, b.fd);
  }));
}

TEST(ProcessScan, KeepsEveryByteOfAComm) {
  const std::string name = "we)ird \"x\n\x1b";
  const TestSocket socket;
  const Child child([&] { ::prctl(PR_SET_NAME, name.c_str()); });
  Scanned result;
  scan_into(result, {socket.inode});
  const auto owners = result.owners(socket.inode);
  ASSERT_EQ(owners.size(), 2U);
  EXPECT_EQ(owner_with_pid(owners, child.pid()).comm, name);
}

TEST(ProcessScan, StripsOneNewlineOnlyFromAComm) {
  const TestSocket socket;
  const Child child([&] { ::prctl(PR_SET_NAME, "two\n\n"); });
  Scanned result;
  scan_into(result, {socket.inode});
  ASSERT_EQ(result.owners(socket.inode).size(), 2U);
  EXPECT_EQ(owner_with_pid(result.owners(socket.inode), child.pid()).comm, "two\n\n");
}

TEST(ProcessScan, SurvivesProcessesThatEndMeanwhile) {
  const TestSocket socket;
  Scanned before;
  scan_into(before, {socket.inode});
  std::atomic<bool> stop{false};
  std::thread churn([&] {
    while (!stop) {
      int pids[8] = {};
      for (int& pid : pids) {
        pid = ::fork();
        if (pid == 0) ::_exit(0);
      }
      for (const int pid : pids) {
        if (pid > 0) ::waitpid(pid, nullptr, 0);
      }
    }
  });
  for (int round = 0; round < 50; ++round) {
    Scanned result;
    scan_into(result, {socket.inode}, round % 2 == 1, round % 3 == 0);
    const auto owners = result.owners(socket.inode);
    EXPECT_TRUE(std::any_of(owners.begin(), owners.end(), [](const Owner& owner) { return owner.pid == ::getpid(); }));
    // Those that end are not taken for refused. An ordinary user cannot tell that from other people's new processes.
    if (before.scan.unreadable > 1) continue;
    EXPECT_LE(result.scan.unreadable, 1U) << result.scan.first_unreadable;
  }
  stop = true;
  churn.join();
}

/// A thread that runs until the process is killed, and has run `prepare` when this returns.
void start_thread(const std::function<void()>& prepare) {
  std::atomic<bool> done{false};
  std::thread([&done, prepare] {
    prepare();
    done = true;
    for (;;) ::pause();
  }).detach();
  while (!done) std::this_thread::yield();
}

TEST(ProcessScan, LooksThroughLivingThreadsOfAZombieLeader) {
  const TestSocket socket;
  const Child child([&] {
    start_thread([] {});
    int ready = -1;
    // The pipe that Child waits for is the highest descriptor; closing the process' main thread must come after it.
    for (int fd = 3; fd < 64; ++fd) {
      struct stat status {};
      if (::fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode)) ready = fd;
    }
    if (::write(ready, "r", 1) == 1) ::syscall(SYS_exit, 0);
  });
  ASSERT_TRUE(child.ready());
  const std::string stat_path = "/proc/" + std::to_string(child.pid()) + "/stat";
  std::string stat;
  while (stat.find(") Z ") == std::string::npos) ASSERT_EQ(read_file_at(AT_FDCWD, stat_path.c_str(), 4096, stat), 0);
  for (const bool threads : {false, true}) {
    Scanned result;
    scan_into(result, {socket.inode}, threads, true);
    const auto owners = result.owners(socket.inode);
    const Owner owner = owner_with_pid(owners, child.pid());
    EXPECT_EQ(owner.fd, socket.fd.get());
    EXPECT_EQ(owner.tid != 0, threads);
    EXPECT_NE(owner.tid, child.pid());
    ASSERT_NE(owner.process, nullptr);
    EXPECT_NE(owner.process->cmdline, "");
  }
}

class PrivateTable : public ::testing::Test {
 protected:
  // The thread makes a socket in a table of its own; what it is goes through a pipe.
  PrivateTable() {
    int pipe_ends[2] = {};
    if (::pipe(pipe_ends) != 0) return;
    child_ = std::make_unique<Child>([&] {
      start_thread([&] {
        ::unshare(CLONE_FILES);
        const int fd = ::fcntl(::socket(AF_UNIX, SOCK_STREAM, 0), F_DUPFD, 77);
        const int facts[] = {static_cast<int>(TestSocket::inode_of(fd)), this_tid()};
        ::close(fd - 1);
        if (::write(pipe_ends[1], facts, sizeof facts) < 0) ::_exit(1);
      });
    });
    int facts[2] = {};
    if (::read(pipe_ends[0], facts, sizeof facts) != sizeof facts) return;
    inode_ = static_cast<Inode>(facts[0]);
    tid_ = facts[1];
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
  }
  std::unique_ptr<Child> child_;
  Inode inode_{};
  int tid_ = 0;
};

TEST_F(PrivateTable, IsFoundByTheSecondPass) {
  Scanned result;
  scan_into(result, {inode_});
  const auto owners = result.owners(inode_);
  ASSERT_FALSE(owners.empty());
  EXPECT_EQ(owners.back().pid, child_->pid());
  EXPECT_EQ(owners.back().tid, 0);
  EXPECT_EQ(owners.back().fd, 77);
}

TEST_F(PrivateTable, BelongsToItsThreadOnly) {
  Scanned result;
  scan_into(result, {inode_}, true);
  const auto owners = result.owners(inode_);
  ASSERT_FALSE(owners.empty());
  for (const Owner& owner : owners) EXPECT_EQ(owner.tid, tid_);
  EXPECT_EQ(owners.back().pid, child_->pid());
}

TEST(ProcessScan, NamesEachThreadThatSharesTheTable) {
  const TestSocket socket;
  std::atomic<int> tid{0};
  std::atomic<bool> stop{false};
  std::thread other([&] {
    ::prctl(PR_SET_NAME, "second");
    tid = this_tid();
    while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  while (tid == 0) std::this_thread::yield();
  Scanned result;
  scan_into(result, {socket.inode}, true);
  const std::size_t threads = count_threads(open_place(AT_FDCWD, "/proc/self").get());
  stop = true;
  other.join();
  const auto owners = result.owners(socket.inode);
  // Not only these: a sanitizer may run a thread of its own. But none of the scan's.
  EXPECT_THAT(owners, Contains(IsOwner(::getpid(), ::getpid(), socket.fd.get())));
  EXPECT_THAT(owners, Contains(IsOwner(::getpid(), tid.load(), socket.fd.get())));
  EXPECT_EQ(owners.size(), threads);
  for (const Owner& owner : owners) {
    if (owner.tid == tid) {
      EXPECT_EQ(owner.comm, "second");
    }
  }
}

TEST(ProcessScan, ProcessWithOneThreadNamesItselfAsThread) {
  const TestSocket socket;
  const Child child([] {});
  Scanned result;
  scan_into(result, {socket.inode}, true);
  const auto owners = result.owners(socket.inode);
  EXPECT_THAT(owners, Contains(IsOwner(::getpid(), ::getpid(), socket.fd.get())));
  EXPECT_THAT(owners, Contains(IsOwner(child.pid(), child.pid(), socket.fd.get())));
}

TEST(ProcessScan, TellsDetailsOfAProcess) {
  const TestSocket socket;
  const Child child([&] {
    ::fcntl(socket.fd.get(), F_SETFD, 0);
    if (::fork() == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::execlp("sleep", "sleep", "1000", nullptr);
      ::_exit(1);
    }
    ::usleep(300000);
  });
  Scanned result;
  scan_into(result, {socket.inode}, false, true);
  const auto owners = result.owners(socket.inode);
  const auto sleeper =
      std::find_if(owners.begin(), owners.end(), [](const Owner& owner) { return owner.comm == "sleep"; });
  ASSERT_NE(sleeper, owners.end());
  ASSERT_NE(sleeper->process, nullptr);
  EXPECT_EQ(sleeper->process->cmdline, "sleep 1000");
  EXPECT_THAT(std::string(sleeper->process->cgroup), StartsWith("/"));
}

TEST(ProcessScan, CountsWhatAnOrdinaryUserMayNotSee) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  const TestSocket socket;
  const pid_t child = ::fork();
  if (child == 0) {
    // Status 0: the process of another user was counted, our own was seen.
    if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(9);
    ::prctl(PR_SET_DUMPABLE, 1);
    const std::vector<Inode> wanted = {socket.inode};
    OwnerScanRequest request;
    request.wanted = wanted;
    Arena arena;
    const auto scan = scan_owners(request, arena);
    if (!scan) ::_exit(2);
    if (scan->unreadable == 0 || !scan->first_unreadable.starts_with("pid ")) ::_exit(3);
    if (scan->entries.size() != 1 || scan->entries[0].owners.list.size() != 1) ::_exit(4);
    ::_exit(scan->entries[0].owners.list[0].pid == ::getpid() ? 0 : 5);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 9) GTEST_SKIP() << "no other user in this namespace";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

/// Whether a scan with so few descriptors tells the truth: the owner is found, or why it may be missed. `usual` are
/// unreadable on this host anyway.
bool is_truthful(Inode socket, rlim_t descriptors, bool threads, std::size_t usual) {
  const rlimit limit{descriptors, descriptors};
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  const std::vector<Inode> wanted = {socket};
  Arena arena;
  const auto scan = scan_owners({.wanted = wanted, .threads = threads}, arena);
  if (!scan) return scan.error().code == EMFILE;
  if (!scan->entries.empty() && scan->unreadable <= usual) return true;
  return scan->unreadable > usual &&
         scan->first_unreadable.find(": Too many open files: skq itself ") != std::string::npos &&
         scan->first_unreadable.find("kthreadd") == std::string::npos;
}

TEST(ProcessScan, TellsThatDescriptorsRanOut) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, who is refused little";
  const TestSocket socket;
  const Child holder([] { start_thread([] {}); });
  Scanned usual;
  scan_into(usual, {socket.inode});
  const auto free = static_cast<rlim_t>(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)).get());
  for (const unsigned more : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 8U}) {
    for (const bool threads : {false, true}) {
      const pid_t child = ::fork();
      if (child == 0) ::_exit(is_truthful(socket.inode, free + more, threads, usual.scan.unreadable) ? 0 : 1);
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      EXPECT_EQ(status, 0) << "with " << more << " descriptors";
    }
  }
}

}  // namespace
}  // namespace skq::kernel
