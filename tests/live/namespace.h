// A network namespace of the test's own: its rows are exact, nobody else's sockets are in them, and as a user namespace
// is made where needed, it takes no privilege.
#pragma once

#include <optional>
#include <string>

namespace live {

/// Moves this process into a fresh network namespace whose lo is up. May be called again: each call makes a new one.
/// Gives the reason when this host does not permit it.
std::optional<std::string> enter_private_network();

/// Whether the above had to make a user namespace, so that only our own uid exists here.
bool in_own_user_namespace();

/// Writes a sysctl of this network namespace, such as "net/core/somaxconn".
bool set_sysctl(const std::string& name, const std::string& value);

}  // namespace live
