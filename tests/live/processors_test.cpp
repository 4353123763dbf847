// Long listings are made on all processors, and are what one alone would have made.
#include <sched.h>
#include <sys/resource.h>

#include "live_test.h"

namespace live {
namespace {

class Processors : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_EQ(sched_getaffinity(0, sizeof all_, &all_), 0);
    if (CPU_COUNT(&all_) < 2) GTEST_SKIP() << "there is one processor only";
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_max < 4000) GTEST_SKIP() << "so many descriptors are not allowed";
    const UniqueFd listener = tcp_listener("127.0.0.1", 4040);
    for (int count = 0; count < 1000; ++count) keep(unix_pair(count % 3 == 0 ? SOCK_SEQPACKET : SOCK_STREAM));
    for (int count = 0; count < 600; ++count) keep(tcp_pair(listener.get(), "127.0.0.1", 4040));
  }
  void TearDown() override {
    sched_setaffinity(0, sizeof all_, &all_);
    LiveTest::TearDown();
  }

  void only_first(bool only) {
    cpu_set_t first;
    CPU_ZERO(&first);
    for (int cpu = 0; CPU_COUNT(&first) == 0; ++cpu)
      if (CPU_ISSET(cpu, &all_)) CPU_SET(cpu, &first);
    ASSERT_EQ(sched_setaffinity(0, sizeof all_, only ? &first : &all_), 0);
  }

  /// Without the head of a document, which has the time.
  static std::string rows_of(const std::vector<std::string>& arguments) {
    const Finished finished = run_skq(arguments);
    EXPECT_EQ(finished.exit, 0) << finished.err;
    const std::size_t head = finished.out.find("\"sockets\":[");
    return head == std::string::npos ? finished.out : finished.out.substr(head);
  }

 private:
  void keep(Pair pair) {
    ASSERT_TRUE(pair.a.valid() && pair.b.valid());
    kept_.push_back(std::move(pair));
  }

  std::vector<Pair> kept_;
  cpu_set_t all_{};
};

TEST_F(Processors, AllMakeWhatOneMakes) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"-xa"},
           {"-xap"},
           {"-xamJ"},
           {"-xaJ", "-p"},
           {"-xa", "--format=csv"},
           {"-xa", "--format=raw", "--columns=inode,peer_inode,cookie,state"},
           {"-tan"},
           {"-ta"},
           {"-tanJ", "--columns=netid,state,local,peer,inode,uid"},
           {"-tan", "--where", "local_port == 4040"},
           {"-tuxan"},
       }) {
    only_first(true);
    const std::string one = rows_of(arguments);
    only_first(false);
    EXPECT_GT(std::count(one.begin(), one.end(), '\n'), 599) << arguments.front();
    EXPECT_EQ(rows_of(arguments), one) << arguments.front();
  }
}

}  // namespace
}  // namespace live
