// Which options `skq why` has, in words: why it does not have the others, and its own help.
//
// Whether it has one is said in the option's row (Option::command).
#pragma once

#include <string>

#include "cli/options.h"

namespace skq::cli {

/// "--where cannot go with why: it is about rows of sockets, and why tells findings".
std::string refusal_in_why(const Option& option);
/// Of an option that only why has.
std::string refusal_outside_why(const Option& option);

/// skq why --help
std::string why_help();

}  // namespace skq::cli
