// A look at threads against real ones: many threads on one epoll instance, and processes that are stopped, traced,
// frozen, half dead or not ours.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <array>
#include <climits>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "activity_look.h"

namespace skq::kernel {
namespace {

using test::BlockedChild;
using test::expect_wait;
using test::fill;
using test::inode_of;
using test::is_in_call;
using test::look_at;
using test::Looked;
using test::monotonic_ns;
using test::Pair;
using test::task_file;
using test::wait_until;
using test::wchan_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

UniqueFd new_epoll() { return UniqueFd(::epoll_create1(EPOLL_CLOEXEC)); }

void watch(const UniqueFd& epoll, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  EXPECT_EQ(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event), 0);
}

void wait_on(const UniqueFd& epoll, int milliseconds = -1) {
  epoll_event event{};
  ::syscall(SYS_epoll_pwait, epoll.get(), &event, 1, milliseconds, nullptr, 8);
}

char state_letter(int pid, int tid) {
  const std::string stat = task_file(pid, tid, "stat");
  const std::size_t end = stat.rfind(')');
  return end == std::string::npos || end + 2 >= stat.size() ? '?' : stat[end + 2];
}

std::vector<int> tids_of(int pid) {
  std::vector<int> tids;
  const std::unique_ptr<DIR, int (*)(DIR*)> task(::opendir(("/proc/" + std::to_string(pid) + "/task").c_str()),
                                                 ::closedir);
  while (const dirent* entry = task ? ::readdir(task.get()) : nullptr)
    if (entry->d_name[0] != '.') tids.push_back(std::stoi(&entry->d_name[0]));
  std::sort(tids.begin(), tids.end());
  return tids;
}

TEST(ActivityOfEpoll, OnlyNamedSocketsButAllAreCounted) {
  const Pair pair(SOCK_STREAM), other(SOCK_STREAM);
  const UniqueFd epoll = new_epoll();
  watch(epoll, pair.a.get(), EPOLLIN | EPOLLRDHUP);
  watch(epoll, other.a.get(), EPOLLIN);
  const UniqueFd event(::eventfd(0, EFD_CLOEXEC));
  watch(epoll, event.get(), EPOLLIN);
  const BlockedChild child([&] { wait_on(epoll, 123'000); });
  ASSERT_TRUE(child.blocks_in(SYS_epoll_pwait));
  const Looked looked = look_at(child.pid(), {inode_of(pair.a.get())});
  expect_wait(looked, {"epoll_pwait", pair.a.get(), WaitFor::receive, WaitBy::epoll});
  EXPECT_EQ(looked.thread()->call_fd, epoll.get());
  EXPECT_EQ(looked.thread()->watched, 3U);
  EXPECT_EQ(looked.thread()->watched_sockets, 2U);
  EXPECT_EQ(looked.thread()->timeout_ns, 123'000'000'000);
}

TEST(ActivityOfEpoll, PreciseTimeout) {
  const Pair pair(SOCK_STREAM);
  const UniqueFd epoll = new_epoll();
  watch(epoll, pair.a.get(), EPOLLIN);
  const BlockedChild child([&] {
    epoll_event event{};
    const timespec time{99, 9};
    ::syscall(SYS_epoll_pwait2, epoll.get(), &event, 1, &time, nullptr, 8);
  });
  ASSERT_TRUE(child.blocks_in(SYS_epoll_pwait2));
  const Looked looked = look_at(child.pid(), {inode_of(pair.a.get())});
  expect_wait(looked, {"epoll_pwait2", pair.a.get(), WaitFor::receive, WaitBy::epoll});
  EXPECT_EQ(looked.thread()->timeout_ns, 99'000'000'009);
}

TEST(ActivityOfEpoll, EdgeTriggeredAndDisarmed) {
  const Pair pair(SOCK_STREAM), fired(SOCK_STREAM), full(SOCK_STREAM);
  fill(full.a.get());
  const UniqueFd epoll = new_epoll();
  watch(epoll, full.a.get(), EPOLLIN | EPOLLOUT | EPOLLET);
  watch(epoll, fired.a.get(), EPOLLOUT | EPOLLIN | EPOLLONESHOT);
  epoll_event event{};
  ASSERT_EQ(::epoll_wait(epoll.get(), &event, 1, 0), 1);
  const BlockedChild child([&] { wait_on(epoll); });
  ASSERT_TRUE(child.blocks_in(SYS_epoll_pwait));
  const Looked looked = look_at(child.pid(), {inode_of(full.a.get()), inode_of(fired.a.get())});
  ASSERT_NE(looked.thread(), nullptr);
  ASSERT_EQ(looked.thread()->waits.size(), 2U);
  for (const SocketWait& wait : looked.thread()->waits) {
    EXPECT_EQ(wait.inode, inode_of(full.a.get()));
    EXPECT_TRUE(wait.edge_triggered);
  }
  EXPECT_EQ(looked.thread()->watched, 2U);
}

TEST(ActivityOfEpoll, ThroughOtherInstances) {
  const Pair pair(SOCK_STREAM);
  const UniqueFd inner = new_epoll(), middle = new_epoll(), outer = new_epoll();
  watch(inner, pair.a.get(), EPOLLIN);
  watch(middle, inner.get(), EPOLLIN);
  watch(outer, middle.get(), EPOLLIN);
  const BlockedChild child([&] { wait_on(outer); });
  const BlockedChild polling([&] {
    pollfd asked{outer.get(), POLLIN, 0};
    ::ppoll(&asked, 1, nullptr, nullptr);
  });
  ASSERT_TRUE(child.blocks_in(SYS_epoll_pwait));
  ASSERT_TRUE(polling.blocks_in(SYS_ppoll));
  const std::vector<Inode> named{inode_of(pair.a.get())};
  const Looked by_epoll = look_at(child.pid(), named), by_poll = look_at(polling.pid(), named);
  expect_wait(by_epoll, {"epoll_pwait", pair.a.get(), WaitFor::receive, WaitBy::epoll});
  expect_wait(by_poll, {"ppoll", pair.a.get(), WaitFor::receive, WaitBy::epoll});
  // The instances between are not what is watched.
  for (const Looked* looked : {&by_epoll, &by_poll}) {
    EXPECT_EQ(looked->thread()->watched, 1U);
    EXPECT_EQ(looked->thread()->watched_sockets, 1U);
  }
}

TEST(ActivityOfEpoll, ANumberThatBecameAnotherDescriptorIsNotTold) {
  const Pair pair(SOCK_STREAM), other(SOCK_STREAM);
  const UniqueFd epoll = new_epoll();
  const int number = ::dup(pair.a.get());
  watch(epoll, number, EPOLLIN);
  ASSERT_EQ(::dup2(other.a.get(), number), number);
  const BlockedChild child([&] { wait_on(epoll); });
  ASSERT_TRUE(child.blocks_in(SYS_epoll_pwait));
  const Looked looked = look_at(child.pid(), {inode_of(pair.a.get()), inode_of(other.a.get())});
  ::close(number);
  ASSERT_NE(looked.thread(), nullptr);
  ASSERT_EQ(looked.thread()->waits.size(), 1U);
  EXPECT_EQ(looked.thread()->waits.front().inode, inode_of(pair.a.get()));
  EXPECT_EQ(looked.thread()->waits.front().fd, -1);
}

/// A connected datagram socket whose receiver is full: poll(POLLOUT) waits though nothing of it shows in its memory.
TEST(ActivityOfPoll, TheKernelsWordOnAConnectedDatagramSocket) {
  const UniqueFd receiver(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_EQ(::bind(receiver.get(), reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(receiver.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const UniqueFd sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(sender.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  fill(sender.get());
  pollfd asked{sender.get(), POLLOUT, 0};
  const BlockedChild child([&] { ::ppoll(&asked, 1, nullptr, nullptr); });
  ASSERT_TRUE(child.blocks_in(SYS_ppoll));
  const Looked looked = look_at(child.pid());
  expect_wait(looked, {"ppoll", sender.get(), WaitFor::send, WaitBy::poll});
  const UniqueFd probe(static_cast<int>(::syscall(SYS_pidfd_open, child.pid(), 0)));
  const UniqueFd copy(static_cast<int>(::syscall(SYS_pidfd_getfd, probe.get(), sender.get(), 0)));
  if (!copy.valid()) GTEST_SKIP() << "descriptors of others cannot be duplicated here";
  EXPECT_EQ(looked.thread()->waits.front().ready, false);
}

TEST(ActivityOfPoll, AsManyEntriesAsThereMayBe) {
  const Pair pair(SOCK_STREAM);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const std::size_t count = std::min<std::size_t>(limit.rlim_cur, 1'000'000), looked_at = 65536;
  std::vector<pollfd> asked(count, pollfd{pair.a.get(), POLLIN, 0});
  const BlockedChild child([&] { ::ppoll(asked.data(), asked.size(), nullptr, nullptr); });
  ASSERT_TRUE(child.blocks_in(SYS_ppoll));
  const Looked looked = look_at(child.pid());
  ASSERT_NE(looked.thread(), nullptr);
  EXPECT_EQ(looked.thread()->watched, count);
  EXPECT_EQ(looked.thread()->watched_sockets, count);
  EXPECT_EQ(looked.thread()->waits.size(), std::min(count, looked_at));
  EXPECT_EQ(looked.activity.gaps.size(), count > looked_at ? 1U : 0U);
}

TEST(ActivityOfPoll, AnInstanceIsCountedOnceHoweverOftenItIsPolled) {
  const Pair pair(SOCK_STREAM);
  const UniqueFd epoll = new_epoll();
  watch(epoll, pair.a.get(), EPOLLIN);
  std::vector<pollfd> asked(1000, pollfd{epoll.get(), POLLIN, 0});
  const BlockedChild child([&] { ::ppoll(asked.data(), asked.size(), nullptr, nullptr); });
  ASSERT_TRUE(child.blocks_in(SYS_ppoll));
  const Looked looked = look_at(child.pid(), {inode_of(pair.a.get())});
  expect_wait(looked, {"ppoll", pair.a.get(), WaitFor::receive, WaitBy::epoll});
  EXPECT_EQ(looked.thread()->watched, 1U);
}

/// A look that cannot open what it needs. Through the fork, as the limit is the whole process'.
TEST(ActivityOfProcess, WithoutDescriptorsSaysSo) {
  const Pair pair(SOCK_STREAM);
  const UniqueFd epoll = new_epoll();
  watch(epoll, pair.a.get(), EPOLLIN);
  const BlockedChild child([&] { wait_on(epoll); });
  ASSERT_TRUE(child.blocks_in(SYS_epoll_pwait));
  const std::vector<Inode> named{inode_of(pair.a.get())};
  int complete = 0;
  // The lowest that are free are taken first.
  for (int room = 0; room < 12; ++room) {
    const pid_t looker = ::fork();
    if (looker == 0) {
      const UniqueFd next(::dup(0));
      const auto most = static_cast<rlim_t>(next.get() + room);
      const rlimit limit{most, most};
      const std::array pids{child.pid()};
      Arena arena;
      if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::_exit(2);
      const auto activity = read_activity({pids, named}, arena);
      if (!activity) ::_exit(activity.error().code == EMFILE ? 0 : 3);
      if (!activity->gaps.empty()) ::_exit(0);
      if (activity->processes.size() != 1 || activity->processes[0].threads.size() != 1) ::_exit(4);
      const ThreadActivity& thread = activity->processes[0].threads[0];
      ::_exit(thread.call == "epoll_pwait" && thread.waits.size() == 1 && thread.watched_sockets == 1 ? 1 : 5);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(looker, &status, 0), looker);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_LE(WEXITSTATUS(status), 1) << "room for " << room;
    complete += WEXITSTATUS(status);
  }
  EXPECT_GT(complete, 0);
  EXPECT_LT(complete, 12);
}

#ifdef __x86_64__
TEST(ActivityOfPoll, MadeAsACallOf32Bits) {
  const Pair pair(SOCK_STREAM);
  constexpr int poll_of_32_bits = 168;
  const BlockedChild child([&] {
    void* low = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    auto* asked = static_cast<pollfd*>(low);
    *asked = {pair.a.get(), POLLIN, 0};
    int result = poll_of_32_bits;
    asm volatile("int $0x80" : "+a"(result) : "b"(asked), "c"(1), "d"(-1) : "memory", "r8", "r9", "r10", "r11");
    ::_exit(8);
  });
  if (!wait_until([&] {
        const char state = state_letter(child.pid(), child.pid());
        return state == 'Z' || is_in_call(child.pid(), child.pid(), poll_of_32_bits);
      }) ||
      state_letter(child.pid(), child.pid()) == 'Z')
    GTEST_SKIP() << "this kernel has no calls of 32 bits";
  expect_wait(look_at(child.pid()), {"poll", pair.a.get(), WaitFor::receive, WaitBy::poll});
}
#endif

TEST(ActivityOfPoll, SelectOfMoreThanItsSetHas) {
  const Pair pair(SOCK_STREAM);
  // The kernel looks at no more bits than the process has room for descriptors; behind them stands what is no set.
  constexpr std::size_t words = 1024;
  std::vector<unsigned long> set(words, ~0UL);
  std::fill(set.begin(), set.begin() + 16, 0UL);
  set.front() = 1UL << static_cast<unsigned>(pair.a.get());
  const BlockedChild child([&] { ::syscall(SYS_select, INT_MAX, set.data(), nullptr, nullptr, nullptr); });
  ASSERT_TRUE(child.blocks_in(SYS_select));
  const Looked looked = look_at(child.pid());
  expect_wait(looked, {"select", pair.a.get(), WaitFor::receive, WaitBy::select});
  EXPECT_EQ(looked.thread()->watched, 1U);
}

TEST(ActivityOfTime, AsleepSinceTheCallBegan) {
  const Pair pair(SOCK_STREAM);
  char byte = 0;
  if (task_file(::getpid(), ::getpid(), "sched").find("se.exec_start") == std::string::npos)
    GTEST_SKIP() << "this kernel has no se.exec_start";
  const cpu_set_t before = [] {
    cpu_set_t set;
    ::sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &before)) continue;
    const BlockedChild child([&] {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      ::sched_setaffinity(0, sizeof one, &one);
      ::recv(pair.a.get(), &byte, 1, 0);
    });
    ASSERT_TRUE(child.blocks_in(SYS_recvfrom));
    const std::int64_t blocked = monotonic_ns();
    constexpr std::int64_t while_asleep = 400'000'000;
    ASSERT_TRUE(wait_until([&] { return monotonic_ns() - blocked > while_asleep; }));
    const Looked looked = look_at(child.pid());
    const std::int64_t truth = monotonic_ns() - blocked;
    ASSERT_NE(looked.thread(), nullptr);
    ASSERT_TRUE(looked.thread()->asleep_ns.has_value());
    EXPECT_NEAR(static_cast<double>(*looked.thread()->asleep_ns), static_cast<double>(truth), 0.3e9) << "cpu " << cpu;
    RecordProperty("milliseconds_off_on_cpu_" + std::to_string(cpu),
                   std::to_string(static_cast<double>(*looked.thread()->asleep_ns - truth) / 1e6));
    const auto switches = looked.thread()->switches;
    ASSERT_TRUE(switches.has_value());
    EXPECT_EQ(look_at(child.pid()).thread()->switches, switches);
  }
}

TEST(ActivityOfProcess, EachThreadApart) {
  const Pair pair(SOCK_STREAM), full(SOCK_STREAM);
  fill(full.a.get());
  const BlockedChild child([&] {
    std::thread reader([&] {
      ::pthread_setname_np(::pthread_self(), "rea)der 1");
      char byte = 0;
      ::recv(pair.a.get(), &byte, 1, 0);
    });
    std::thread writer([&] { ::send(full.a.get(), "xx", 2, 0); });
    for (;;) ::pause();
  });
  std::vector<int> tids;
  ASSERT_TRUE(wait_until([&] {
    tids = tids_of(child.pid());
    return tids.size() == 3 && is_in_call(child.pid(), tids[1], SYS_recvfrom) &&
           is_in_call(child.pid(), tids[2], SYS_sendto) && task_file(child.pid(), tids[1], "comm") == "rea)der 1\n";
  }));
  const Looked looked = look_at(child.pid());
  ASSERT_NE(looked.process(), nullptr);
  EXPECT_EQ(looked.process()->parent, ::getpid());
  ASSERT_EQ(looked.process()->threads.size(), 3U);
  EXPECT_THAT(looked.process()->threads[0].waits, IsEmpty());
  const ThreadActivity& reader = *looked.thread(tids[1]);
  const ThreadActivity& writer = *looked.thread(tids[2]);
  EXPECT_EQ(reader.comm, "rea)der 1");
  ASSERT_EQ(reader.waits.size(), 1U);
  EXPECT_EQ(reader.waits.front().inode, inode_of(pair.a.get()));
  ASSERT_EQ(writer.waits.size(), 1U);
  EXPECT_EQ(writer.waits.front().what, WaitFor::send);
}

TEST(ActivityOfProcess, OneReaderAmongManyIdleThreads) {
  const Pair pair(SOCK_STREAM);
  constexpr std::size_t idle = 600;
  const BlockedChild child([&] {
    std::mutex mutex;
    mutex.lock();
    std::vector<std::thread> threads;
    for (std::size_t at = 0; at < idle; ++at) threads.emplace_back([&] { mutex.lock(); });
    char byte = 0;
    ::recv(pair.a.get(), &byte, 1, 0);
  });
  std::vector<int> tids;
  ASSERT_TRUE(wait_until([&] {
    tids = tids_of(child.pid());
    return tids.size() == idle + 1 && is_in_call(child.pid(), child.pid(), SYS_recvfrom) &&
           std::all_of(tids.begin() + 1, tids.end(), [&](int tid) { return is_in_call(child.pid(), tid, SYS_futex); });
  }));
  const Looked looked = look_at(child.pid());
  expect_wait(looked, {"recvfrom", pair.a.get(), WaitFor::receive});
  EXPECT_TRUE(looked.thread()->asleep_ns.has_value());
  ASSERT_EQ(looked.process()->threads.size(), tids.size());
  for (std::size_t at = 1; at < tids.size(); ++at) {
    const ThreadActivity& thread = looked.process()->threads[at];
    EXPECT_EQ(thread.tid, tids[at]);
    EXPECT_EQ(thread.call, "futex");
    EXPECT_EQ(thread.state, ThreadState::sleeping);
    EXPECT_THAT(thread.waits, IsEmpty());
  }
}

TEST(ActivityOfProcess, AThreadWithDescriptorsOfItsOwn) {
  const Pair pair(SOCK_STREAM), other(SOCK_STREAM);
  const BlockedChild child([&] {
    std::thread apart([&] {
      ::unshare(CLONE_FILES);
      // The same number is another socket here.
      ::dup2(other.a.get(), pair.a.get());
      char byte = 0;
      ::recv(pair.a.get(), &byte, 1, 0);
    });
    char byte = 0;
    ::recv(pair.a.get(), &byte, 1, 0);
  });
  std::vector<int> tids;
  ASSERT_TRUE(wait_until([&] {
    tids = tids_of(child.pid());
    return tids.size() == 2 && is_in_call(child.pid(), tids[0], SYS_recvfrom) &&
           is_in_call(child.pid(), tids[1], SYS_recvfrom);
  }));
  const Looked looked = look_at(child.pid());
  ASSERT_NE(looked.thread(tids[1]), nullptr);
  ASSERT_EQ(looked.thread(tids[0])->waits.size(), 1U);
  EXPECT_EQ(looked.thread(tids[0])->waits.front().fd, pair.a.get());
  ASSERT_EQ(looked.thread(tids[1])->waits.size(), 1U);
  EXPECT_EQ(looked.thread(tids[1])->waits.front().fd, pair.a.get());
  EXPECT_EQ(looked.thread(tids[1])->waits.front().inode, inode_of(other.a.get()));
}

/// What the search for owners found is old by then, and pids are given anew.
TEST(ActivityOfProcess, HoldsWhatItHasDescriptorsOf) {
  const Pair pair(SOCK_STREAM);
  const BlockedChild child([&] {
    ::close(pair.b.get());
    char byte = 0;
    ::recvfrom(::dup(pair.a.get()), &byte, 1, 0, nullptr, nullptr);
  });
  ASSERT_TRUE(child.blocks_in(SYS_recvfrom));
  const Looked looked = look_at(child.pid(), {inode_of(pair.b.get())});
  ASSERT_NE(looked.process(), nullptr);
  ASSERT_TRUE(looked.process()->holds.has_value());
  const auto holds = *looked.process()->holds;
  EXPECT_EQ(std::count(holds.begin(), holds.end(), inode_of(pair.a.get())), 1);
  EXPECT_EQ(std::count(holds.begin(), holds.end(), inode_of(pair.b.get())), 0);
  EXPECT_TRUE(std::is_sorted(holds.begin(), holds.end()));

  const Looked unasked = look_at(child.pid());
  ASSERT_NE(unasked.process(), nullptr);
  EXPECT_FALSE(unasked.process()->holds.has_value()) << "no descriptor was looked at";
}

TEST(ActivityOfProcess, Stopped) {
  const Pair pair(SOCK_STREAM);
  char byte = 0;
  const BlockedChild child([&] { ::recv(pair.a.get(), &byte, 1, 0); });
  ASSERT_TRUE(child.blocks_in(SYS_recvfrom));
  ASSERT_EQ(::kill(child.pid(), SIGSTOP), 0);
  ASSERT_TRUE(wait_until([&] { return state_letter(child.pid(), child.pid()) == 'T'; }));
  const Looked looked = look_at(child.pid());
  ASSERT_NE(looked.thread(), nullptr);
  EXPECT_EQ(looked.process()->state, ThreadState::stopped);
  EXPECT_EQ(looked.thread()->state, ThreadState::stopped);
  EXPECT_THAT(looked.thread()->waits, IsEmpty());
  EXPECT_EQ(looked.process()->tracer, 0);
}

TEST(ActivityOfProcess, PollGoesOnAfterAStop) {
  const Pair pair(SOCK_STREAM);
  pollfd asked{pair.a.get(), POLLIN, 0};
  const BlockedChild child([&] { ::syscall(SYS_poll, &asked, 1, 1'000'000); });
  ASSERT_TRUE(child.blocks_in(SYS_poll));
  ::kill(child.pid(), SIGSTOP);
  ASSERT_TRUE(wait_until([&] { return state_letter(child.pid(), child.pid()) == 'T'; }));
  ::kill(child.pid(), SIGCONT);
  ASSERT_TRUE(child.blocks_in(SYS_restart_syscall));
  expect_wait(look_at(child.pid()), {"poll", pair.a.get(), WaitFor::receive, WaitBy::poll});
}

TEST(ActivityOfProcess, Traced) {
  const Pair pair(SOCK_STREAM);
  char byte = 0;
  const BlockedChild child([&] { ::recv(pair.a.get(), &byte, 1, 0); });
  ASSERT_TRUE(child.blocks_in(SYS_recvfrom));
  if (::ptrace(PTRACE_ATTACH, child.pid(), nullptr, nullptr) != 0) GTEST_SKIP() << "ptrace is not permitted";
  ASSERT_TRUE(wait_until([&] { return state_letter(child.pid(), child.pid()) == 't'; }));
  const Looked looked = look_at(child.pid());
  ASSERT_NE(looked.thread(), nullptr);
  EXPECT_EQ(looked.thread()->state, ThreadState::traced);
  // The tracer is told by its process, the tracing thread being this one.
  EXPECT_EQ(looked.process()->tracer, ::getpid());
  EXPECT_THAT(looked.thread()->waits, IsEmpty());
}

TEST(ActivityOfProcess, WaitsForItsVforkChild) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const UniqueFd out(pipe[0]), in(pipe[1]);
  int bystander = 0, of_vfork = 0;
  auto* told = static_cast<int*>(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  {
    const BlockedChild child([&] {
      // Whatever becomes of the test, nobody is left behind. Only the parent tells: what both write is either's.
      const pid_t forked = ::fork();
      if (forked == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) ::pause();
      }
      told[0] = forked;
      if (::vfork() == 0) {
        ::syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        told[1] = static_cast<int>(::syscall(SYS_getpid));
        char byte = 0;
        ::syscall(SYS_read, out.get(), &byte, 1);
        ::_exit(0);
      }
    });
    ASSERT_TRUE(wait_until([&] {
      of_vfork = told[1];
      return of_vfork != 0 && is_in_call(of_vfork, of_vfork, SYS_read) && state_letter(child.pid(), child.pid()) == 'D';
    }));
    bystander = told[0];
    ASSERT_GT(bystander, 0);
    const Looked looked = look_at(child.pid()), other = look_at(bystander);
    ASSERT_NE(looked.process(), nullptr);
    EXPECT_EQ(looked.process()->vfork_child, of_vfork) << wchan_of(looked);
    ASSERT_NE(other.process(), nullptr);
    EXPECT_EQ(other.process()->vfork_child, 0);
  }
  ::munmap(told, 4096);
}

TEST(ActivityOfProcess, AZombieLeaderWhoseThreadsLiveOn) {
  const Pair pair(SOCK_STREAM);
  const BlockedChild child([&] {
    std::thread([&] {
      char byte = 0;
      ::recv(pair.a.get(), &byte, 1, 0);
      ::_exit(0);
    }).detach();
    ::syscall(SYS_exit, 0);
  });
  std::vector<int> tids;
  ASSERT_TRUE(wait_until([&] {
    tids = tids_of(child.pid());
    return tids.size() == 2 && state_letter(child.pid(), child.pid()) == 'Z' &&
           is_in_call(child.pid(), tids[1], SYS_recvfrom);
  }));
  const Looked looked = look_at(child.pid());
  ASSERT_NE(looked.process(), nullptr);
  EXPECT_EQ(looked.process()->state, ThreadState::zombie);
  EXPECT_TRUE(looked.process()->readable);
  EXPECT_FALSE(looked.process()->details->cmdline.empty());
  ASSERT_NE(looked.thread(tids[1]), nullptr);
  ASSERT_EQ(looked.thread(tids[1])->waits.size(), 1U);
  EXPECT_EQ(looked.thread(tids[1])->waits.front().inode, inode_of(pair.a.get()));
}

TEST(ActivityOfProcess, OfAnotherUser) {
  const Pair pair(SOCK_STREAM);
  if (::getuid() != 0) GTEST_SKIP() << "becoming another user needs root";
  char byte = 0;
  const BlockedChild child([&] { ::recv(pair.a.get(), &byte, 1, 0); });
  ASSERT_TRUE(child.blocks_in(SYS_recvfrom));
  // The looker must be without rights: it tells its result by its exit code.
  const pid_t looker = ::fork();
  if (looker == 0) {
    constexpr unsigned nobody = 65534;
    if (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(2);
    const Looked looked = look_at(child.pid(), {inode_of(pair.a.get())});
    const ThreadActivity* thread = looked.thread();
    if (thread == nullptr || looked.process()->readable || thread->call_known) ::_exit(3);
    if (thread->state != ThreadState::sleeping || !thread->switches || !thread->waits.empty()) ::_exit(4);
    const std::string gap = looked.activity.gaps.size() == 1 ? looked.activity.gaps.front().detail : "";
    if (gap.find("threads of pid " + std::to_string(child.pid()) + " (") != 0) ::_exit(5);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(looker, &status, 0), looker);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ActivityOfProcess, ThatEndedIsLeftOut) {
  int pid = 0;
  {
    const BlockedChild child([] { ::pause(); });
    pid = child.pid();
    EXPECT_EQ(look_at(pid).activity.processes.size(), 1U);
  }
  EXPECT_THAT(look_at(pid).activity.processes, IsEmpty());
}

TEST(ActivityOfProcess, KernelThread) {
  const std::string stat = task_file(2, 2, "stat");
  if (!stat.starts_with("2 (kthreadd)")) GTEST_SKIP() << "kernel threads are not to be seen";
  const Looked looked = look_at(2);
  ASSERT_NE(looked.thread(), nullptr);
  EXPECT_FALSE(looked.thread()->call_known);
  EXPECT_TRUE(looked.process()->readable);
  EXPECT_EQ(looked.thread()->call, "");
}

/// A cgroup that can be frozen, in whatever version's hierarchy is there.
class FrozenCgroup : public ::testing::Test {
 protected:
  static bool put(const std::string& path, const std::string& text) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file.valid() && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }
  /// Freezes that process and looks at it.
  void expect_frozen(const std::string& mount, const char* file, const char* freeze, const char* thaw,
                     const std::function<bool(const std::string&)>& is_frozen) {
    const std::string group = mount + "/skq-test-" + std::to_string(::getpid());
    if (::mkdir(group.c_str(), 0755) != 0) GTEST_SKIP() << "no cgroup can be made below " << mount;
    {
      const Pair pair(SOCK_STREAM);
      char byte = 0;
      const BlockedChild child([&] { ::recv(pair.a.get(), &byte, 1, 0); });
      EXPECT_TRUE(child.blocks_in(SYS_recvfrom));
      EXPECT_FALSE(look_at(child.pid()).process()->frozen);
      EXPECT_TRUE(put(group + "/cgroup.procs", std::to_string(child.pid())));
      EXPECT_TRUE(put(group + file, freeze));
      EXPECT_TRUE(wait_until([&] { return is_frozen(group); }));
      const Looked looked = look_at(child.pid());
      EXPECT_TRUE(looked.process()->frozen) << looked.thread()->wchan;
      EXPECT_TRUE(put(group + file, thaw));
    }
    EXPECT_TRUE(wait_until([&] { return ::rmdir(group.c_str()) == 0; }));
  }
};

TEST_F(FrozenCgroup, OfVersion2) {
  std::string mount;
  for (const char* path : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
    if (::access((std::string(path) + "/cgroup.procs").c_str(), F_OK) == 0) mount = path;
  if (mount.empty()) GTEST_SKIP() << "cgroup2 is not mounted";
  expect_frozen(mount, "/cgroup.freeze", "1", "0", [](const std::string& group) {
    return test::read_text(group + "/cgroup.events").find("frozen 1") != std::string::npos;
  });
}

TEST_F(FrozenCgroup, OfVersion1) {
  const std::string mount = "/sys/fs/cgroup/freezer";
  if (::access(mount.c_str(), F_OK) != 0) GTEST_SKIP() << "the freezer of version 1 is not mounted";
  expect_frozen(mount, "/freezer.state", "FROZEN", "THAWED",
                [](const std::string& group) { return test::read_text(group + "/freezer.state") == "FROZEN\n"; });
}

TEST(ActivityOfSockets, DescriptorsInFlight) {
  const Pair pair(SOCK_STREAM);
  char byte = 'x';
  iovec part{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(2 * sizeof(int));
  const std::array travelling{pair.a.get(), pair.a.get()};
  std::memcpy(CMSG_DATA(head), travelling.data(), sizeof travelling);
  ASSERT_EQ(::sendmsg(pair.a.get(), &message, 0), 1);
  const BlockedChild child([] { ::pause(); });
  const Looked named = look_at(child.pid(), {inode_of(pair.b.get())});
  ASSERT_EQ(named.activity.in_flight.size(), 1U);
  EXPECT_EQ(named.activity.in_flight.front().receiver, inode_of(pair.b.get()));
  EXPECT_EQ(named.activity.in_flight.front().count, 2U);
  EXPECT_THAT(look_at(child.pid(), {inode_of(pair.a.get())}).activity.in_flight, IsEmpty());
}

TEST(ActivityOfSockets, RegisteredWithAnIoUring) {
  const Pair pair(SOCK_STREAM);
  io_uring_params parameters{};
  const UniqueFd ring(static_cast<int>(::syscall(SYS_io_uring_setup, 4, &parameters)));
  if (!ring.valid()) GTEST_SKIP() << "io_uring is not permitted";
  const int registered = pair.a.get();
  ASSERT_EQ(::syscall(SYS_io_uring_register, ring.get(), IORING_REGISTER_FILES, &registered, 1), 0);
  // One request to receive, which must wait.
  auto* entries = static_cast<io_uring_sqe*>(::mmap(nullptr, parameters.sq_entries * sizeof(io_uring_sqe),
                                                    PROT_READ | PROT_WRITE, MAP_SHARED, ring.get(), IORING_OFF_SQES));
  const std::size_t size = parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned);
  auto* queue =
      static_cast<char*>(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring.get(), IORING_OFF_SQ_RING));
  ASSERT_NE(static_cast<void*>(entries), MAP_FAILED);
  ASSERT_NE(static_cast<void*>(queue), MAP_FAILED);
  char byte = 0;
  entries[0] = {};
  entries[0].opcode = IORING_OP_RECV;
  entries[0].fd = pair.a.get();
  entries[0].addr = reinterpret_cast<std::uintptr_t>(&byte);
  entries[0].len = 1;
  *reinterpret_cast<unsigned*>(queue + parameters.sq_off.array) = 0;
  *reinterpret_cast<unsigned*>(queue + parameters.sq_off.tail) = 1;
  ASSERT_EQ(::syscall(SYS_io_uring_enter, ring.get(), 1, 0, 0, nullptr, 0), 1);
  const BlockedChild child(
      [&] { ::syscall(SYS_io_uring_enter, ring.get(), 0, 1, IORING_ENTER_GETEVENTS, nullptr, 0); });
  ASSERT_TRUE(child.blocks_in(SYS_io_uring_enter));
  const Looked looked = look_at(child.pid(), {inode_of(pair.a.get())});
  ASSERT_NE(looked.thread(), nullptr);
  EXPECT_EQ(looked.thread()->call, "io_uring_enter");
  EXPECT_EQ(looked.thread()->call_fd, ring.get());
  ASSERT_EQ(looked.thread()->waits.size(), 1U);
  EXPECT_EQ(looked.thread()->waits.front().inode, Inode{});
  EXPECT_EQ(looked.thread()->waits.front().fd, -1);
  EXPECT_EQ(looked.thread()->waits.front().what, WaitFor::receive);
  EXPECT_EQ(looked.thread()->waits.front().by, WaitBy::io_uring);
  EXPECT_THAT(looked.activity.in_io_uring, ElementsAre(inode_of(pair.a.get())));
  ::munmap(entries, parameters.sq_entries * sizeof(io_uring_sqe));
  ::munmap(queue, size);
}

}  // namespace
}  // namespace skq::kernel
