// Tells each gap once, however often a look is repeated. Counts in its text change from look to look: they make no
// other gap of it.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "skq/snapshot.h"

namespace skq::cli {

/// Adds those that are not yet among them.
void add_new(std::vector<Gap>& gaps, const std::vector<Gap>& more);

class GapTeller {
 public:
  /// `say` gets the gap's text, escaped.
  explicit GapTeller(std::function<void(const std::string& text)> say) : say_(std::move(say)) {}
  void take(const std::vector<Gap>& gaps);
  /// Those that are new since the last time.
  void tell();

 private:
  std::function<void(const std::string& text)> say_;
  std::set<std::string> told_;
  std::vector<std::string> waiting_;
  bool full_ = false;
};

}  // namespace skq::cli
