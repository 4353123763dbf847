// Findings about threads that wait: many waits on the same culprits make one finding.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnose/chain.h"
#include "diagnose/proof.h"
#include "diagnose/scene_index.h"

namespace skq::diagnosing {

/// One wait that was judged.
struct Case {
  const Waiting* waiting = nullptr;
  Proof proof;
  Blame blame;
  Verdict verdict{};
};
/// Every wait for room that is that rule's matter and no part of a circle, as far as it lasts.
std::vector<Case> cases_of(const SceneIndex& scene, Rule rule);

/// Cases on the same receiver, or on the same holders of several, together.
std::vector<std::vector<Case>> by_receiver(std::vector<Case> cases);

/// Everything but title and advice. Not for an empty list.
Finding make_finding(const SceneIndex& scene, const std::vector<Case>& cases);

/// "psql (pid 812) and 3 other threads have been blocked for up to 3.7 s".
std::string who_waits(const Finding& finding, std::string_view how = "blocked");
/// "postgres (pid 640), which is stopped".
std::string who_causes(const Finding& finding);
std::string cures(const Finding& finding);

}  // namespace skq::diagnosing
