// Unix connections of which both ends are known, packed one behind the other, on their way out.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "collect/packed_row.h"

namespace skq::collecting {

/// Receives joined rows, which live until the call returns; they may be told their owners.
using JoinedSink = std::function<void(std::span<Socket* const> rows)>;

class Pairs {
 public:
  /// Not where neither of them is shown.
  void add(const PackedRow& first, const PackedRow& second);

  /// That shall be shown.
  [[nodiscard]] std::size_t rows() const { return rows_; }

  /// Hands over the rows that shall be shown, each with its other end.
  void hand_over(const JoinedSink& sink) const;

 private:
  std::vector<std::byte> bytes_;
  std::size_t rows_ = 0;
};

}  // namespace skq::collecting
