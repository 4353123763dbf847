// Cells that follow one another and hang on what rows have in common: in a row that is as the one before, their text
// is, too. For formats that write one cell after another.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "fields/alike.h"

namespace skq::render {

class CommonRuns {
 public:
  explicit CommonRuns(std::span<const Field* const> fields) : count_(fields.size()) {
    for (std::size_t at = 0; at < count_; ++at) {
      const std::size_t from = at;
      while (at < count_ && fields::hangs_on_common(*fields[at])) ++at;
      if (at - from > 1) runs_.push_back({from, at, {}});
    }
  }
  void forget() { alike_.forget(); }

  /// Appends a row; `add` appends the cell of that number with what stands before it.
  template <class Add>
  void append(std::string& out, const Socket& row, const Add& add) {
    const bool as_before = !runs_.empty() && alike_.as_before(row);
    std::size_t at = 0;
    for (Run& run : runs_) {
      for (; at < run.from; ++at) add(at);
      if (as_before) {
        out += run.text;
        at = run.to;
        continue;
      }
      const std::size_t begin = out.size();
      for (; at < run.to; ++at) add(at);
      run.text.assign(out, begin);
    }
    for (; at < count_; ++at) add(at);
  }

 private:
  struct Run {
    std::size_t from = 0, to = 0;
    std::string text;
  };

  std::size_t count_;
  std::vector<Run> runs_;
  fields::Alike alike_;
};

}  // namespace skq::render
