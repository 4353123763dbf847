// BPF iterators against /proc and against queues that the test fills itself. Where BPF is not allowed they say so.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "child_process.h"
#include "kernel/bpf/iterators.h"
#include "kernel/bpf/unix_queues.h"
#include "kernel/proc_dir.h"
#include "kernel/process_scan.h"

namespace skq::kernel {
namespace {

using test::Child;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Bpf : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const Status loaded = iterators.load(); !loaded) GTEST_SKIP() << loaded.error().text();
  }
  SocketIterators iterators{BpfUse::require};
};

UniqueFd unix_socket(int type) { return UniqueFd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0)); }

Inode inode_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? static_cast<Inode>(status.st_ino) : Inode{};
}

std::uint64_t cookie_of(int fd) {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  return ::getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}

/// Who holds what, as one comparable list.
using Held = std::tuple<Inode, int, int, int, std::string, std::string>;

std::vector<Held> held(const OwnerScan& scan) {
  std::vector<Held> list;
  for (const OwnerScan::Entry& entry : scan.entries)
    for (const Owner& owner : entry.owners.list)
      list.emplace_back(entry.inode, owner.pid, owner.tid, owner.fd, std::string(owner.comm),
                        owner.process != nullptr ? std::string(owner.process->cmdline) : "");
  return list;
}

struct Scan {
  Scan(OwnerScanRequest request, SocketIterators* iterators)
      : result(scan_owners(request, arena, "/proc", iterators)) {}
  Arena arena;
  Result<OwnerScan> result;
};

void expect_same(std::vector<Inode> wanted, SocketIterators& iterators, bool threads = false) {
  std::sort(wanted.begin(), wanted.end());
  const OwnerScanRequest request{.wanted = wanted, .threads = threads, .process_details = true};
  const Scan by_proc(request, nullptr), by_bpf(request, &iterators);
  ASSERT_TRUE(by_proc.result && by_bpf.result);
  EXPECT_FALSE(held(*by_bpf.result).empty());
  EXPECT_EQ(held(*by_bpf.result), held(*by_proc.result));
}

TEST_F(Bpf, OwnersAreThoseOfProc) {
  std::mt19937 random(71);
  for (int round = 0; round < 5; ++round) {
    std::vector<UniqueFd> ours;
    std::vector<Inode> inodes;
    std::vector<std::unique_ptr<Child>> children;
    for (int step = 0; step < 12; ++step) {
      for (auto more = random() % 7; more > 0; --more) {
        ours.push_back(random() % 3 == 0 ? UniqueFd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))
                                         : unix_socket(SOCK_STREAM));
        inodes.push_back(inode_of(ours.back().get()));
      }
      if (!ours.empty() && random() % 4 == 0) ours.erase(ours.begin());
      // A child has all that we have then, some of it twice and some not.
      children.push_back(std::make_unique<Child>([&] {
        ::prctl(PR_SET_NAME, ("ch " + std::to_string(step) + "\n").c_str());
        for (const UniqueFd& fd : ours) {
          if (random() % 3 == 0) static_cast<void>(::dup(fd.get()));
          if (random() % 3 == 0) ::close(fd.get());
        }
      }));
      ASSERT_TRUE(children.back()->ready());
      if (random() % 5 == 0) children.erase(children.begin());
    }
    inodes.push_back(Inode{1});
    expect_same(inodes, iterators);
  }
}

TEST_F(Bpf, NobodyHoldsWhatIsClosed) {
  UniqueFd socket = unix_socket(SOCK_STREAM);
  const std::vector<Inode> wanted{inode_of(socket.get())};
  socket.reset();
  const Scan scan({.wanted = wanted}, &iterators);
  ASSERT_TRUE(scan.result);
  EXPECT_THAT(scan.result->entries, IsEmpty());
  EXPECT_FALSE(iterators.failure());
  // That nobody holds it is said only where every process was seen, by the one or the other.
  const Scan by_proc({.wanted = wanted}, nullptr);
  ASSERT_TRUE(by_proc.result);
  EXPECT_LE(scan.result->unreadable, by_proc.result->unreadable);
  // Who hides from both is as unknown as before.
  const bool hides = by_proc.result->unreadable != 0;
  bool saw_hidden = false;
  ASSERT_TRUE(iterators.owners([&](const OwnerRow& row) {
    saw_hidden = saw_hidden || by_proc.result->first_unreadable.starts_with("pid " + std::to_string(row.pid) + " ");
  }));
  if (!saw_hidden) {
    EXPECT_EQ(scan.result->unreadable != 0, hides);
  }
}

