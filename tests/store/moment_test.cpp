// Times as people write them.
#include "store/moment.h"

#include <gtest/gtest.h>

#include <random>

#include "store/civil_time.h"

namespace skq::store {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day_ns = std::int64_t{1'795'219'200} * second;             // 2026-11-21T00:00:00Z
constexpr std::int64_t now_ns = day_ns + std::int64_t{12 * 3600 + 345} * second;  // 12:05:45

std::string iso(std::int64_t ns) {
  std::string text;
  append_iso_time(text, ns);
  return text;
}

struct Good {
  const char *text, *first, *last;
};

TEST(Moment, IsReadInEveryForm) {
  const Good rows[] = {
      {"12:30", "2026-11-21T12:30:00.000Z", "2026-11-21T12:30:00.999Z"},
      {"7:05", "2026-11-21T07:05:00.000Z", "2026-11-21T07:05:00.999Z"},
      {"00:00", "2026-11-21T00:00:00.000Z", "2026-11-21T00:00:00.999Z"},
      {"24:00", "2026-11-22T00:00:00.000Z", "2026-11-22T00:00:00.999Z"},
      {"12:30:05", "2026-11-21T12:30:05.000Z", "2026-11-21T12:30:05.999Z"},
      {"12:30:05.25", "2026-11-21T12:30:05.250Z", "2026-11-21T12:30:05.259Z"},
      {"12:30Z", "2026-11-21T12:30:00.000Z", "2026-11-21T12:30:00.999Z"},
      {"20261120 23:59", "2026-11-20T23:59:00.000Z", "2026-11-20T23:59:00.999Z"},
      {"20261120", "2026-11-20T00:00:00.000Z", "2026-11-20T00:00:00.999Z"},
      {"2026-11-20 23:59:59", "2026-11-20T23:59:59.000Z", "2026-11-20T23:59:59.999Z"},
      {"2026-11-21T07:08:09.123Z", "2026-11-21T07:08:09.123Z", "2026-11-21T07:08:09.123Z"},
      {"2026-11-21T07:08:09+01:00", "2026-11-21T06:08:09.000Z", "2026-11-21T06:08:09.999Z"},
      {"2026-11-21T07:08-0530", "2026-11-21T12:38:00.000Z", "2026-11-21T12:38:00.999Z"},
      {"2026-11-21T07:08+02", "2026-11-21T05:08:00.000Z", "2026-11-21T05:08:00.999Z"},
      {"2024-02-29 00:00", "2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.999Z"},
      {"@1795219200", "2026-11-21T00:00:00.000Z", "2026-11-21T00:00:00.999Z"},
      {"@1795219200.5", "2026-11-21T00:00:00.500Z", "2026-11-21T00:00:00.599Z"},
      {"@-1", "1969-12-31T23:59:59.000Z", "1969-12-31T23:59:59.999Z"},
      {"now", "2026-11-21T12:05:45.000Z", "2026-11-21T12:05:45.000Z"},
      {"-45s", "2026-11-21T12:05:00.000Z", "2026-11-21T12:05:00.000Z"},
      {"-15m", "2026-11-21T11:50:45.000Z", "2026-11-21T11:50:45.000Z"},
      {"-2h", "2026-11-21T10:05:45.000Z", "2026-11-21T10:05:45.000Z"},
      {"-1d", "2026-11-20T12:05:45.000Z", "2026-11-20T12:05:45.000Z"},
  };
  for (const Good& row : rows) {
    const auto read = parse_moment(row.text);
    const auto* mistake = std::get_if<MomentMistake>(&read);
    ASSERT_EQ(mistake, nullptr) << row.text << ": " << mistake->why;
    const TimeSpan span = std::get<Moment>(read).at(now_ns, day_ns);
    EXPECT_EQ(iso(span.first_ns), row.first) << row.text;
    EXPECT_EQ(iso(span.last_ns), row.last) << row.text;
  }
}

struct Bad {
  const char* text;
  std::size_t at;
  const char* why;
};

TEST(Moment, AMistakeSaysWhereItIs) {
  const Bad rows[] = {
      {"", 0, "a time is"},
      {"noon", 0, "the only word"},
      {"12", 0, "hh:mm"},
      {"12:3", 3, "minutes"},
      {"12:30:5", 6, "seconds"},
      {"12:30:05.", 9, "nine digits"},
      {"12:30:05.1234567890", 9, "nine digits"},
      {"24:01", 0, "no such time"},
      {"12:60", 0, "no such time"},
      {"23:59:60", 0, "no such time"},
      {"12:30 tomorrow", 5, "ends before this"},
      {"20260229", 0, "no such day"},
      {"20261131 12:00", 0, "no such day"},
      {"00000000", 0, "no such day"},
      {"99991231", 0, "no such day"},
      {"2026-11", 0, "YYYY-MM-DD"},
      {"2026-11-21x", 10, "behind a date"},
      {"2026-11-21T12:00+1", 16, "a zone"},
      {"2026-11-21T12:00+25:00", 16, "a zone"},
      {"2026-11-21T12:00 ", 16, "no zone"},
      {"@", 0, "seconds since 1970"},
      {"@99999999999999999999", 0, "seconds since 1970"},
      {"-15", 0, "before now"},
      {"-15y", 0, "before now"},
      {"-999999999d", 0, "too long ago"},
      {"\x1b[2J", 0, "a time is"},
  };
  for (const Bad& row : rows) {
    const auto read = parse_moment(row.text);
    const auto* mistake = std::get_if<MomentMistake>(&read);
    ASSERT_NE(mistake, nullptr) << row.text;
    EXPECT_EQ(mistake->at, row.at) << row.text;
    EXPECT_NE(mistake->why.find(row.why), std::string::npos) << row.text << ": " << mistake->why;
  }
}

TEST(Moment, AnyBytesGiveAMomentOrAMistakeWithinThem) {
  std::mt19937 random(7);
  const std::string_view letters = "0123456789:-T@Z+. nowsmhd\x1b\xff";
  std::uniform_int_distribution<std::size_t> letter(0, letters.size() - 1), size(0, 30);
  for (int i = 0; i < 50'000; ++i) {
    std::string text(size(random), ' ');
    for (char& c : text) c = letters[letter(random)];
    const auto read = parse_moment(text);
    if (const auto* mistake = std::get_if<MomentMistake>(&read)) {
      ASSERT_LE(mistake->at, text.size());
      ASSERT_GE(mistake->length, 1U);
      ASSERT_FALSE(mistake->why.empty());
    } else {
      const TimeSpan span = std::get<Moment>(read).at(now_ns, day_ns);
      ASSERT_LE(span.first_ns, span.last_ns) << text;
    }
  }
}

TEST(Moment, EightDigitsNameADay) {
  EXPECT_EQ(day_of_digits("20261121"), day_ns / second);
  for (const char* text : {"2026112", "202611211", "20261131", "2026112a", "-2026112", ""})
    EXPECT_FALSE(day_of_digits(text)) << text;
}

}  // namespace
}  // namespace skq::store
