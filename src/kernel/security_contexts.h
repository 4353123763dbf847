// SELinux contexts without libselinux: they are files and extended attributes.
#pragma once

#include <string>

namespace skq::kernel {

/// Why this host has no SELinux contexts to show; empty when it has.
std::string lacks_selinux();

/// The context in a file such as attr/current of an open /proc/PID; empty when it cannot be read.
std::string read_process_context(int process, const char* path);

/// security.selinux of what a descriptor such as "fd/3" of an open /proc/PID leads to.
std::string read_socket_context(int process, const char* descriptor);

}  // namespace skq::kernel
