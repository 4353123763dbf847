// A listener's address as the value of a label: short, readable, and the same for ever as long as the address is.
#pragma once

#include <string>

#include "skq/names.h"
#include "skq/socket.h"

namespace skq::metrics {

/// "/run/app.sock", "@abstract", "0.0.0.0:80". Control and invalid bytes are escaped, so that no two names look alike;
/// a long one is cut and ends in a number made of all its bytes. A port that the kernel hands out is "ephemeral" and an
/// abstract name that it made up "autobound": they change with every start.
std::string listener_text(const Socket& socket, const PortRange& ephemeral);

/// Names longer than that are cut.
inline constexpr std::size_t longest_label = 128;

}  // namespace skq::metrics
