// --sort with --limit: the first rows of all that come by. Only these are kept, copied, however many come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "skq/arena.h"
#include "skq/select.h"

namespace skq {

class FirstRows {
 public:
  /// `keys` and `context` have to outlive it.
  FirstRows(std::span<const SortKey> keys, std::size_t limit, TextContext& context);
  ~FirstRows();
  FirstRows(const FirstRows&) = delete;
  FirstRows& operator=(const FirstRows&) = delete;

  void take(const Socket& row);

  /// Once, and last. The same as sort_rows() gives of all that came.
  std::vector<const Socket*> sorted();

 private:
  struct Kept;

  [[nodiscard]] bool before(const Kept& a, const Kept& b) const;
  bool is_late(const Socket& row);
  Kept kept(const Socket& row, std::uint64_t number);
  void leave_the_gone();

  std::span<const SortKey> keys_;
  std::size_t limit_;
  TextContext& context_;
  Arena arena_, scratch_;
  std::vector<Kept> heap_;  ///< the last one in front
  std::uint64_t count_ = 0;
  std::size_t gone_ = 0;  ///< rows that left the heap and still lie in the arena
};

}  // namespace skq
