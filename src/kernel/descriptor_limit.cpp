#include "kernel/descriptor_limit.h"

#include <sys/resource.h>

namespace skq::kernel {

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));  // with the old one some namespaces may be left out, and told
}

}  // namespace skq::kernel
