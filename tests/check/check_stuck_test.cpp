// skq check stuck: the findings of `skq why` as one number, chosen by FILTER.
#include <chrono>

#include "why/why_test.h"

namespace why {
namespace {

using live::Finished;

using CheckStuck = WhyTest;

Finished check_stuck(std::vector<std::string> words = {}) {
  words.insert(words.begin(), {"check", "stuck", "-N", "/proc/self/ns/net", "--settle=2"});
  return live::run_skq(std::move(words));
}

TEST_F(CheckStuck, NobodyIsStuck) {
  const Finished done = check_stuck();
  EXPECT_EQ(done.exit, 0) << done.out;
  EXPECT_TRUE(done.out.starts_with("SKQ OK - nothing is stuck | stuck=0;;0;0 warnings=0;;;0\n")) << done.out;
}

TEST_F(CheckStuck, AWriterWhoseReaderIsStopped) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader = stopped_holder("re|der", {from});
  const Actor writer = blocked_writer("writer", to);
  pair = {};
  ASSERT_BLOCKS(writer, write_number);
  const Finished done = check_stuck();
  EXPECT_EQ(done.exit, 2) << done.out;
  EXPECT_TRUE(done.out.starts_with("SKQ CRITICAL - 1 stuck: ")) << done.out;
  EXPECT_NE(done.out.find(" | stuck=1;;0;0 "), std::string::npos) << done.out;
  EXPECT_EQ(std::count(done.out.begin(), done.out.end(), '|'), 1) << done.out;
  EXPECT_EQ(check_stuck({"-c", "1"}).exit, 0);
  EXPECT_EQ(check_stuck({"-w", "0", "-c", "1"}).exit, 1);
  EXPECT_EQ(check_stuck({"-x"}).exit, 2);
  EXPECT_EQ(check_stuck({"--tcp"}).exit, 0);
  EXPECT_EQ(check_stuck({"--where", "comm == \"writer\""}).exit, 2);
  EXPECT_EQ(check_stuck({"--where", "comm == \"other\""}).exit, 0);
  EXPECT_EQ(check_stuck({"state", "listening"}).exit, 0);
}

TEST_F(CheckStuck, ItEndsInTimeThoughItWaitsForASecondLook) {
  Pair pair = unix_pair(SOCK_STREAM);
  const int to = pair.a.get(), from = pair.b.get();
  const Actor reader = stopped_holder("reader", {from});
  const Actor writer = blocked_writer("writer", to);
  pair = {};
  ASSERT_BLOCKS(writer, write_number);
  const auto begin = std::chrono::steady_clock::now();
  const Finished done = live::run_skq({"check", "stuck", "-N", "/proc/self/ns/net", "--settle=30", "-t", "0.05"});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1500)) << "the second look was awaited";
  EXPECT_EQ(done.exit, 3) << done.out;
  EXPECT_EQ(done.out, "SKQ UNKNOWN - no answer within 0.05 s (-t)\n");
}

}  // namespace
}  // namespace why
