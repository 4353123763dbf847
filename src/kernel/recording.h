// Opens what sockets were recorded in, whichever program wrote it: a table of formats, told apart by how they begin.
//
// To add a format: a row in recording.cpp.
#pragma once

#include <memory>
#include <string>

#include "kernel/input_file.h"
#include "skq/result.h"
#include "skq/source.h"

namespace skq::kernel {

/// "-" is standard input.
Result<std::unique_ptr<Source>> open_recording(const std::string& path);
/// The same of a file that was begun to be read.
Result<std::unique_ptr<Source>> open_recording(InputFile file);

}  // namespace skq::kernel
