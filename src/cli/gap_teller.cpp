#include "cli/gap_teller.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text_escape.h"

namespace skq::cli {

void add_new(std::vector<Gap>& gaps, const std::vector<Gap>& more) {
  for (const Gap& gap : more)
    if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.push_back(gap);
}
namespace {

constexpr std::size_t most = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Without the numbers that stand alone between blanks, as counts do. The digits of a name are part of it: web1, web2.
std::string without_counts(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    out += std::all_of(word.begin(), word.end(), is_digit) ? "#" : word;
    out += ' ';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

void GapTeller::take(const std::vector<Gap>& gaps) {
  for (const Gap& gap : gaps) {
    std::string key = fmt::format("{} {}", to_text(gap.kind), without_counts(gap.detail));
    if (told_.contains(key)) continue;
    if (told_.size() < most) {
      told_.insert(std::move(key));
      waiting_.push_back(escaped(gap.detail));
    } else if (!full_) {
      full_ = true;
      waiting_.push_back(fmt::format("more than {} different gaps: what follows is not told", most));
    }
  }
}

void GapTeller::tell() {
  for (const std::string& text : waiting_) say_(text);
  waiting_.clear();
}

}  // namespace skq::cli
