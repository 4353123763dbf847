// Questions to another process' socket, asked on a duplicate of its descriptor that is closed at once.
#pragma once

#include <optional>

#include "skq/activity.h"

namespace skq::kernel {

/// Whether a connected unix datagram socket takes a message now. Only there the kernel knows what nobody else can see:
/// whether the receiver's queue has room. Empty: any other socket, not permitted, or not the same socket any more.
std::optional<bool> ask_writable(int pid, int tid, const SocketWait& wait);

}  // namespace skq::kernel
