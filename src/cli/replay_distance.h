// A TIME to which the recording has no snapshot near by.
#pragma once

#include "cli/recordings.h"

namespace skq::cli {

/// Says on standard error that the time lies in the future, or that nothing was recorded for long before it.
void note_distance(const store::TimeSpan& asked, const Replayed& found, Recordings& recordings);

/// Says on standard error that the snapshot's own time has not come yet.
void note_future(const Replayed& found, const Recordings& recordings);

}  // namespace skq::cli
