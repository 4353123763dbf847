// How much memory a long list takes: what is streamed holds no rows, what has to wait for its other end waits packed,
// and a document of JSON is not held back.
#include <sys/resource.h>

#include <algorithm>

#include "live_test.h"

namespace live {
namespace {

constexpr std::size_t most_pairs = 10'000;
constexpr std::size_t fewest_pairs = 3'000;
constexpr long streamed_limit = 16 * 1024;  // kilobytes, as ru_maxrss counts

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool instrumented = true;
#elif defined(__has_feature)
constexpr bool instrumented = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool instrumented = false;
#endif

class LongList : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    if (instrumented) GTEST_SKIP() << "sanitizers take memory of their own";
    const std::size_t possible = descriptors_left() / 2;
    if (possible < fewest_pairs + 100) GTEST_SKIP() << "RLIMIT_NOFILE permits too few sockets: " << possible * 2;
    const std::size_t wanted = std::min(most_pairs, possible - 100);
    for (std::size_t count = 0; count < wanted; ++count) {
      pairs_.push_back(unix_pair(SOCK_STREAM));
      ASSERT_TRUE(pairs_.back().a.valid());
    }
  }

  [[nodiscard]] std::size_t sockets() const { return pairs_.size() * 2; }

  /// Kilobytes. Its output goes to nobody: what we would keep of it we would hand down to the next one.
  static long peak_of(const std::vector<std::string>& arguments) {
    const Finished finished = run_skq(arguments, {.stdout_path = "/dev/null"});
    EXPECT_EQ(finished.exit, 0) << as_shell(arguments) << finished.err;
    return finished.peak_kilobytes;
  }

 private:
  std::vector<Pair> pairs_;
};

TEST_F(LongList, StreamedFormatsTakeLittle) {
  const long floor = peak_of({"-w", "--json-lines"});  // next to no sockets
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"-xa", "-J"},
                                             {"-xa", "--json-lines"},
                                             {"-xa", "--format=csv"},
                                             {"-xa", "--format=raw"},
                                             {"-xa", "--format=csv", "-c", "netid,state,recv_q,local,peer"},
                                             {"-xa", "--json-lines", "-c", "inode,path"},
                                             {"-xa", "--sort=-send_mem", "--limit=20"},
                                             {"-xa", "-J", "--sort=-send_fill", "--limit=20"}}) {
    const long peak = peak_of(arguments);
    EXPECT_LE(peak, streamed_limit) << as_shell(arguments);
    // A packed row and its place in the index; a Socket alone would be 224. And the parts that are made just then.
    EXPECT_LE(peak - floor, 4000 + static_cast<long>(sockets() * 120 / 1024)) << as_shell(arguments);
  }
}

TEST_F(LongList, ATableTakesNoMoreThanItsTextAndThePackedRows) {
  const long floor = peak_of({"-w"});
  const long peak = peak_of({"-xa"});
  EXPECT_LE(peak - floor, 2000 + static_cast<long>(sockets() * 320 / 1024));
}

}  // namespace
}  // namespace live
