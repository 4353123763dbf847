#include "base/units.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace skq {
namespace {

std::string human(std::uint64_t bytes) {
  std::string out;
  append_bytes_human(out, bytes);
  return out;
}

TEST(Units, PrintBytes) {
  struct Case {
    std::uint64_t bytes;
    std::string_view text;
  };
  const Case cases[] = {
      {0, "0"},
      {1023, "1023"},
      {1024, "1.0K"},
      {212992, "208.0K"},
      {213504, "208.5K"},
      {1572864, "1.5M"},
      {1048575, "1.0M"},
      {1048524, "1023.9K"},
      {std::uint64_t{1} << 30U, "1.0G"},
      {std::uint64_t{1} << 40U, "1.0T"},
      {std::uint64_t{1} << 50U, "1.0P"},
      {std::numeric_limits<std::uint64_t>::max(), "16.0E"},
  };
  for (const Case& one : cases) EXPECT_EQ(human(one.bytes), one.text);
}

TEST(Units, ParseSizes) {
  struct Case {
    std::string_view text;
    std::uint64_t bytes;
  };
  const Case cases[] = {
      {"0", 0},
      {"007", 7},
      {"4096", 4096},
      {"4K", 4096},
      {"4k", 4096},
      {"4KiB", 4096},
      {"1M", 1048576},
      {"1.5G", 1610612736},
      {"0.5K", 512},
      {"1.25m", 1310720},
      {"1.00000000000000000000000001K", 1024},
      {"15E", std::uint64_t{15} << 60U},
      {"18446744073709551615", std::numeric_limits<std::uint64_t>::max()},
  };
  for (const Case& one : cases) EXPECT_EQ(parse_size(one.text), one.bytes) << one.text;
}

TEST(Units, RefuseWhatIsNoSize) {
  for (const std::string_view bad : {"",
                                     "K",
                                     "-1",
                                     "+1",
                                     " 1",
                                     "1 ",
                                     "1.5",
                                     "1.K",
                                     ".5K",
                                     "1B",
                                     "1KB",
                                     "1KiBs",
                                     "1Z",
                                     "1e3",
                                     "0x10",
                                     "16E",
                                     "18446744073709551616",
                                     "99999999999999999999999K",
                                     "1,5K",
                                     "1.5\xff"}) {
    EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
  }
}

TEST(Units, ParseWhatTheyPrint) {
  for (std::uint64_t bytes = 1; bytes < (std::uint64_t{1} << 60U); bytes = bytes * 3 + 1) {
    const auto back = parse_size(human(bytes));
    ASSERT_TRUE(back);
    const std::uint64_t difference = *back > bytes ? *back - bytes : bytes - *back;
    EXPECT_LE(difference, bytes / 16) << bytes;
  }
}

}  // namespace
}  // namespace skq
