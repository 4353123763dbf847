#include "kernel/text_words.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace skq::kernel {
namespace {

using Parts = std::vector<std::string>;

template <class Take>
Parts all_of(std::string_view text, Take take) {
  Parts parts;
  while (!text.empty()) parts.emplace_back(take(text));
  return parts;
}

TEST(TextWords, LinesAreTakenWithTheirEnd) {
  EXPECT_EQ(all_of("a b\n\nc", take_line), (Parts{"a b", "", "c"}));
  EXPECT_EQ(all_of("a\n", take_line), Parts{"a"}) << "the last end begins no line";
  EXPECT_EQ(all_of(std::string_view("\0\n", 2), take_line), (Parts{std::string(1, '\0')}));
}

TEST(TextWords, SeparatorsEachEndAPart) {
  const auto comma = [](std::string_view& text) { return take_until(text, ','); };
  EXPECT_EQ(all_of("rw,hidepid=2,,x", comma), (Parts{"rw", "hidepid=2", "", "x"}));
}

TEST(TextWords, WordsStandBehindAnyBlanks) {
  const auto word = [](std::string_view& text) { return take_word(text); };
  EXPECT_EQ(all_of("  12:\t7 \r\t x", word), (Parts{"12:", "7", "x"}));
  EXPECT_EQ(all_of("one\r", word), (Parts{"one", ""}));
  std::string_view blank = " \t\r";
  EXPECT_EQ(take_word(blank), "");
  EXPECT_TRUE(blank.empty());
  EXPECT_EQ(all_of(" a\tb  c", [](std::string_view& text) { return take_word(text, " "); }), (Parts{"a\tb", "c"}));
}

TEST(TextWords, AtTheEndAllIsEmpty) {
  std::string_view nothing;
  EXPECT_EQ(take_line(nothing), "");
  EXPECT_EQ(take_until(nothing, ' '), "");
  EXPECT_EQ(take_word(nothing), "");
}

}  // namespace
}  // namespace skq::kernel
