// The stage of `skq why`: a pid namespace and a /proc of the test program's own, so that skq sees its actors and nobody
// else, and "no critical finding" is exact while other tests run beside it.
#pragma once

#include <optional>
#include <string>

namespace why {

/// Why there is no stage on this host; empty: the program runs on it.
const std::optional<std::string>& no_stage();

/// Goes on as a child on the stage, and returns there. The caller waits for that child and ends as it ends; where there
/// can be no stage, nothing changes but no_stage(). Call it first, while there is one thread.
void enter_stage();

}  // namespace why