TEST_F(Bpf, ThreadsAreToldByProc) {
  const UniqueFd socket = unix_socket(SOCK_STREAM);
  const Child child([] {
    pthread_t thread{};
    ::pthread_create(
        &thread, nullptr, [](void*) -> void* { return ::pause(), nullptr; }, nullptr);
  });
  expect_same({inode_of(socket.get())}, iterators, true);
}

/// Waits until the iterator tells that many owners of the one socket: threads of another process need a moment.
std::vector<Held> wait_for_owners(SocketIterators& iterators,
                                  const std::function<bool(const std::vector<Held>&)>& enough,
                                  const std::function<std::vector<Inode>()>& wanted) {
  std::vector<Held> list;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline) {
    const std::vector<Inode> inodes = wanted();
    const Scan scan({.wanted = inodes}, &iterators);
    if (scan.result) list = held(*scan.result);
    if (enough(list)) break;
    std::this_thread::yield();
  }
  return list;
}

struct Shared {
  volatile std::uint32_t inode;
  volatile int fd;
};

TEST_F(Bpf, AThreadWithATableOfItsOwn) {
  auto* const shared =
      static_cast<Shared*>(::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(shared, MAP_FAILED);
  static Shared* told;
  told = shared;
  const Child child([] {
    pthread_t thread{};
    ::pthread_create(
        &thread, nullptr,
        [](void*) -> void* {
          if (::unshare(CLONE_FILES) != 0) return nullptr;
          const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
          told->fd = fd;
          told->inode = static_cast<std::uint32_t>(inode_of(fd));
          return ::pause(), nullptr;
        },
        nullptr);
  });
  const auto list = wait_for_owners(
      iterators, [](const auto& all) { return !all.empty(); }, [&] { return std::vector{Inode{shared->inode}}; });
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(std::get<1>(list.front()), child.pid());
  EXPECT_EQ(std::get<2>(list.front()), 0);
  EXPECT_EQ(std::get<3>(list.front()), shared->fd);
  expect_same({Inode{shared->inode}}, iterators);
  ::munmap(shared, sizeof(Shared));
}

TEST_F(Bpf, AZombieLeaderWhoseThreadsLive) {
  const UniqueFd socket = unix_socket(SOCK_STREAM);
  const Inode inode = inode_of(socket.get());
  const pid_t pid = ::fork();
  if (pid == 0) {
    pthread_t thread{};
    for (int more = 0; more < 2; ++more)
      ::pthread_create(
          &thread, nullptr, [](void*) -> void* { return ::pause(), nullptr; }, nullptr);
    ::syscall(SYS_exit, 0);  // this thread only
  }
  const auto is_zombie = [&] {
    std::string stat;
    return read_file_at(AT_FDCWD, ProcPath("/proc/", pid, "/stat").c_str(), 4096, stat) == 0 &&
           stat.find(") Z ") != std::string::npos;
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!is_zombie() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  ASSERT_TRUE(is_zombie());
  expect_same({inode}, iterators);
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

TEST_F(Bpf, StrangersAreThoseThatWereNotSeen) {
  const UniqueFd seen = unix_socket(SOCK_STREAM), stranger = unix_socket(SOCK_STREAM);
  const Child child([] {});
  const std::vector<Inode> known{inode_of(seen.get())};
  const Scan scan({.wanted = {}, .seen = &known}, &iterators);
  ASSERT_TRUE(scan.result);
  std::vector<std::tuple<Inode, int, int>> of_child;
  for (const Stranger& one : scan.result->strangers) {
    EXPECT_NE(one.inode, known.front());
    if (one.pid == child.pid()) of_child.emplace_back(one.inode, one.pid, one.fd);
  }
  EXPECT_THAT(of_child, testing::Contains(std::tuple(inode_of(stranger.get()), child.pid(), stranger.get())));
}

/// Runs in a child, which may change what it is; its exit status is the answer.
int in_child(const std::function<int()>& work) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(work());
  int status = -1;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Bpf, InAPidNamespaceItsOwnNumbersCount) {
  const UniqueFd socket = unix_socket(SOCK_STREAM);
  const int result = in_child([&] {
    if (::unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) return 77;
    return in_child([&] {
      if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
          ::mount("proc", "/proc", "proc", 0, nullptr) != 0)
        return 77;
      const std::vector<Inode> wanted{inode_of(socket.get())};
      const OwnerScanRequest request{.wanted = wanted};
      const Scan by_proc(request, nullptr), by_bpf(request, &iterators);
      if (!by_proc.result || !by_bpf.result || !by_bpf.result->hidden_processes) return 1;
      const auto list = held(*by_bpf.result);
      return list == held(*by_proc.result) && list.size() == 1 && std::get<1>(list.front()) == 1 ? 0 : 2;
    });
  });
  if (result == 77) GTEST_SKIP() << "no new pid namespace";
  EXPECT_EQ(result, 0);
}

// --- queues

std::map<std::uint64_t, UnixQueue> queues_of(SocketIterators& iterators, std::initializer_list<int> fds) {
  std::map<std::uint64_t, UnixQueue> found;
  auto rows = iterators.queues(0);
  if (!rows) return found;
  UnixQueues queues(std::move(*rows));
  Arena arena;
  for (const int fd : fds) {
    Socket socket;
    socket.cookie = Cookie{cookie_of(fd)};
    socket.part = UnixPart{};
    queues.join(socket, arena);
    if (socket.unix_part()->queue != nullptr) found[static_cast<std::uint64_t>(fd)] = *socket.unix_part()->queue;
  }
  return found;
}

void bind_abstract(int fd, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size), 0) << std::strerror(errno);
}

