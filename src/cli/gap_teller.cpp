#include "cli/gap_teller.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text_escape.h"

namespace skq::cli {

void add_new(std::vector<Gap>& gaps, const std::vector<Gap>& more) {
  for (const Gap& gap : more)
    if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.push_back(gap);
}
namespace {

constexpr std::size_t most = 256;

}  // namespace

void GapTeller::take(const std::vector<Gap>& gaps) {
  for (const Gap& gap : gaps) {
    std::string key = fmt::format("{} {}", to_text(gap.kind), gap.detail);
    std::erase_if(key, [](char c) { return c >= '0' && c <= '9'; });
    if (told_.size() < most && told_.insert(key).second) waiting_.push_back(escaped(gap.detail));
  }
}

void GapTeller::tell() {
  for (const std::string& text : waiting_) say_(text);
  waiting_.clear();
}

}  // namespace skq::cli
