// The time limit of `skq check`: whatever hangs, and be it in the kernel, the line is written and the process ends.
#pragma once

#include <string>

namespace skq::cli {

/// From now on this process ends with UNKNOWN after so many seconds, unless begin_answer() comes first. Called at most
/// once; false: there is no thread to be had.
bool limit_time(double seconds);

/// Whoever calls it first may write the answer; the other must not. True: it is the caller. A write that hangs still
/// ends in time.
bool begin_answer();

/// The answer is out: no more limit.
void end_answer();

}  // namespace skq::cli
