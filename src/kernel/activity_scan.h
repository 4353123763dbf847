// What threads are doing, read from /proc of the running kernel: the whole of Source::activity.
#pragma once

#include "skq/activity.h"
#include "skq/arena.h"
#include "skq/result.h"

namespace skq::kernel {

/// `proc` is where /proc is mounted; pids are as seen there. Nothing of it depends on the network namespace.
Result<Activity> read_activity(const ActivityRequest& request, Arena& arena, const char* proc = "/proc");

}  // namespace skq::kernel
