#include "base/text_utf8.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string_view>

namespace skq {
namespace {

TEST(TextUtf8, DecodesTheEdges) {
  struct Case {
    std::string_view bytes;
    char32_t code;
  };
  const Case cases[] = {{"A", U'A'},
                        {"\xc2\x80", 0x80},
                        {"\xdf\xbf", 0x7ff},
                        {"\xe0\xa0\x80", 0x800},
                        {"\xed\x9f\xbf", 0xd7ff},
                        {"\xee\x80\x80", 0xe000},
                        {"\xef\xbf\xbf", 0xffff},
                        {"\xf0\x90\x80\x80", 0x10000},
                        {"\xf4\x8f\xbf\xbf", 0x10ffff}};
  for (const Case& one : cases) {
    const Utf8Step step = next_utf8(one.bytes, 0);
    EXPECT_TRUE(step.valid);
    EXPECT_EQ(step.code, one.code);
    EXPECT_EQ(step.length, one.bytes.size());
  }
}

// The lengths are the ones of the Unicode Standard's example of maximal subparts (3.9, table 3-8 and WHATWG).
TEST(TextUtf8, TakesMaximalSubpartsOfInvalidBytes) {
  struct Case {
    std::string_view bytes;
    int length;
  };
  const Case cases[] = {{"\x80", 1},         {"\xc1\x80", 1},     {"\xe2\x82", 2},      {"\xe2(", 1},
                        {"\xe0\x80\x80", 1}, {"\xed\xa0\x80", 1}, {"\xf0\x90\x80", 3},  {"\xf0\x80\x80", 1},
                        {"\xf4\x90\x80", 1}, {"\xf5\x80", 1},     {"\xf1\x80\x80g", 3}, {"\xff", 1},
                        {"\xc2", 1}};
  for (const Case& one : cases) {
    const Utf8Step step = next_utf8(one.bytes, 0);
    EXPECT_FALSE(step.valid);
    EXPECT_EQ(step.length, one.length);
    EXPECT_FALSE(is_valid_utf8(one.bytes));
  }
}

// Every text of up to three bytes with a lead byte, in a heap block of its exact size: a sanitizer sees any over-read.
TEST(TextUtf8, EncodesWhatItDecodes) {
  for (const char32_t code : {0x0U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xD7FFU, 0xE000U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
    std::string text;
    ASSERT_TRUE(append_utf8(text, code));
    const Utf8Step step = next_utf8(text, 0);
    EXPECT_TRUE(step.valid);
    EXPECT_EQ(step.code, code);
    EXPECT_EQ(step.length, text.size());
  }
  std::string text;
  EXPECT_FALSE(append_utf8(text, 0xD800));
  EXPECT_FALSE(append_utf8(text, 0x110000));
  EXPECT_EQ(text, "");
}

TEST(TextUtf8, NeverReadsBehindTheEnd) {
  for (unsigned lead = 0x80; lead < 0x100; ++lead) {
    for (const std::string_view tail : {"", "\x80", "\xbf\xbf", "\x90\x80"}) {
      const auto bytes = std::make_unique<char[]>(tail.size() + 1);
      bytes[0] = static_cast<char>(lead);
      std::memcpy(bytes.get() + 1, tail.data(), tail.size());
      const Utf8Step step = next_utf8({bytes.get(), tail.size() + 1}, 0);
      EXPECT_GE(step.length, 1);
      EXPECT_LE(step.length, tail.size() + 1);
    }
  }
}

}  // namespace
}  // namespace skq
