// One zoo of sockets, asked with BPF and without: the rows must be the same, but for what BPF alone tells.
#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "live_test.h"
#include "zoo.h"

namespace live {
namespace {

class BpfZoo : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    zoo_ = std::make_unique<Zoo>(folder());
    // Holders that share all of it, and some of it with other numbers.
    const std::vector<int> all = descriptors();
    ASSERT_FALSE(all.empty());
    for (const int copy : {700, 800}) {
      const int which = all[static_cast<std::size_t>(copy) % all.size()];
      children_.push_back(std::make_unique<Child>(all, [copy, which] { return dup2(which, copy) == copy; }));
      ASSERT_TRUE(children_.back()->ok());
    }
  }
  static std::vector<int> descriptors() {
    std::vector<int> all;
    for (int fd = 3; fd < 1000; ++fd)
      if (fcntl(fd, F_GETFD) >= 0) all.push_back(fd);
    return all;
  }
  /// Not netlink: skq itself has such a socket, another one each time.
  static Finished ask(const std::string& use, std::vector<std::string> more) {
    more.insert(more.begin(), {"-t", "-u", "-w", "-x", "-0", "-a", "-n", "--format=raw", "--bpf=" + use});
    return run_skq(more);
  }
  /// Every column that does not hang on the time or on BPF.
  static std::vector<std::string> columns() {
    return {"-c",
            "netid,state,local,peer,inode,peer_inode,cookie,uid,recv_q,send_q,send_mem,recv_mem,owners,peer_owners,pid,"
            "comm,fd,peer_pid,peer_comm,cmdline,cgroup,unit,container,peer_status,pending"};
  }

 private:
  std::unique_ptr<Zoo> zoo_;
  std::vector<std::unique_ptr<Child>> children_;
};

TEST_F(BpfZoo, TheSameRowsEitherWay) {
  const Finished required = ask("require", columns());
  if (required.exit != 0) GTEST_SKIP() << required.err;
  const Finished never = ask("never", columns());
  ASSERT_EQ(never.exit, 0) << never.err;
  EXPECT_GT(Rows(never.out).size(), 50U);
  EXPECT_EQ(required.out, never.out);
  EXPECT_EQ(ask("auto", columns()).out, never.out);
}

TEST_F(BpfZoo, TheSameRowsAreChosenByOwners) {
  const std::string mine = "pid == " + std::to_string(getpid());
  const std::vector<std::string> words{"--where", mine + " && fd > 5", "--sort=-fd", "--limit=30",
                                       "-c",      "inode,fd,comm"};
  const Finished required = ask("require", words);
  if (required.exit != 0) GTEST_SKIP() << required.err;
  EXPECT_EQ(required.out, ask("never", words).out);
}

}  // namespace
}  // namespace live
