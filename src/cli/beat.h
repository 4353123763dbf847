// The moments of looks that are made again and again. A sum of intervals would drift by what each look takes.
#pragma once

#include <cstdint>

namespace skq::cli {

class Beat {
 public:
  explicit Beat(double seconds);
  /// The next one, of CLOCK_MONOTONIC; those that were missed meanwhile are left out.
  std::int64_t next();

 private:
  std::int64_t step_, next_;
};

}  // namespace skq::cli
