// Which sockets a look was for, as it stands in the head of a snapshot.
#pragma once

#include <span>

#include "cli/settings.h"
#include "skq/collect.h"
#include "skq/store.h"

namespace skq::cli {

Scope scope_of(const Settings& settings, std::span<const TableRequest> tables);

}  // namespace skq::cli
