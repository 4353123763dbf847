// The memory of a blocked thread whose pages are not in memory: who reads them anyway may wait for ever.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "activity_look.h"
#include "kernel/proc_dir.h"
#include "kernel/user_memory.h"

namespace skq::kernel {
namespace {

using test::BlockedChild;
using test::inode_of;
using test::is_in_call;
using test::look_at;
using test::Looked;
using test::Pair;
using test::wait_until;

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

/// Pages that the child and we share.
class SharedPages {
 public:
  SharedPages(std::size_t size, int flags, int file)
      : size_(size), at_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | flags, file, 0)) {}
  SharedPages(const SharedPages&) = delete;
  SharedPages& operator=(const SharedPages&) = delete;
  ~SharedPages() { ::munmap(at_, size_); }

  [[nodiscard]] char* bytes() const { return static_cast<char*>(at_); }
  [[nodiscard]] std::uint64_t address() const { return reinterpret_cast<std::uintptr_t>(at_); }

 private:
  std::size_t size_;
  void* at_;
};

/// A file of which nothing is in memory, and a child that puts it, by a thread of its own, over what it polls.
class PolledFile : public ::testing::Test {
 protected:
  void SetUp() override {
    file_ = UniqueFd(::mkostemp(path_.data(), O_CLOEXEC));
    ASSERT_TRUE(file_.valid());
    ::unlink(path_.c_str());
    ASSERT_EQ(::ftruncate(file_.get(), static_cast<off_t>(page_size() * 4)), 0);
  }

  /// The page cache holds a page as soon as somebody has read the file there.
  [[nodiscard]] bool is_in_memory() const {
    const SharedPages mapped(page_size(), 0, file_.get());
    unsigned char resident = 0;
    EXPECT_EQ(::mincore(mapped.bytes(), page_size(), &resident), 0);
    return (resident & 1U) != 0;
  }
  void put_over(const SharedPages& pages) const {
    ::mmap(pages.bytes(), page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file_.get(), 0);
  }

  std::string path_ = "/tmp/skq-pages-XXXXXX";
  UniqueFd file_;
  const Pair pair_{SOCK_STREAM};
  const SharedPages asked_{page_size(), MAP_ANONYMOUS, -1}, told_{page_size(), MAP_ANONYMOUS, -1};
};

/// Runs `block` on a thread of its own, and covers what it is given once that is in its call.
template <class Block, class Cover>
void block_and_cover(char* told, const Block& block, const Cover& cover, long number) {
  std::thread blocked([&] {
    const auto tid = static_cast<int>(::syscall(SYS_gettid));
    std::memcpy(told + 1, &tid, sizeof tid);
    block();
  });
  const bool is_blocked = wait_until([&] {
    int tid = 0;
    std::memcpy(&tid, told + 1, sizeof tid);
    return tid != 0 && is_in_call(::getpid(), tid, number);
  });
  if (is_blocked) cover();
  told[0] = is_blocked ? 1 : 2;
  blocked.join();
}

TEST_F(PolledFile, ThatIsNotInMemoryIsLeftThere) {
  const pollfd entry{pair_.a.get(), POLLIN, 0};
  std::memcpy(asked_.bytes(), &entry, sizeof entry);
  const BlockedChild child([&] {
    block_and_cover(
        told_.bytes(), [&] { ::ppoll(reinterpret_cast<pollfd*>(asked_.bytes()), 1, nullptr, nullptr); },
        [&] { put_over(asked_); }, SYS_ppoll);
  });
  ASSERT_TRUE(wait_until([&] { return told_.bytes()[0] != 0; }));
  ASSERT_EQ(told_.bytes()[0], 1);
  ASSERT_FALSE(is_in_memory());
  int tid = 0;
  std::memcpy(&tid, told_.bytes() + 1, sizeof tid);

  const Looked looked = look_at(child.pid());
  EXPECT_FALSE(is_in_memory()) << "the look has read it";
  ASSERT_NE(looked.thread(tid), nullptr);
  EXPECT_EQ(looked.thread(tid)->call, "ppoll");
  EXPECT_TRUE(looked.thread(tid)->waits.empty());
  EXPECT_EQ(looked.thread(tid)->watched_sockets, 1U) << "it may be a socket";
  EXPECT_EQ(looked.activity.gaps.size(), 1U);

  const UniqueFd all(::open(("/proc/" + std::to_string(child.pid()) + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
  char byte = 0;
  ASSERT_EQ(::pread64(all.get(), &byte, 1, static_cast<off64_t>(asked_.address())), 1);
  EXPECT_TRUE(is_in_memory()) << "a read would not have shown";
}

TEST_F(PolledFile, ASetThatIsNotInMemoryIsLeftThere) {
  const int fd = pair_.a.get();
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  std::memcpy(asked_.bytes(), &set, sizeof set);
  const BlockedChild child([&] {
    block_and_cover(
        told_.bytes(), [&] { ::syscall(SYS_pselect6, fd + 1, asked_.bytes(), nullptr, nullptr, nullptr, nullptr); },
        [&] { put_over(asked_); }, SYS_pselect6);
  });
  ASSERT_TRUE(wait_until([&] { return told_.bytes()[0] != 0; }));
  ASSERT_EQ(told_.bytes()[0], 1);
  ASSERT_FALSE(is_in_memory());
  int tid = 0;
  std::memcpy(&tid, told_.bytes() + 1, sizeof tid);

  const Looked looked = look_at(child.pid());
  EXPECT_FALSE(is_in_memory()) << "the look has read it";
  ASSERT_NE(looked.thread(tid), nullptr);
  EXPECT_EQ(looked.thread(tid)->call, "pselect6");
  EXPECT_TRUE(looked.thread(tid)->waits.empty());
  EXPECT_GT(looked.thread(tid)->watched_sockets, 0U) << "they may be sockets";
  EXPECT_EQ(looked.activity.gaps.size(), 1U);
}

/// Ourselves: what is in memory is read up to the first page that is not, across many pages as well.
TEST(UserMemory, EndsAtTheFirstPageThatIsNotInMemory) {
  const std::size_t count = 200, size = count * page_size();
  const SharedPages pages(size, MAP_ANONYMOUS, -1);
  for (std::size_t at = 0; at < count; ++at) pages.bytes()[at * page_size()] = static_cast<char>(at);
  const UniqueFd task = open_directory(AT_FDCWD, "/proc/self/task");
  UserMemory memory(task.get(), ::getpid(), sizeof(void*));
  std::vector<std::byte> into(size);
  EXPECT_EQ(memory.read(pages.address(), into), size);
  EXPECT_EQ(std::memcmp(into.data(), pages.bytes(), size), 0);
  EXPECT_EQ(memory.read(pages.address() + 7, std::span(into).first(size - 7)), size - 7);

  for (const std::size_t absent : {std::size_t{150}, std::size_t{64}, std::size_t{1}, std::size_t{0}}) {
    ASSERT_EQ(::madvise(pages.bytes() + absent * page_size(), page_size(), MADV_DONTNEED), 0);
    EXPECT_EQ(memory.read(pages.address(), into), absent * page_size());
    EXPECT_EQ(memory.read(pages.address() + absent * page_size(), std::span(into).first(1)), 0U);
    EXPECT_EQ(memory.read(pages.address() + (absent + 1) * page_size() - 1, std::span(into).first(2)), 0U);
  }
}

}  // namespace
}  // namespace skq::kernel
