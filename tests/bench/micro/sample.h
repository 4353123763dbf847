// What the benchmarks work on: sockets of a private network namespace, as the running kernel told them when the program
// began. So the bytes are this kernel's own, and nothing has to be stored.
#pragma once

#include <vector>

#include "skq/collect.h"
#include "skq/source.h"

namespace bench {

enum class Kind : std::uint8_t { unix_stream, tcp };

/// All rows with everything that the kernel tells, decoded and joined by nobody. Lives until the end.
struct Sample {
  std::vector<std::byte> recording;  ///< of a dump with `request`
  skq::DumpRequest request;
  skq::Arena arena;
  std::vector<skq::Socket*> rows;

  [[nodiscard]] std::vector<const skq::Socket*> read_only() const { return {rows.begin(), rows.end()}; }
};

/// Some 8 000 sockets of a kind; the program ends when they cannot be had.
const Sample& sample(Kind kind);

/// What `-xa` and `-tanmi` ask for.
skq::NeedSet needs_of_list(Kind kind);

}  // namespace bench
