#include "base/text_width.h"

#include <algorithm>
#include <span>

#include "base/text_utf8.h"
#include "base/text_width_table.h"

namespace skq {
namespace {

bool within(std::span<const width_table::Range> table, char32_t code) {
  const auto found = std::lower_bound(table.begin(), table.end(), code,
                                      [](const width_table::Range& range, char32_t c) { return range.last < c; });
  return found != table.end() && found->first <= code;
}

}  // namespace

int display_width(char32_t code) {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if (code < 0x300) return 1;
  if (within(width_table::zero, code)) return 0;
  return within(width_table::wide, code) ? 2 : 1;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      width += byte >= 0x20 && byte != 0x7f ? 1 : 0;
      ++at;
      continue;
    }
    const Utf8Step step = next_utf8(text, at);
    width += step.valid ? static_cast<std::size_t>(display_width(step.code)) : step.length;
    at += step.length;
  }
  return width;
}

}  // namespace skq
