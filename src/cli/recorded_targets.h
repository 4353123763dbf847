// What a TARGET of `skq why --from` means, where only findings are known: no process and no socket beside those that
// the snapshot names.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/recorded_findings.h"
#include "cli/usage_error.h"
#include "skq/target.h"

namespace skq::cli {

class RecordedTargets {
 public:
  Problem parse(const std::vector<std::string>& words);

  [[nodiscard]] bool empty() const { return targets_.empty(); }
  [[nodiscard]] const std::vector<Target>& all() const { return targets_; }
  /// Those that neither a finding nor a row has; where no owner is recorded, a process may be any.
  [[nodiscard]] std::vector<const Target*> unknown(const RecordedFindings& findings,
                                                   std::span<const Socket* const> rows) const;
  /// Whether the finding is about one of them; without any it is.
  [[nodiscard]] bool touch(const RecordedFindings::One& one) const;

 private:
  std::vector<Target> targets_;
};

}  // namespace skq::cli
