#include "cli/beat.h"

#include <algorithm>
#include <cmath>

#include "cli/screen.h"

namespace skq::cli {

Beat::Beat(double seconds) : step_(std::max<std::int64_t>(1, std::llround(seconds * 1e9))), next_(monotonic_ns()) {}

std::int64_t Beat::next() {
  const std::int64_t late = std::max<std::int64_t>(0, monotonic_ns() - next_);
  next_ += (late / step_ + 1) * step_;
  return next_;
}

}  // namespace skq::cli
