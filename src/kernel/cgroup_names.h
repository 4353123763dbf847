// What a cgroup path says about who made it: the systemd unit and the container. Pure functions of the path.
// To teach a container manager: one row in the tables of cgroup_names.cpp, one line in
// tests/kernel/cgroup_names_test.cpp.
#pragma once

#include <string>
#include <string_view>

namespace skq::kernel {

/// The innermost systemd unit that can hold processes, with systemd's \x2d escapes left as they are: "ssh.service",
/// "session-2.scope". Empty: none (slices are not units that hold processes).
std::string unit_of(std::string_view cgroup);

/// The innermost container: its 64 digit id, or the name under LXC and systemd-nspawn. Empty: none.
std::string container_of(std::string_view cgroup);

}  // namespace skq::kernel
