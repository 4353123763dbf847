// How many files skq may have open.
#pragma once

namespace skq::kernel {

/// To as many as are permitted: each network namespace takes two descriptors, and the usual limit of 1024 is only the
/// one that a program may raise itself.
void raise_descriptor_limit();

}  // namespace skq::kernel
