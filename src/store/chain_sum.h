// A number by which bytes of a file are known again: those of a full snapshot and its deltas, which the next delta
// builds on. Against accidents, not against people. It costs less than a tenth of reading the frames themselves.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "skq/store.h"

namespace skq::store {

class ChainSum {
 public:
  void add(std::string_view bytes);
  [[nodiscard]] std::uint64_t value() const;

 private:
  std::uint64_t hash_ = 0x9e3779b97f4a7c15;
  std::uint64_t size_ = 0;
  std::array<char, 8> rest_{};  ///< what fills no whole word yet
};

/// Of these bytes of a file. An Error: they cannot be read, or are not there.
Result<ChainSum> sum_of(const ByteSource& file, std::uint64_t begin, std::uint64_t end);

}  // namespace skq::store
