// The words of skq diff: which two looks are compared. A word is the first of these that it can be:
//
//   live, now           the running kernel; only the later one can be that
//   a path with a /     a file, a folder, or a folder and a day: its last snapshot
//   20261121            a day of the recordings: its last snapshot
//   14:05, -15m, @…     that moment of the recordings
//   WHAT@TIME           WHAT as above, at that moment; with nothing before it, -15m is no option: @-15m. Seconds since
//                       1970 have an @ of their own: WHAT@@1795244889
//   a name              a file of that name
//
// A file whose name reads as a time is ./14:05. The recordings are those of --from, else those of `skq record`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "cli/usage_error.h"
#include "store/moment.h"

namespace skq::cli {

struct DiffOperand {
  bool live = false;
  std::string word;                     ///< as it was written, for messages
  std::string spec;                     ///< what Recordings::open() takes
  std::optional<store::Moment> moment;  ///< empty: the last snapshot
};

struct DiffOperands {
  DiffOperand before, after;
};

std::variant<DiffOperands, UsageError> read_diff_operands(std::span<const std::string> words,
                                                          const std::optional<std::string>& from);

}  // namespace skq::cli
