#include "base/text_width.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "base/text_width_table.h"

namespace skq {
namespace {

TEST(TextWidth, CountsColumns) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("/run/x.sock"), 11U);
  EXPECT_EQ(display_width("caf\u00e9"), 4U);
  EXPECT_EQ(display_width("cafe\u0301"), 4U);
  EXPECT_EQ(display_width("\u65e5\u672c\u8a9e"), 6U);
  EXPECT_EQ(display_width("\uac00\u1112\u1161\u11ab"), 4U);  // a syllable, and one of conjoining jamo
  EXPECT_EQ(display_width("\U0001f600"), 2U);
  EXPECT_EQ(display_width("\u2588\u258f\u2026"), 3U);
  EXPECT_EQ(display_width("\U00020000"), 2U);
  EXPECT_EQ(display_width("\xff\xe2\x82"), 3U);
  EXPECT_EQ(display_width("a\tb\x7f"), 2U);
}

template <std::size_t N>
bool is_sorted(const width_table::Range (&table)[N]) {
  for (std::size_t at = 0; at < N; ++at) {
    if (table[at].first > table[at].last || (at != 0 && table[at - 1].last >= table[at].first)) return false;
  }
  return true;
}

TEST(TextWidth, HasSortedTablesThatDoNotMeet) {
  EXPECT_TRUE(is_sorted(width_table::zero));
  EXPECT_TRUE(is_sorted(width_table::wide));
  for (const auto& narrow : width_table::zero) {
    const bool meets = std::any_of(std::begin(width_table::wide), std::end(width_table::wide), [&](const auto& wide) {
      return wide.first <= narrow.last && narrow.first <= wide.last;
    });
    EXPECT_FALSE(meets) << static_cast<unsigned long>(narrow.first);
  }
}

}  // namespace
}  // namespace skq
