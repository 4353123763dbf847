// Where a command's sockets come from: the running kernel, or what --from names.
#pragma once

#include <memory>

#include "cli/settings.h"
#include "skq/result.h"
#include "skq/source.h"

namespace skq::cli {

/// `memory` is for who opens one look after another.
Result<std::unique_ptr<Source>> open_source(const Settings& settings, std::shared_ptr<LookMemory> memory = nullptr);
/// The whole host, or with -N the one namespace that was entered.
Result<std::unique_ptr<Source>> open_host_source(const Settings& settings,
                                                 std::shared_ptr<LookMemory> memory = nullptr);

}  // namespace skq::cli
