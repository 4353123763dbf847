#include <algorithm>

#include "base/text_escape.h"
#include "skq/select.h"

namespace skq {

Parsed<std::vector<SortKey>> parse_sort(std::string_view text) {
  std::vector<SortKey> keys;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string_view word = text.substr(at, end - at);
    SortKey key;
    key.descending = word.starts_with('-');
    const std::size_t sign = key.descending || word.starts_with('+') ? 1 : 0;
    word.remove_prefix(sign);
    if (word.empty())
      return SyntaxError{"a column is missing", std::string(text), at, std::max<std::size_t>(sign, 1), {}};
    key.field = find_comparable(word);
    if (key.field == nullptr) {
      return SyntaxError{"unknown column '" + escaped(word.substr(0, 60)) + "'", std::string(text), at + sign,
                         word.size(), std::string(nearest_field(word))};
    }
    keys.push_back(key);
    at = end + 1;
  }
  return keys;
}

}  // namespace skq
