#include "diagnose/rules.h"

namespace skq::diagnosing {

void find_wait_cycles(const SceneIndex& /*scene*/, std::vector<Finding>& /*findings*/) {}

}  // namespace skq::diagnosing
