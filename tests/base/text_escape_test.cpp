#include "base/text_escape.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace skq {
namespace {

using namespace std::string_literals;

struct Case {
  std::string bytes;
  std::string_view text;
};

TEST(TextEscape, WritesEachKindOfByte) {
  const Case cases[] = {
      {"/run/a b.sock", "/run/a b.sock"},
      {"", ""},
      {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
      {"\0x\x1b[31m\x7f"s, "\\x00x\\x1b[31m\\x7f"},
      {"back\\slash", "back\\\\slash"},
      {"\\x1b", "\\\\x1b"},  // the escape's own look-alike
      {"\xff\xfe", "\\xff\\xfe"},
      {"\xe2\x82", "\\xe2\\x82"},           // cut short
      {"\xc0\xaf", "\\xc0\\xaf"},           // overlong
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // surrogate
      {"caf\u00e9 \u65e5\u672c \U0001f600", "caf\u00e9 \u65e5\u672c \U0001f600"},
      {"\xc2\x9b", "\\u009b"},  // CSI as one character
      {"\u202egpj.exe", "\\u202egpj.exe"},
      {"\u2066\u2069\u200e\u200f\u061c", "\\u2066\\u2069\\u200e\\u200f\\u061c"},
      {"\u200b\ufeff\u2028", "\\u200b\\ufeff\\u2028"},
      {"\U000e0041", "\\U000e0041"},
  };
  for (const Case& one : cases) EXPECT_EQ(escaped(one.bytes), one.text);
}

TEST(TextEscape, MakesOneWord) {
  std::string out = "keep ";
  append_escaped_word(out, "a b\u00a0c\u3000d");
  EXPECT_EQ(out, "keep a\\x20b\\u00a0c\\u3000d");
}

TEST(TextEscape, KnowsPlainText) {
  EXPECT_TRUE(is_plain("/run/caf\u00e9"));
  for (const std::string_view bad : {"a\n", "\\", "\xff", "\u202e", "\xc2\x80"}) EXPECT_FALSE(is_plain(bad)) << bad;
}

int hex(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

void append_utf8(std::string& out, char32_t code) {
  if (code >= 0x10000) {
    out += static_cast<char>(0xf0 | code >> 18U);
    out += static_cast<char>(0x80 | (code >> 12U & 0x3fU));
  } else if (code >= 0x800) {
    out += static_cast<char>(0xe0 | code >> 12U);
  }
  if (code >= 0x800) out += static_cast<char>(0x80 | (code >> 6U & 0x3fU));
  if (code < 0x800) out += static_cast<char>(0xc0 | code >> 6U);
  out += static_cast<char>(0x80 | (code & 0x3fU));
}

// What a reader of the output does, written from the header's table alone.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    const char kind = text[at + 1];
    const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (digits == 0) out += kind == 'n' ? '\n' : kind == 't' ? '\t' : kind == 'r' ? '\r' : kind;
    char32_t code = 0;
    for (std::size_t digit = 0; digit < digits; ++digit)
      code = code * 16 + static_cast<char32_t>(hex(text[at + 2 + digit]));
    if (digits == 2) out += static_cast<char>(code);
    if (digits > 2) append_utf8(out, code);
    at += 2 + digits;
  }
  return out;
}

TEST(TextEscape, ReadsBackToTheSameBytes) {
  std::mt19937 random{7};
  const std::string_view pieces[] = {"\\",     "n",      "x1b",  "\n", "\xff", "\xe2\x80",
                                     "\u202e", "\u00e9", "\x1b", " ",  "\xc2", "\xf0\x9f"};
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (auto length = random() % 12; length > 0; --length) {
      if (random() % 2 != 0) {
        bytes += static_cast<char>(random());
      } else {
        bytes += pieces[random() % std::size(pieces)];
      }
    }
    std::string word;
    append_escaped_word(word, bytes);
    ASSERT_EQ(unescape(escaped(bytes)), bytes) << escaped(bytes);
    ASSERT_EQ(unescape(word), bytes) << word;
    ASSERT_EQ(word.find(' '), std::string::npos);
    for (const char c : word) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
}

}  // namespace
}  // namespace skq
