// Who waits for whom for whom: chains that end at one who waits for nobody, and circles that end nowhere.
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

#include "why_test.h"

namespace why {
namespace {

struct Ends {
  int to = -1, from = -1;
};

class ChainTest : public WhyTest {
 protected:
  void make_pairs(std::size_t count, int type = SOCK_STREAM) {
    for (std::size_t at = 0; at < count; ++at) {
      pairs_.push_back(unix_pair(type));
      ends.push_back({pairs_.back().a.get(), pairs_.back().b.get()});
      inodes.push_back(live::inode_of(ends.back().to));
    }
  }
  void let_go() { pairs_.clear(); }

  std::vector<Ends> ends;
  std::vector<std::uint32_t> inodes;  ///< of `to`

 private:
  std::vector<Pair> pairs_;
};

/// A writes to B, B to C, …, the last is stopped: each one's root cause is the last, who is in between merely waits.
class Chains : public ChainTest, public testing::WithParamInterface<std::size_t> {};

TEST_P(Chains, EndAtWhoIsStopped) {
  const std::size_t writers = GetParam() - 1;
  make_pairs(writers);
  const Actor last = stopped_holder("last", {ends.back().from});
  std::vector<Actor> chain;
  for (std::size_t at = 0; at < writers; ++at) {
    std::vector<int> keep;
    if (at > 0) keep.push_back(ends[at - 1].from);
    chain.push_back(blocked_writer("link" + std::to_string(at), ends[at].to, keep));
  }
  let_go();
  for (const Actor& link : chain) ASSERT_BLOCKS(link, write_number);
  const Answer answer = ask_why();
  for (std::size_t at = 0; at < writers; ++at) {
    const auto* finding = expect_stuck(answer, "unix-send-blocked", chain[at].waits(ends[at].to, "write"),
                                       last.causes(ends.back().from, "stopped"));
    if (finding == nullptr || at + 1 == writers) continue;
    expect_culprit(*finding, chain[at + 1].causes(ends[at].from, "waiting"));
  }
  EXPECT_TRUE(answer.cycles.empty()) << answer.text;
}

INSTANTIATE_TEST_SUITE_P(, Chains, testing::Values(3, 4),
                         [](const auto& test) { return "of" + std::to_string(test.param); });

class Circles : public ChainTest, public testing::WithParamInterface<std::size_t> {};

TEST_P(Circles, AreToldOnce) {
  const std::size_t count = GetParam();
  make_pairs(count);
  std::vector<Actor> circle;
  for (std::size_t at = 0; at < count; ++at) {
    circle.push_back(blocked_writer("c" + std::to_string(at), ends[at].to, {ends[(at + count - 1) % count].from}));
  }
  let_go();
  for (const Actor& one : circle) ASSERT_BLOCKS(one, write_number);
  const Answer answer = ask_why();
  ASSERT_EQ(answer.cycles.size(), 1U) << answer.text;
  ASSERT_EQ(answer.cycles[0].size(), count) << answer.text;
  for (std::size_t at = 0; at < count; ++at) {
    const Waiting truth = circle[at].waits(ends[at].to, "write");
    const auto step = std::find_if(answer.cycles[0].begin(), answer.cycles[0].end(),
                                   [&](const SaidStep& said) { return said.tid == truth.tid; });
    ASSERT_NE(step, answer.cycles[0].end()) << answer.text;
    EXPECT_EQ(step->pid, truth.pid);
    EXPECT_EQ(step->comm, truth.comm);
    EXPECT_EQ(step->fd, truth.fd);
    EXPECT_EQ(step->inode, inodes[at]);
    const auto* finding = expect_waiter(answer, "wait-cycle", truth);
    EXPECT_TRUE(finding == nullptr || finding->severity == "critical");
  }
  EXPECT_EQ(answer.of_rule("wait-cycle").size(), 1U) << answer.text;
  EXPECT_TRUE(answer.of_rule("unix-send-blocked").empty()) << answer.text;
}

INSTANTIATE_TEST_SUITE_P(, Circles, testing::Values(1, 2, 3, 5),
                         [](const auto& test) { return "of" + std::to_string(test.param); });

using OtherChains = ChainTest;

// One more who waits for the circle is no part of it, and its cause is the circle.
TEST_F(OtherChains, OneOutsideWaitsForACircle) {
  make_pairs(3);
  const Actor first = blocked_writer("first", ends[0].to, {ends[1].from, ends[2].from});
  const Actor second = blocked_writer("second", ends[1].to, {ends[0].from});
  const Actor outside = blocked_writer("outside", ends[2].to);
  let_go();
  for (const Actor* one : {&first, &second, &outside}) ASSERT_BLOCKS(*one, write_number);
  const Answer answer = ask_why();
  ASSERT_EQ(answer.cycles.size(), 1U) << answer.text;
  EXPECT_EQ(answer.cycles[0].size(), 2U) << answer.text;
  const SaidFinding* finding = answer.of_waiter(outside.pid());
  ASSERT_NE(finding, nullptr) << answer.text;
  EXPECT_EQ(finding->severity, "critical");
  EXPECT_NE(finding->culprit(first.pid()), nullptr) << finding->title;
}

// The second process has another thread, which may yet read: that is no circle, and it is who must be asked.
TEST_F(OtherChains, AThreadThatWouldStillReadMakesItNoCircle) {
  make_pairs(2);
  const Actor first = blocked_writer("first", ends[0].to, {ends[1].from});
  const Actor second("second", {ends[0].from, ends[1].to}, [&](Told& told) {
    std::thread([&told] {
      const timespec long_time{1000, 0};
      told.second_tid = static_cast<int>(syscall(SYS_gettid));
      syscall(SYS_nanosleep, &long_time, nullptr);
    }).detach();
    live::send_until_full(ends[1].to, 1000);
    told.will_block();
    (void)!write(ends[1].to, "x", 1);
  });
  let_go();
  ASSERT_BLOCKS(first, write_number);
  ASSERT_BLOCKS(second, write_number);
  ASSERT_TRUE(blocks(second.pid(), second.told().second_tid, SYS_nanosleep)) << "situation: " << second.in_words();
  const Answer answer = ask_why();
  EXPECT_TRUE(answer.cycles.empty()) << answer.text;
  EXPECT_TRUE(answer.of_rule("wait-cycle").empty()) << answer.text;
  const auto* finding = expect_waiter(answer, "unix-send-blocked", first.waits(ends[0].to, "write"));
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->culprit(second.pid()), nullptr) << answer.text;
}

// Each waits for the other's answer, and neither has asked: a circle of readers.
TEST_F(OtherChains, TwoThatReadFromEachOther) {
  make_pairs(1);
  const auto part = [](int fd) {
    return [fd](Told& told) {
      char byte = 0;
      told.will_block();
      (void)!read(fd, &byte, 1);
    };
  };
  const Actor one("one", {ends[0].to}, part(ends[0].to));
  const Actor other("other", {ends[0].from}, part(ends[0].from));
  let_go();
  ASSERT_BLOCKS(one, SYS_read);
  ASSERT_BLOCKS(other, SYS_read);
  // Two idle ends look the same: it must not be called critical.
  EXPECT_EQ(ask_why().critical(), "");
}

}  // namespace
}  // namespace why
