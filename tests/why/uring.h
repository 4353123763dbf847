// A send through io_uring, by the bare system calls.
#pragma once

namespace why {

/// Whether this kernel lets us have a ring.
bool io_uring_permitted();
/// Asks a ring to send on a full socket and waits for that. Returns only where the kernel refuses.
void send_through_ring(int fd);
extern const long io_uring_enter_number;

}  // namespace why
