// Descriptors that travel through a unix socket.
#pragma once

namespace why {

/// SCM_RIGHTS: queues `travelling` to whoever reads the other end of `through`.
bool send_descriptor(int through, int travelling);

}  // namespace why
