#include "diagnose/rules.h"

namespace skq::diagnosing {

void find_full_listeners(const SceneIndex& /*scene*/, std::vector<Finding>& /*findings*/) {}
void find_filling_listeners(const SceneIndex& /*scene*/, std::vector<Finding>& /*findings*/) {}

}  // namespace skq::diagnosing
