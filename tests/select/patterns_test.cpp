// Shell patterns, prefixes and regular expressions on their own.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "select/address_prefix.h"
#include "select/glob.h"
#include "select/regex.h"

namespace skq::select {
namespace {

TEST(Glob, MatchesAsFnmatchWithoutCase) {
  struct Row {
    std::string_view pattern, text;
    bool match;
  };
  constexpr Row rows[] = {
      {"", "", true},
      {"*", "", true},
      {"?", "", false},
      {"a", "A", true},
      {"A*c", "aXXc", true},
      {"a*c", "ab", false},
      {"*a*b*", "xxaxxbxx", true},
      {"/run/*", "/run/a/b", true},
      {"?", ".", true},
      {"[abc]", "B", true},
      {"[!abc]", "b", false},
      {"[^abc]", "d", true},
      {"[a-c]x", "bx", true},
      {"[]]", "]", true},
      {"[!]]", "]", false},
      {"[", "[", true},
      {"[a", "[a", true},
      {"[a", "a", false},
      {"\\*", "*", true},
      {"\\*", "x", false},
      {"[[:digit:]]", "5", true},
      {"[[:digit:]]", "x", false},
      {"a\\", "a\\", true},
      {"[a-]", "-", true},
      {"[\\]]", "]", true},
      {"***a", "a", true},
      {"a*b*c", "abcabcabd", false},
      {"?\xff", "\xfe\xff", true},
      {"[-a]", "-", true},
      {"x[", "x", false},
  };
  for (const Row& row : rows)
    EXPECT_EQ(glob_matches(row.pattern, row.text), row.match) << row.pattern << " " << row.text;
}

TEST(Glob, NeedsNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  EXPECT_FALSE(glob_matches(pattern + "b", std::string(5000, 'a')));
}

TEST(Prefix, ReadsAddresses) {
  for (const std::string_view good : {"1.2.3.4", "1", "1.2", "0.0.0.0/0", "10/8", "255.255.255.255/32", "0x7f.1",
                                      "::", "::1", "fe80::/10", "::ffff:1.2.3.4", "1.2.3.4/255.255.255.0"}) {
    EXPECT_TRUE(parse_prefix(good)) << good;
  }
  using namespace std::string_view_literals;
  for (const std::string_view bad :
       {""sv, "."sv, "1."sv, "1.2.3.4.5"sv, "256"sv, "1.2.3.4/"sv, "1.2.3.4/33"sv, "+1.2.3.4"sv, "::/129"sv, ":"sv,
        ":::"sv, "1::2::3"sv, "::1\0"sv, "1.2.3.4/255.0.255.0"sv, "fe80::1%lo"sv, "::/ffff::"sv, "::/255.0.0.0"sv,
        "-1"sv, "00000000000000000000000000000000000000000000000000::1"sv}) {
    EXPECT_FALSE(parse_prefix(bad)) << bad;
  }
  EXPECT_EQ(parse_prefix("1.2.3.4/255.255.0.0")->bits, 16);
  EXPECT_EQ(parse_prefix("0.0.0.0/0.0.0.0")->bits, 0);
}

bool found(std::string_view pattern, std::string_view text) {
  auto compiled = Regex::compile(pattern);
  if (const auto* error = std::get_if<RegexError>(&compiled)) {
    ADD_FAILURE() << pattern << ": " << error->message;
    return false;
  }
  const Regex& regex = std::get<Regex>(compiled);
  const bool first = regex.found_in(text);
  EXPECT_EQ(regex.found_in(text), first) << "another answer from what was remembered: " << pattern;
  return first;
}

TEST(Regex, FindsWhatEcmaScriptFinds) {
  struct Row {
    std::string_view pattern, text;
    bool match;
  };
  using namespace std::string_view_literals;
  const Row rows[] = {
      {"", "", true},
      {"", "x", true},
      {"php", "/run/php-fpm.sock", true},
      {"^php", "/run/php", false},
      {"sock$", "a.sock", true},
      {"^a$", "a", true},
      {"^a$", "ab", false},
      {"a|b", "xbx", true},
      {"^(a|b)$", "c", false},
      {"^(?:ab)+$", "ababab", true},
      {"^(ab)+$", "aba", false},
      {"a.c", "abc", true},
      {"a.c", "a\nc", false},
      {"a\\.c", "abc", false},
      {"a\\.c", "a.c", true},
      {"^a*$", "", true},
      {"^a+$", "", false},
      {"^a?b$", "b", true},
      {"^a{2}$", "aa", true},
      {"^a{2}$", "aaa", false},
      {"^a{2,}$", "aaaa", true},
      {"^a{2,3}$", "aaaa", false},
      {"^a{0}$", "", true},
      {"^a*?b+?$", "aab", true},
      {"[abc]", "xxc", true},
      {"^[^abc]$", "b", false},
      {"[a-c]", "B", false},
      {"[\\d]", "5", true},
      {"\\D", "5", false},
      {"^\\w+$", "a_9Z", true},
      {"\\W", "abc", false},
      {"\\s", "a b", true},
      {"\\S", " ", false},
      {"[[:alpha:]]", "9x", true},
      {"[[:digit:][:space:]]", " ", true},
      {"[]", "a", false},
      {"[^]", "a", true},
      {"^[^]$", "\n", true},
      {"[a\\]]", "]", true},
      {"[-a]", "-", true},
      {"[a-]", "-", true},
      {"\\bfoo\\b", "a foo b", true},
      {"\\bfoo\\b", "afoo", false},
      {"\\Boo", "foo", true},
      {"\\Bfoo", "foo", false},
      {"\\b", "", false},
      {"\\B", "", true},
      {"\\x41", "A", true},
      {"\\u00e4", "ä", true},
      {"^.$", "ä", true},
      {"^..$", "ä", false},
      {"^.$", "\xff", true},
      {"^[^a]$", "\xff", true},
      {"^..$", "\xc3(", true},
      {"[à-ÿ]", "ä", true},
      {"\\0", "a\0b"sv, true},
      {"\\cA", "\x01", true},
      {"\\t", "\t", true},
      {"(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false},
      {"(|a)+b", "aab", true},
      {"^(a|ab)(c|bcd)$", "abcd", true},
      {"a\\$", "a$", true},
      {"}", "}", true},
      {"]", "]", true},
      {"^$", "", true},
      {"^$", "x", false},
      {"x*", "y", true},
      {"$^", "", true},
      {"a^b", "a^b", false},
      {"(^a|b)c", "ac", true},
      {"(^a|b)c", "xac", false},
      {"(^a|b)c", "xbc", true},
  };
  for (const Row& row : rows) EXPECT_EQ(found(row.pattern, row.text), row.match) << row.pattern << " on " << row.text;
}

TEST(Regex, RefusesWithThePlace) {
  struct Row {
    std::string_view pattern, message;
    std::size_t at;
  };
  constexpr Row rows[] = {
      {"(", "this '(' is never closed", 0},
      {"a)", "')' without '('", 1},
      {"[a", "this '[' is never closed", 0},
      {"ab[", "this '[' is never closed", 2},
      {"*", "nothing to repeat", 0},
      {"a**", "nothing to repeat", 2},
      {"a{2}{3}", "nothing to repeat", 4},
      {"{", "nothing to repeat; write \\{ for the character", 0},
      {"a{", "a number must follow '{'", 2},
      {"a{2", "'}' is missing", 3},
      {"a{3,2}", "the numbers in {} are out of order", 0},
      {"a{1001}", "more than 1000 repetitions", 0},
      {"a{99999999999999999999}", "more than 1000 repetitions", 0},
      {"\\", "a character must follow the backslash", 0},
      {"a\\1", "back references are not supported", 1},
      {"(?=a)", "look-ahead and named groups are not supported", 0},
      {"(?<n>a)", "look-ahead and named groups are not supported", 0},
      {"\\y", "unknown escape", 0},
      {"\\xg", "a hexadecimal digit is missing", 0},
      {"[b-a]", "the ends of the range are out of order", 1},
      {"[a-\\d]", "a class cannot end a range", 1},
      {"[[:nope:]]", "unknown character class", 1},
      {"((a{1000}){1000}){1000}", "the pattern is too large with its repetitions written out", 0},
  };
  for (const Row& row : rows) {
    auto compiled = Regex::compile(row.pattern);
    const auto* error = std::get_if<RegexError>(&compiled);
    ASSERT_NE(error, nullptr) << row.pattern;
    EXPECT_EQ(error->message, row.message) << row.pattern;
    EXPECT_EQ(error->at, row.at) << row.pattern;
  }
  EXPECT_TRUE(std::holds_alternative<RegexError>(Regex::compile(std::string(257, 'a'))));
  EXPECT_TRUE(std::holds_alternative<Regex>(Regex::compile(std::string(256, 'a'))));
}

// std::regex overflows the stack on the first, and never ends on the second.
TEST(Regex, NeedsNoStackAndLinearTime) {
  const std::string longest(2'000'000, 'a');
  EXPECT_FALSE(found("^(a|b)*c$", longest));
  EXPECT_FALSE(found("(a*)*(a*)*(a*)*b", longest));
  EXPECT_TRUE(found("((((((((((()*)*)*)*)*)*)*)*)*)*)*", longest));
  EXPECT_TRUE(found("((((){1000}){1000}){1000}){1000}", "x"));
  EXPECT_TRUE(found(std::string(120, '(') + "a" + std::string(120, ')'), "a"));
}

// As many states as there are subsets: what is remembered must stay bounded.
TEST(Regex, ForgetsWhenThereAreTooManyStates) {
  std::string text;
  unsigned noise = 1;
  for (int i = 0; i < 3000; ++i) {
    noise = noise * 1103515245U + 12345U;
    text += (noise >> 16U) % 2 == 0 ? 'a' : 'b';
  }
  EXPECT_FALSE(found("a[ab]{200}c", text));
  EXPECT_TRUE(found("a[ab]{200}c", text + 'a' + std::string(200, 'b') + 'c'));
}

}  // namespace
}  // namespace skq::select
