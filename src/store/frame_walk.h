// Where frames begin and end, told by their block headers alone (RFC 8878), and what stands between them that is none.
#pragma once

#include <cstdint>
#include <optional>

#include "skq/store.h"

namespace skq::store {

/// How much more may be looked at. A file of nothing but beginnings of frames must not cost more than its size.
struct WalkBudget {
  std::uint64_t blocks = 0;
  std::uint64_t heads = 0;
  std::uint64_t bytes = 0;
  std::uint64_t head_bytes = 0;  ///< of all first lines, which are all held
};
WalkBudget budget_for(std::uint64_t file_size);

enum class WalkEnd : std::uint8_t { whole, torn, none };

struct Walk {
  WalkEnd end = WalkEnd::none;
  std::uint64_t length = 0;
  bool skippable = false;         ///< zstd's own kind of comment
  std::uint64_t first_block = 0;  ///< the frame's length as far as the end of its first block
};

/// The frame that begins there: whole, reaching beyond the end of the file, or none.
Result<Walk> walk_frame(const ByteSource& file, std::uint64_t offset, WalkBudget& budget);

/// The next offset, `from` or behind, at which the bytes are those that begin a frame; empty: none, or none within the
/// budget.
Result<std::optional<std::uint64_t>> find_magic(const ByteSource& file, std::uint64_t from, WalkBudget& budget);

}  // namespace skq::store
