#include "cli/screen_line.h"

#include <gtest/gtest.h>

namespace skq::cli {
namespace {

TEST(ScreenLine, WhatFitsStaysAsItIs) {
  EXPECT_EQ(fit_to_row("127.0.0.1:45958", 15, true), "127.0.0.1:45958");
  EXPECT_EQ(fit_to_row("", 0, true), "");
  EXPECT_EQ(fit_to_row("\033[31mred\033[0m", 3, true), "\033[31mred\033[0m");
  EXPECT_EQ(fit_to_row("\t skmem", 14, true), "\t skmem");
}

TEST(ScreenLine, WhatIsCutIsMarked) {
  EXPECT_EQ(fit_to_row("127.0.0.1:45958", 14, true), "127.0.0.1:459\u2026");
  EXPECT_EQ(fit_to_row("127.0.0.1:45958", 14, false), "127.0.0.1:459>");
  EXPECT_EQ(fit_to_row("\033[31mred\033[0m and more", 5, true), "\033[31mred\033[0m \u2026");
  EXPECT_EQ(fit_to_row("\t skmem", 12, true), "\t sk\u2026");
  EXPECT_EQ(fit_to_row("abc", 1, true), "\u2026");
  EXPECT_EQ(fit_to_row("abc", 0, true), "");
}

TEST(ScreenLine, WideCharactersAreNotHalved) {
  EXPECT_EQ(fit_to_row("\u4f60\u597d", 4, true), "\u4f60\u597d");
  EXPECT_EQ(fit_to_row("\u4f60\u597d", 3, true), "\u4f60\u2026");
  EXPECT_EQ(fit_to_row("\u4f60\u597d", 2, true), "\u2026");
}

TEST(ScreenLine, BrokenTextEndsSomewhere) {
  EXPECT_EQ(fit_to_row("ab\033[31", 2, true), "ab\033[31");
  EXPECT_EQ(fit_to_row("\xff\xff\xff", 3, true), "\xff\xff\xff");
}

}  // namespace
}  // namespace skq::cli
