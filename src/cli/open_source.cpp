#include "cli/open_source.h"

#include <utility>

#include "kernel/descriptor_limit.h"
#include "kernel/recording.h"

namespace skq::cli {

Result<std::unique_ptr<Source>> open_source(const Settings& settings, std::shared_ptr<LookMemory> memory) {
  if (settings.from) return kernel::open_recording(*settings.from);
  if (!settings.all_netns) return open_kernel(settings.bpf_use, std::move(memory));
  kernel::raise_descriptor_limit();
  return open_host(settings.bpf_use, std::move(memory));
}

Result<std::unique_ptr<Source>> open_host_source(const Settings& settings, std::shared_ptr<LookMemory> memory) {
  if (settings.net) return open_kernel(settings.bpf_use, std::move(memory));
  kernel::raise_descriptor_limit();
  return open_host(settings.bpf_use, std::move(memory));
}

}  // namespace skq::cli
