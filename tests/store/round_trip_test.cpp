#include "round_trip.h"

#include <filesystem>

#include "kernel/recording.h"

namespace skq::test {
namespace {

TEST(RoundTrip, EveryFieldOfTheRecordedCaptures) {
  std::set<std::string_view> seen;
  for (const auto& entry : std::filesystem::directory_iterator(SKQ_TEST_DATA)) {
    if (entry.path().extension() != ".skqcap") continue;
    SCOPED_TRACE(entry.path());
    auto source = kernel::open_recording(entry.path());
    ASSERT_TRUE(source) << source.error().text();
    expect_same(**source, seen);
  }
  EXPECT_GT(seen.size(), all_fields().size() / 2);
}

TEST(RoundTrip, EveryFieldOfThisHost) {
  auto source = open_kernel();
  ASSERT_TRUE(source);
  std::set<std::string_view> seen;
  expect_same(**source, seen);
}

}  // namespace
}  // namespace skq::test
