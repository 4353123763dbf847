// Names of socket states and of groups of them, as `state` and `exclude` take them.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "skq/socket.h"

namespace skq::select {

/// In any letter case; empty when there is no such name.
std::optional<StateSet> states_named(std::string_view name);

/// Every name, for suggestions and completions.
std::span<const std::string_view> state_names();

inline constexpr StateSet every_state = StateSet::from_bits((1U << 14U) - 1);

}  // namespace skq::select
