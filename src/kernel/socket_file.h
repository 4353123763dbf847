// The socket file that an address names, looked up as the thread that gave the address would.
#pragma once

#include <optional>

#include "kernel/bytes.h"
#include "kernel/mount_devices.h"
#include "skq/socket.h"

namespace skq::kernel {

/// `task` is the open /proc/PID/task, `address` a struct sockaddr of any bytes. Nothing is opened to be read, nothing
/// is waited for: where the names on the way are not in memory, or lead over a symbolic link that cannot be followed
/// soundly, there is no answer.
std::optional<VfsObject> find_socket_file(MountDevices& devices, int task, int tid, ByteSpan address);

}  // namespace skq::kernel
