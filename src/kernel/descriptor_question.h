// Questions to another process' socket, asked on a duplicate of its descriptor that is closed at once.
#pragma once

#include "kernel/look_context.h"
#include "skq/activity.h"

namespace skq::kernel {

/// Sets `ready` of a wait in poll, select or epoll: whether a connected unix datagram socket takes a message now. Only
/// there the kernel knows what nobody else can see: whether the receiver's queue has room. Left as it is: any other
/// socket or wait, not permitted, or not the same socket any more.
void ask_whether_ready(LookContext& context, int pid, int tid, SocketWait& wait);

}  // namespace skq::kernel
