#include "skq/result.h"

#include <cstring>

namespace skq {

std::string Error::text() const {
  if (code == 0) return doing;
  // strerrordesc_np: no locale, no shared buffer; glibc 2.32.
  const char* description = strerrordesc_np(code);
  return doing + ": " + (description != nullptr ? description : "error " + std::to_string(code));
}

}  // namespace skq
