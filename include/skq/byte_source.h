// Bytes at an offset: the seam between files and what reads them, so that readers are tested with plain memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "skq/result.h"

namespace skq {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// How many bytes there are now; a file that others append to grows.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fills `to` from `offset` and says how much was filled: less only where the bytes end.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> to) const = 0;
};

}  // namespace skq
