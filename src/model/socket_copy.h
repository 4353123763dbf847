// A row that outlives the batch it came in.
//
// To add a member that points somewhere: a line in socket_copy.cpp.
#pragma once

#include "skq/arena.h"
#include "skq/socket.h"

namespace skq {

/// With everything that it points to (also its other end, though not that one's), but for its network namespace, which
/// lives as long as the source.
const Socket* copied(const Socket& socket, Arena& arena);

}  // namespace skq
