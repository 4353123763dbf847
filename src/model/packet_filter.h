// The classic BPF program of a packet socket: an array of struct sock_filter (include/uapi/linux/filter.h).
#pragma once

#include "model/diag_bytes.h"

namespace skq::model {

struct FilterStep {
  std::uint16_t code = 0;
  std::uint8_t jump_true = 0, jump_false = 0;
  std::uint32_t operand = 0;
};
static_assert(sizeof(FilterStep) == 8);

inline std::size_t filter_length(std::span<const std::byte> program) { return program.size() / sizeof(FilterStep); }

/// Calls take(step) for each; a last one that is cut is left out.
template <class Take>
void for_each_filter_step(std::span<const std::byte> program, Take take) {
  for (std::size_t at = 0; at < filter_length(program); ++at) {
    take(*read_at<FilterStep>(program, at * sizeof(FilterStep)));
  }
}

}  // namespace skq::model
