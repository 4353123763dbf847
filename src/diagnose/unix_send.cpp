#include "diagnose/rules.h"

namespace skq::diagnosing {

void find_blocked_senders(const SceneIndex& /*scene*/, std::vector<Finding>& /*findings*/) {}
void find_full_receivers(const SceneIndex& /*scene*/, std::vector<Finding>& /*findings*/) {}

}  // namespace skq::diagnosing
