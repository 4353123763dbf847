#include "kernel/descriptor_limit.h"

#include <sys/resource.h>

#include <cerrno>
#include <cstring>

namespace skq::kernel {

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));  // with the old one some namespaces may be left out, and told
}

std::string open_error_text(int error) {
  const char* description = strerrordesc_np(error);
  std::string text = description != nullptr ? description : "error " + std::to_string(error);
  rlimit limit{};
  if (error != EMFILE || ::getrlimit(RLIMIT_NOFILE, &limit) != 0) return text;
  return text + ": skq itself may have no more than " + std::to_string(limit.rlim_cur);
}

}  // namespace skq::kernel
