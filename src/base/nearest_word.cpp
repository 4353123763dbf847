#include "base/nearest_word.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace skq {
namespace {

constexpr std::size_t longest = 40;

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  const auto same = [&](std::size_t i, std::size_t j) { return lower(a[i]) == lower(b[j]); };
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same(i - 1, j - 1) ? 0 : 1)});
      if (i > 1 && j > 1 && same(i - 1, j - 2) && same(i - 2, j - 1)) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_without_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view nearest_word(std::string_view typed, std::span<const std::string_view> known) {
  if (typed.empty() || typed.size() > longest) return {};
  std::string_view best;
  std::size_t smallest = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string_view word : known) {
    // A word cut short is nearer than its length says: "establish".
    if (typed.size() >= 3 && word.size() > typed.size() && equal_without_case(word.substr(0, typed.size()), typed))
      return word;
    if (const std::size_t d = edits(typed, word); d < smallest) {
      smallest = d;
      best = word;
    }
  }
  return best;
}

}  // namespace skq
