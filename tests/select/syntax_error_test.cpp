// How a mistake is shown.
#include <gtest/gtest.h>

#include "skq/select.h"

namespace skq {
namespace {

std::string shown(std::string input, std::size_t at, std::size_t length, std::string suggestion = {}) {
  return SyntaxError{"wrong", std::move(input), at, length, std::move(suggestion)}.text();
}

TEST(SyntaxErrorText, PutsCaretsUnderTheWord) {
  EXPECT_EQ(shown("abc def", 4, 3), "wrong\nabc def\n    ^^^");
  EXPECT_EQ(shown("abc def", 4, 3, "deaf"), "wrong; did you mean 'deaf'?\nabc def\n    ^^^");
  EXPECT_EQ(shown("abc", 3, 1), "wrong\nabc\n   ^");
  EXPECT_EQ(shown("", 0, 1), "wrong\n\n^");
  EXPECT_EQ(shown("abc", 99, 5), "wrong\nabc\n   ^");
  EXPECT_EQ(shown("abc", 1, 0), "wrong\nabc\n ^");
}

TEST(SyntaxErrorText, CountsColumnsAndNotBytes) {
  EXPECT_EQ(shown("ä b", 3, 1), "wrong\nä b\n  ^");
  EXPECT_EQ(shown("日本 x", 7, 1), "wrong\n日本 x\n     ^");
  EXPECT_EQ(shown("a日本", 1, 6), "wrong\na日本\n ^^^^");
}

TEST(SyntaxErrorText, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(shown("a\n\x1b b", 4, 1), "wrong\na\\n\\x1b b\n        ^");
  EXPECT_EQ(shown("\xff x", 2, 1), "wrong\n\\xff x\n     ^");
  EXPECT_EQ(shown(std::string("\0x", 2), 0, 1), "wrong\n\\x00x\n^^^^");
}

TEST(SyntaxErrorText, ShowsAWindowOfLongInput) {
  const std::string text = shown(std::string(5000, 'x') + " here " + std::string(5000, 'y'), 5001, 4);
  EXPECT_EQ(text, "wrong\n..." + std::string(59, 'x') + " here " + std::string(32, 'y') + "...\n" +
                      std::string(63, ' ') + "^^^^");
  const std::string wide = shown(std::string(60000, '('), 0, 60000);
  EXPECT_EQ(wide, "wrong\n" + std::string(100, '(') + "...\n" + std::string(100, '^'));
  std::string hostile;
  for (int i = 0; i < 1000; ++i) hostile += "\xe6\x97\xa5\x1b";
  EXPECT_LT(shown(hostile, 2000, 3).size(), 1000U);
}

}  // namespace
}  // namespace skq
