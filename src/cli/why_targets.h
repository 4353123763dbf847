// TARGETs of `skq why`: words to processes and sockets, and what is told of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/usage_error.h"
#include "cli/why_look.h"
#include "skq/render_findings.h"
#include "skq/target.h"

namespace skq::cli {

class WhyTargets {
 public:
  /// Reads the words; a Problem names the one that is none.
  Problem parse(const std::vector<std::string>& words);
  [[nodiscard]] bool empty() const { return targets_.empty(); }

  /// Finds out what they stand for, and sets what the look is about. Anew for each look: processes come and go.
  void resolve(HostLook& look);
  /// Of the last resolve(): a word that stands for nothing, with those it may have been.
  [[nodiscard]] Problem unknown() const;
  /// What is around them. Points into what resolve() made, the scene and the diagnosis.
  [[nodiscard]] std::vector<TargetReport> around(const Scene& scene, const Scene* before, const Diagnosis& diagnosis,
                                                 const Patience& patience) const;

 private:
  std::vector<Target> targets_;
  std::vector<TargetMatch> matches_;
};

}  // namespace skq::cli
