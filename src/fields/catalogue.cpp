#include <algorithm>
#include <numeric>
#include <vector>

#include "fields/fields_of.h"
#include "skq/fields.h"

namespace skq {
namespace {

std::vector<Field> concatenated() {
  std::vector<Field> all;
  for (const auto chapter :
       {fields::identity_fields(), fields::address_fields(), fields::memory_fields(), fields::unix_fields(),
        fields::owner_fields(), fields::inet_fields(), fields::other_fields(), fields::composed_fields()}) {
    all.insert(all.end(), chapter.begin(), chapter.end());
  }
  return all;
}

// Edit distance, for the nearest name: short words only, so the plain table is quick enough.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::span<const Field> all_fields() {
  static const std::vector<Field> all = concatenated();
  return all;
}

const Field* find_field(std::string_view name) {
  const auto all = all_fields();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Field& row) { return row.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string_view nearest_field(std::string_view name) {
  if (name.empty() || name.size() > 40) return {};
  std::string_view best;
  std::size_t smallest = name.size() / 2 + 1;
  for (const Field& row : all_fields()) {
    if (const std::size_t d = distance(name, row.name); d < smallest) {
      smallest = d;
      best = row.name;
    }
  }
  return best;
}

}  // namespace skq