int connect_to(int fd, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size()));
}

TEST_F(Bpf, AReceiverOfDatagramsIsCountedExactly) {
  const std::string name = "skq-bpf-" + std::to_string(::getpid());
  const UniqueFd receiver = unix_socket(SOCK_DGRAM), sender = unix_socket(SOCK_DGRAM);
  bind_abstract(receiver.get(), name);
  ASSERT_EQ(connect_to(sender.get(), name), 0);
  std::uint32_t sent = 0;
  for (;;) {
    auto told = queues_of(iterators, {receiver.get(), sender.get()});
    ASSERT_EQ(told.size(), 2U);
    const UnixQueue& queue = told.at(static_cast<std::uint64_t>(receiver.get()));
    ASSERT_EQ(queue.length, sent);
    ASSERT_TRUE(queue.limit);
    EXPECT_FALSE(told.at(static_cast<std::uint64_t>(sender.get())).limit) << "it is connected";
    if (::send(sender.get(), "x", 1, MSG_DONTWAIT) != 1) {
      // Full by the kernel's own word: exactly as many as the limit says.
      EXPECT_EQ(errno, EAGAIN);
      EXPECT_EQ(sent, *queue.limit);
      break;
    }
    ASSERT_LT(sent, *queue.limit) << "one more was taken than the limit says";
    ++sent;
  }
  char byte = 0;
  ASSERT_EQ(::recv(receiver.get(), &byte, 1, 0), 1);
  EXPECT_EQ(queues_of(iterators, {receiver.get()}).begin()->second.length, sent - 1);
}

void send_descriptor(int through, int fd) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  char byte = 'x';
  iovec data{&byte, 1};
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
  ASSERT_EQ(::sendmsg(through, &message, 0), 1);
}

TEST_F(Bpf, DescriptorsInFlightAndSocketsInFlight) {
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  const UniqueFd a(pair[0]), b(pair[1]), traveller = unix_socket(SOCK_DGRAM), other = unix_socket(SOCK_DGRAM);
  send_descriptor(a.get(), traveller.get());
  send_descriptor(a.get(), 0);
  auto told = queues_of(iterators, {a.get(), b.get(), traveller.get(), other.get()});
  ASSERT_EQ(told.size(), 4U);
  const auto of = [&](const UniqueFd& fd) { return told.at(static_cast<std::uint64_t>(fd.get())); };
  EXPECT_EQ(of(b).descriptors, 2U);
  EXPECT_EQ(of(a).descriptors, 0U);
  EXPECT_EQ(of(traveller).in_flight, true);
  EXPECT_EQ(of(other).in_flight, false);
  EXPECT_EQ(of(b).in_flight, false);
}

