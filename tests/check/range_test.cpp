// Ranges of thresholds: what is read, when they alert, and how they are printed.
#include <gtest/gtest.h>

#include "skq/check.h"

namespace skq {
namespace {

CheckRange range(std::string_view text, CheckUnit unit = CheckUnit::count) {
  const auto parsed = parse_check_range(text, unit);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : CheckRange();
}

struct Row {
  std::string_view text;
  double value;
  bool alerts, alerts_from;
};

class Alerts : public testing::TestWithParam<Row> {};

TEST_P(Alerts, OutsideOrInsideWithBothEndsIncluded) {
  const Row row = GetParam();
  EXPECT_EQ(range(row.text).alerts(row.value), row.alerts) << row.text << " " << row.value;
  EXPECT_EQ(range(row.text).alerts_from(row.value), row.alerts_from) << row.text << " " << row.value;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Alerts,
    testing::Values(Row{"10", -0.1, true, false}, Row{"10", 0, false, false}, Row{"10", 10, false, false},
                    Row{"10", 10.1, true, true}, Row{"10:", 9.9, true, false}, Row{"10:", 10, false, false},
                    Row{"10:", 1e12, false, false}, Row{"~:10", -1e12, false, false}, Row{"~:10", 10, false, false},
                    Row{"~:10", 10.1, true, true}, Row{"10:20", 9.9, true, false}, Row{"10:20", 10, false, false},
                    Row{"10:20", 20, false, false}, Row{"10:20", 20.1, true, true}, Row{"@10:20", 9.9, false, false},
                    Row{"@10:20", 10, true, false}, Row{"@10:20", 20, true, false}, Row{"@10:20", 20.1, false, false},
                    Row{"@100:", 99.99, false, false}, Row{"@100:", 100, true, true}, Row{"@~:", 5, true, true},
                    Row{"~:", 5, false, false}, Row{"0", 0, false, false}, Row{"0", 1, true, true},
                    Row{"-5:-1", -3, false, false}, Row{"-5:-1", 0, true, true}, Row{"-5:-1", -6, true, false},
                    Row{":5", 5, false, false}, Row{":5", -1, true, false}, Row{"1.5:2.5", 2.5, false, false},
                    Row{"1.5:2.5", 2.6, true, true}));

TEST(Range, TakesUnitsWhereTheyMeanSomething) {
  EXPECT_EQ(range("1.5K", CheckUnit::bytes).high, 1536);
  EXPECT_EQ(range("2M:3G", CheckUnit::bytes).low, 2.0 * 1024 * 1024);
  EXPECT_EQ(range("2M:3G", CheckUnit::bytes).high, 3.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(range("@80%:", CheckUnit::percent).low, 80);
  EXPECT_FALSE(parse_check_range("80%", CheckUnit::count));
  EXPECT_FALSE(parse_check_range("1K", CheckUnit::count));
  EXPECT_FALSE(parse_check_range("1K", CheckUnit::percent));
}

std::string refusal(std::string_view text, CheckUnit unit) {
  const auto parsed = parse_check_range(text, unit);
  return parsed ? "taken" : parsed.error().text();
}

TEST(Range, SaysWhatIsWrong) {
  const auto expect = [](std::string_view text, CheckUnit unit, std::string_view part) {
    EXPECT_NE(refusal(text, unit).find(part), std::string::npos) << refusal(text, unit);
  };
  expect("80%", CheckUnit::bytes, "in bytes, not in percent");
  expect("10K", CheckUnit::count, "a count and has no unit");
  expect("50%", CheckUnit::count, "a count and has no unit");
  expect("10K", CheckUnit::percent, "in percent, not in bytes");
  expect("-1", CheckUnit::count, "begins at 0; write '~:-1' or -1:0");
  expect("10:5", CheckUnit::count, "begins above its end");
  expect("/root:10", CheckUnit::count, "put it in quotes");
  expect("", CheckUnit::count, "an empty RANGE: write 10,");
  expect("abcK", CheckUnit::count, "write 10,");
}

TEST(Range, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"",   "@",   "x",  "10:5", "1:2:3", "~", "10:~", "nan", "inf",      "1e3", "0x10", " 1",
        "1 ", "--1", "+1", "1,5",  ".",     "-", "@@1",  "1@",  "\x1b[31m", "~:~", "1..2"}) {
    const auto parsed = parse_check_range(text, CheckUnit::count);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().text().find('\x1b'), std::string::npos);
  }
  EXPECT_FALSE(parse_check_range(std::string(400, '9'), CheckUnit::count)) << "more than a double holds";
}

TEST(Range, PrintsPlainNumbers) {
  EXPECT_EQ(range("10").text(), "10");
  EXPECT_EQ(range("0:10").text(), "10");
  EXPECT_EQ(range("10:").text(), "10:");
  EXPECT_EQ(range("~:10").text(), "~:10");
  EXPECT_EQ(range("@10:20").text(), "@10:20");
  EXPECT_EQ(range(":").text(), "0:");
  EXPECT_EQ(range("~:").text(), "~:");
  EXPECT_EQ(range("0.29:1.1").text(), "0.29:1.1");
  EXPECT_EQ(range("2G", CheckUnit::bytes).text(), "2147483648");
  EXPECT_EQ(range("@80%:", CheckUnit::percent).text(), "@80:");
}

}  // namespace
}  // namespace skq
