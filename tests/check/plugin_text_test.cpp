// What a plugin prints, whatever names the sockets have.
#include <gtest/gtest.h>

#include <algorithm>

#include "skq/check.h"

namespace skq {
namespace {

std::string first_line(const CheckAnswer& answer) {
  const std::string text = plugin_text(answer);
  return text.substr(0, text.find('\n'));
}

TEST(PluginText, OneLineAndItsNumbers) {
  CheckAnswer answer{.status = CheckStatus::warning, .text = "accept-fill 83.33%"};
  answer.performance.push_back(
      {.label = "accept-fill",
       .value = 83.337,
       .unit = CheckUnit::percent,
       .thresholds = {.warning = CheckRange{80, 1e308 * 10, true}, .critical = CheckRange{0, 100}},
       .least = 0});
  answer.performance.push_back({.label = "sockets", .value = 3, .least = 0, .most = 9});
  answer.performance.push_back({.label = "lost", .value = {}});
  answer.lines.emplace_back("tcp LISTEN *:80");
  EXPECT_EQ(plugin_text(answer),
            "SKQ WARNING - accept-fill 83.33% | accept-fill=83.33%;@80:;100;0 sockets=3;;;0;9 lost=U\n"
            "tcp LISTEN *:80\n");
}

TEST(PluginText, EveryStatusHasItsWord) {
  EXPECT_EQ(first_line({.status = CheckStatus::ok, .text = "x"}), "SKQ OK - x");
  EXPECT_EQ(first_line({.status = CheckStatus::critical, .text = "x"}), "SKQ CRITICAL - x");
  EXPECT_EQ(first_line({.status = CheckStatus::unknown, .text = "x"}), "SKQ UNKNOWN - x");
}

TEST(PluginText, HostileTextStaysText) {
  CheckAnswer answer{.text = "a|b\nc\x1b[31m\x7f\xff\xc2\x9b d\\x"};
  answer.lines.emplace_back("one|two\nthree\r");
  const std::string text = plugin_text(answer);
  EXPECT_EQ(text.find('|'), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); }))
      << text;
  EXPECT_NE(text.find("a\\x7cb\\nc\\x1b"), std::string::npos) << text;
  EXPECT_NE(text.find(" d\\x"), std::string::npos) << "what is escaped already stays: " << text;
}

TEST(PluginText, TheFirstLineIsShort) {
  EXPECT_LT(first_line({.text = std::string(500, 'x')}).size(), 80U);
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "\u00e4";
  const std::string line = first_line({.text = wide});
  EXPECT_TRUE(line.ends_with("\u00e4...")) << "no character is cut in two: " << line;
  const std::string exact(79 - std::string("SKQ UNKNOWN - ").size(), 'y');
  EXPECT_TRUE(first_line({.text = exact}).ends_with("yyy"));
  EXPECT_TRUE(first_line({.text = exact + "y"}).ends_with("y..."));
}

TEST(PluginText, LabelsAreQuotedWhereTheyMust) {
  const auto label = [](std::string text) {
    CheckAnswer answer{.text = "x"};
    answer.performance.push_back({.label = std::move(text), .value = 1});
    const std::string line = first_line(answer);
    return line.substr(line.find(" | ") + 3);
  };
  EXPECT_EQ(label("a-b_c9"), "a-b_c9=1");
  EXPECT_EQ(label("a b"), "'a b'=1");
  EXPECT_EQ(label("it's"), "'it''s'=1");
  EXPECT_EQ(label("a=b|c\n"), "'a_b_c_'=1");
  EXPECT_EQ(label(""), "''=1");
}

TEST(PluginText, NumbersAreNeverRoundedUpAndHaveNoExponent) {
  const auto number = [](double value) {
    CheckAnswer answer{.text = "x"};
    answer.performance.push_back({.label = "n", .value = value});
    const std::string line = first_line(answer);
    return line.substr(line.find("n=") + 2);
  };
  EXPECT_EQ(number(99.9999), "99.99");
  EXPECT_EQ(number(100), "100");
  EXPECT_EQ(number(0.29), "0.29");
  EXPECT_EQ(number(18446744073709551615.0), "18446744073709551616");
  EXPECT_EQ(number(4294967295), "4294967295");
  EXPECT_EQ(number(0), "0");
}

TEST(PluginText, ValuesForPeople) {
  EXPECT_EQ(value_text(3, CheckUnit::count), "3");
  EXPECT_EQ(value_text(99.999, CheckUnit::percent), "99.99%");
  EXPECT_EQ(value_text(1536, CheckUnit::bytes), "1.5K");
}

}  // namespace
}  // namespace skq
