// What one look at the kernel gave: where and when, and what is missing from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace skq {

/// Why an answer is incomplete. The names are the JSON values of gaps[].kind.
enum class GapKind : std::uint8_t { family, dump, pending, owners, mark, events, system, netns, activity, recording };

std::string_view to_text(GapKind kind);

/// One hole in the answer, told once on stderr and in JSON.
struct Gap {
  GapKind kind{};
  std::string detail;
  bool operator==(const Gap&) const = default;
};

/// The circumstances of a look: the head of a JSON document.
struct Circumstances {
  std::string host;
  std::string boot_id;
  std::string kernel;
  std::int64_t time_ns = 0;  ///< CLOCK_REALTIME at the start of the first dump
  std::uint64_t netns = 0;   ///< inode of the network namespace; 0 unknown
};

/// How a look ended.
struct Summary {
  std::vector<Gap> gaps;
  std::uint64_t rows_seen = 0;  ///< rows the kernel gave, before any selection
  [[nodiscard]] bool complete() const { return gaps.empty(); }
};

}  // namespace skq
