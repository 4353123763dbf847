// How many files skq may have open.
#pragma once

#include <string>

namespace skq::kernel {

/// To as many as are permitted: each network namespace takes two descriptors, and the usual limit of 1024 is only the
/// one that a program may raise itself.
void raise_descriptor_limit();

/// What an errno of open(2) means, and whose the lack is: "Too many open files" reads as if it was of who is looked at.
std::string open_error_text(int error);

}  // namespace skq::kernel
