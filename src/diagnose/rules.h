// The rules, one row each in rules.cpp: a pure function that appends what it finds.
#pragma once

#include <span>
#include <vector>

#include "diagnose/scene_index.h"
#include "skq/diagnose.h"

namespace skq::diagnosing {

struct RuleRow {
  Rule rule{};
  void (*find)(const SceneIndex& scene, std::vector<Finding>& findings) = nullptr;
};
std::span<const RuleRow> all_rules();

}  // namespace skq::diagnosing
