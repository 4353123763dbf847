#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "skq/metrics.h"

namespace skq {
namespace {

constexpr MetricInfo queue{"skq_queue_bytes", MetricType::gauge, "bytes", "a b", "What waits", "kernel"};
constexpr MetricInfo drops{"skq_drops_total", MetricType::counter, "", "", "What is gone", "kernel"};

std::string text_of(std::vector<MetricFamily> families) {
  std::string out;
  append_prometheus(out, families);
  return out;
}

std::string value_text(double value) {
  const std::string text = text_of({{&drops, {{{}, value}}}});
  return text.substr(text.rfind(' ') + 1);
}

std::string label_text(std::string value) {
  const std::string text = text_of({{&queue, {{{{"a", std::move(value)}}, 1}}}});
  return text.substr(text.find('{'));
}

TEST(PrometheusText, FamiliesWithTheirSamples) {
  EXPECT_EQ(text_of({{&queue, {{{{"a", "x"}, {"b", "y"}}, 1}, {{{"a", "x"}, {"b", "z"}}, 2.5}}}, {&drops, {{{}, 3}}}}),
            "# HELP skq_queue_bytes What waits\n"
            "# TYPE skq_queue_bytes gauge\n"
            "skq_queue_bytes{a=\"x\",b=\"y\"} 1\n"
            "skq_queue_bytes{a=\"x\",b=\"z\"} 2.5\n"
            "# HELP skq_drops_total What is gone\n"
            "# TYPE skq_drops_total counter\n"
            "skq_drops_total 3\n");
}

TEST(PrometheusText, Values) {
  EXPECT_EQ(value_text(0), "0\n");
  EXPECT_EQ(value_text(1000000), "1000000\n");
  EXPECT_EQ(value_text(1795244889.123), "1795244889.123\n");
  EXPECT_EQ(value_text(0.1), "0.1\n");
  EXPECT_EQ(value_text(-4), "-4\n");
  EXPECT_EQ(value_text(9007199254740992), "9007199254740992\n");
  EXPECT_EQ(value_text(1e300), "1e+300\n");
  EXPECT_EQ(value_text(std::numeric_limits<double>::infinity()), "+Inf\n");
  EXPECT_EQ(value_text(-std::numeric_limits<double>::infinity()), "-Inf\n");
  EXPECT_EQ(value_text(std::nan("")), "NaN\n");
}

TEST(PrometheusText, LabelsHoldAnyBytes) {
  EXPECT_EQ(label_text("a\\b\"c\nd"), "{a=\"a\\\\b\\\"c\\nd\"} 1\n");
  EXPECT_EQ(label_text("\xff"), "{a=\"\xEF\xBF\xBD\"} 1\n");
  EXPECT_EQ(label_text("schön"), "{a=\"schön\"} 1\n");
}

}  // namespace
}  // namespace skq
