// Another network namespace, for the whole process: entered before anything is opened and before any thread begins.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "skq/result.h"

namespace skq::kernel {

/// `which` is a path when it has a '/', else a name below /run/netns or /var/run/netns, else, made of digits only, a
/// process. A name wins over a process: that is what ss and ip mean by it. ENOENT: there is none of the kind.
Result<UniqueFd> open_network_namespace(const std::string& which);

/// Moves the calling thread. EINVAL: the descriptor is no network namespace.
Status enter_network_namespace(const UniqueFd& target);

/// The names to choose from.
std::vector<std::string> network_namespace_names();

}  // namespace skq::kernel
