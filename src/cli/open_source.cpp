#include "cli/open_source.h"

#include "kernel/recording.h"

namespace skq::cli {

Result<std::unique_ptr<Source>> open_source(const Settings& settings) {
  return settings.from ? kernel::open_recording(*settings.from) : open_kernel();
}

Result<std::unique_ptr<Source>> open_host_source(const Settings& settings) {
  return settings.net ? open_kernel() : open_host();
}

}  // namespace skq::cli