TEST_F(Bpf, NoneOfAHundredThousandIsLost) {
  constexpr int processes = 10, each = 10000;
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_max < each + 100) GTEST_SKIP() << "at most " << limit.rlim_max << " descriptors";
  if (::unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "no network namespace";
  std::vector<std::unique_ptr<Child>> children;
  for (int at = 0; at < processes; ++at) {
    children.push_back(std::make_unique<Child>([] {
      for (int count = 0; count < each; ++count)
        if (::socket(AF_UNIX, count % 2 == 0 ? SOCK_STREAM : SOCK_DGRAM, 0) < 0) ::_exit(1);
    }));
    ASSERT_TRUE(children.back()->ready());
  }
  const auto rows = iterators.queues(0);  // too little room, so that it has to grow
  ASSERT_TRUE(rows);
  std::set<std::uint64_t> cookies;
  for (const QueueRow& row : *rows) cookies.insert(row.cookie);
  EXPECT_GE(cookies.size(), static_cast<std::size_t>(processes) * each);
  EXPECT_EQ(cookies.size(), rows->size());
  std::map<int, std::set<int>> by_pid;
  const Status read = iterators.owners([&](const OwnerRow& row) { by_pid[row.pid].insert(row.fd); });
  ASSERT_TRUE(read);
  for (const auto& child : children) EXPECT_GE(by_pid[child->pid()].size(), static_cast<std::size_t>(each));
}

// --- where it is not allowed

int as_nobody(const std::function<int()>& work) {
  return in_child([&] {
    constexpr uid_t nobody = 65534;
    if (::getuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0)) return 77;
    return work();
  });
}

TEST(WithoutRights, OnlyRequireFails) {
  const int result = as_nobody([] {
    const auto required = open_kernel(BpfUse::require);
    if (required || !required.error().text().starts_with("BPF: ")) return 1;
    const UniqueFd socket = unix_socket(SOCK_DGRAM);
    auto source = open_kernel();
    if (!source) return 2;
    Arena arena;
    const DumpRequest request{.family = Family::unix_domain,
                              .netid = Netid::u_dgr,
                              .states = ~StateSet(),
                              .needs = NeedSet(Need::unix_queue, Need::queues)};
    bool found = false;
    const auto end = (*source)->dump(request, arena, [&](Socket& row) {
      found = found || (row.inode == inode_of(socket.get()) && row.unix_part()->queue == nullptr);
      return true;
    });
    if (!end || end->error != 0 || !found) return 3;
    const std::vector<Inode> wanted{inode_of(socket.get())};
    const auto scan = (*source)->owners({.wanted = wanted}, arena);
    if (!scan || scan->entries.size() != 1) return 4;
    if (!(*source)->gaps().empty()) return 5;
    return (*source)->remark().starts_with("BPF: ") ? 0 : 6;
  });
  if (result == 77) GTEST_SKIP() << "cannot become nobody";
  EXPECT_EQ(result, 0);
}

TEST(WithoutRights, NeverLoadsNothing) {
  SocketIterators iterators(BpfUse::never);
  EXPECT_FALSE(iterators.may_work());
  EXPECT_FALSE(iterators.load());
  EXPECT_FALSE(iterators.is_loaded());
  EXPECT_FALSE(iterators.failure()) << "nothing was tried, so nothing failed";
}

TEST_F(Bpf, RowsOfADumpKnowTheirQueues) {
  const UniqueFd socket = unix_socket(SOCK_DGRAM);
  auto source = open_kernel(BpfUse::require);
  ASSERT_TRUE(source);
  Arena arena;
  DumpRequest request{
      .family = Family::unix_domain, .netid = Netid::u_dgr, .states = ~StateSet(), .needs = NeedSet(Need::unix_queue)};
  const UnixQueue* queue = nullptr;
  const auto find = [&](Socket& row) {
    if (row.inode == inode_of(socket.get())) queue = row.unix_part()->queue;
    return true;
  };
  ASSERT_TRUE((*source)->dump(request, arena, find));
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ(queue->length, 0U);
  EXPECT_GE(queue->limit.value_or(0), 1U);
  request.needs = NeedSet(Need::queues);
  ASSERT_TRUE((*source)->dump(request, arena, find));
  EXPECT_EQ(queue, nullptr) << "nobody asked";
}

}  // namespace
}  // namespace skq::kernel
