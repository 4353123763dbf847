// The rules, one row each in rules.cpp: a pure function that appends what it finds.
#pragma once

#include <span>
#include <vector>

#include "diagnose/scene_index.h"
#include "skq/diagnose.h"

namespace skq::diagnosing {

using FindRule = void(const SceneIndex& scene, std::vector<Finding>& findings);

struct RuleRow {
  Rule rule{};
  FindRule* find = nullptr;
};
/// In the order of precedence: of two findings on one and the same wait the earlier row's is told.
std::span<const RuleRow> all_rules();

FindRule find_wait_cycles;        // wait_cycle.cpp
FindRule find_blocked_senders;    // unix_send.cpp
FindRule find_full_receivers;     // unix_send.cpp
FindRule find_full_listeners;     // unix_accept.cpp
FindRule find_filling_listeners;  // unix_accept.cpp

}  // namespace skq::diagnosing
