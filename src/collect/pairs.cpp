#include "collect/pairs.h"

#include <algorithm>
#include <array>

namespace skq::collecting {

void Pairs::add(const PackedRow& first, const PackedRow& second) {
  if (!first.shown() && !second.shown()) return;
  for (const PackedRow* const row : {&first, &second}) {
    rows_ += row->shown() ? 1 : 0;
    bytes_.insert(bytes_.end(), row->bytes(), row->bytes() + row->size());
  }
}

void Pairs::hand_over(const JoinedSink& sink) const {
  constexpr std::size_t at_once = 64;
  std::vector<std::array<Socket, 2>> pairs(std::min(at_once, rows_));
  std::vector<Socket*> rows;
  const std::byte* at = bytes_.data();
  const std::byte* const end = at + bytes_.size();
  while (at != end) {
    rows.clear();
    for (auto pair = pairs.begin(); pair != pairs.end() && at != end; ++pair) {
      for (std::size_t which = 0; which < 2; ++which) {
        const PackedRow packed(at);
        Socket& row = (*pair)[which];
        packed.unpack(row);
        row.other_end = &(*pair)[1 - which];
        if (packed.shown()) rows.push_back(&row);
        at += packed.size();
      }
    }
    sink(rows);
  }
}

}  // namespace skq::collecting
