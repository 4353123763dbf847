// Whether anybody still reads standard output: asked where nothing is written for a long time, for then a pipe or a
// socket does not say it by itself.
#pragma once

#include <poll.h>

#include "skq/result.h"

namespace skq::cli {

/// To be polled. With `used` false, because the output goes to a file, nothing is asked.
pollfd reader_of_stdout(bool used);

/// Whether that poll found nobody. It stays so: who polls again does not wait any more.
bool nobody_reads(const pollfd& reader);

/// What a write would do: ends the process by SIGPIPE. Returns only where whoever started it has the signal blocked.
Error end_unread();

}  // namespace skq::cli
