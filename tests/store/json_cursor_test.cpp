#include "store/json_cursor.h"

#include <gtest/gtest.h>

#include "store/base64.h"

namespace skq::store {
namespace {

std::string text_of(std::string_view json) {
  JsonCursor cursor(json);
  std::string scratch;
  std::string_view value;
  return cursor.string(value, scratch) && cursor.at_end() ? std::string(value) : "no string";
}

TEST(JsonCursor, Strings) {
  EXPECT_EQ(text_of(R"("plain")"), "plain");
  EXPECT_EQ(text_of(R"( "a\"\\\/\b\f\n\r\tb" )"), "a\"\\/\b\f\n\r\tb");
  EXPECT_EQ(text_of(R"("\u0000\u00e4\u20AC\ud83d\ude00")"), std::string("\0\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 10));
  EXPECT_EQ(text_of(R"("\ud83dx\ud83d\u0041\ude00")"),
            "\xef\xbf\xbdx\xef\xbf\xbd"
            "A\xef\xbf\xbd");
  for (const char* bad :
       {R"("open)", R"("\x")", R"("\u12")", R"("\u-123")", R"("\ud83d\u12")", "\"\n\"", "\"", "x", ""}) {
    EXPECT_EQ(text_of(bad), "no string") << bad;
  }
}

TEST(JsonCursor, Numbers) {
  const auto integer = [](std::string_view json) {
    JsonCursor cursor(json);
    std::uint64_t value = 0;
    return cursor.integer(value) && cursor.at_end() ? std::to_string(value) : "no";
  };
  EXPECT_EQ(integer("0"), "0");
  EXPECT_EQ(integer("18446744073709551615"), "18446744073709551615");
  for (const char* bad : {"-1", "1.5", "1e3", "18446744073709551616", "+1", ".5", "", "0x1", "nan", "inf"}) {
    EXPECT_EQ(integer(bad), "no") << bad;
  }
  JsonCursor real("-2.5e1");
  JsonNumber value;
  ASSERT_TRUE(real.number(value));
  EXPECT_FALSE(value.integral);
  EXPECT_EQ(value.real, -25);
}

TEST(JsonCursor, RawValues) {
  const auto raw = [](std::string_view json) {
    JsonCursor cursor(json);
    std::string_view value;
    return cursor.raw(value) ? std::string(value) : "no";
  };
  EXPECT_EQ(raw(R"( {"a":[1,{"b":null}],"c":"]"} , rest)"), R"({"a":[1,{"b":null}],"c":"]"})");
  EXPECT_EQ(raw(std::string(10, '[') + std::string(10, ']')), std::string(10, '[') + std::string(10, ']'));
  EXPECT_EQ(raw(std::string(100'000, '[')), "no");
  EXPECT_EQ(raw("[1,]"), "no");
  EXPECT_EQ(raw("{\"a\"}"), "no");
  EXPECT_EQ(raw("tru"), "no");
}

TEST(Base64, BothWays) {
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd"}) {
    std::string text;
    append_base64(text, bytes);
    EXPECT_EQ(from_base64(text), bytes);
  }
  for (const char* bad : {"a", "ab", "abc", "=aaa", "a===", "ab=c", "a b=", "ab==ab=="})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

}  // namespace
}  // namespace skq::store
