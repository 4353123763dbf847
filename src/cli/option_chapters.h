// The option table's parts, a file each; options.cpp puts them together.
#pragma once

#include "cli/options.h"

namespace skq::cli {

std::span<const Option> sockets_options();
std::span<const Option> details_options();
std::span<const Option> selection_options();
std::span<const Option> replay_options();
std::span<const Option> record_options();
std::span<const Option> check_options();
std::span<const Option> output_options();

}  // namespace skq::cli
