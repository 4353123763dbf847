// Where a command's sockets come from: the running kernel, or what --from names.
#pragma once

#include <memory>

#include "cli/settings.h"
#include "skq/result.h"
#include "skq/source.h"

namespace skq::cli {

Result<std::unique_ptr<Source>> open_source(const Settings& settings);
/// The whole host, or with -N the one namespace that was entered.
Result<std::unique_ptr<Source>> open_host_source(const Settings& settings);

}  // namespace skq::cli
