#include "cli/open_source.h"

namespace skq::cli {

Result<std::unique_ptr<Source>> open_source(const Settings&) { return open_kernel(); }

}  // namespace skq::cli
