// Apart from the native names: both headers define the same macros.
#if defined(__x86_64__) && !defined(__ILP32__)
#include <asm/unistd_32.h>
#endif

#include "kernel/system_calls.h"

namespace skq::kernel {

std::span<const CallTable::Name> compat_call_names() {
#if defined(__x86_64__) && !defined(__ILP32__)
  static constexpr CallTable::Name names[] = {
#include "kernel/syscall_names_compat.inc"
  };
  return names;
#else
  return {};
#endif
}

}  // namespace skq::kernel
