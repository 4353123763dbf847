// Files of `ss -D`: the TCP rows of IPv4, then of IPv6, as the netlink messages that came, each dump with its
// NLMSG_DONE; no header, no check sums. ss itself replays them from TCPDIAG_FILE, and stops at the first NLMSG_DONE.
#pragma once

#include <vector>

#include "kernel/bytes.h"
#include "skq/snapshot.h"

namespace skq::kernel {

/// Whether it begins as such a file does.
bool is_ss_dump(ByteSpan begin);

/// The same as a capture. What is cut off or garbled ends the file there: the dump it belongs to has no end.
std::vector<std::byte> capture_of_ss_dump(ByteSpan file, const Circumstances& circumstances);

}  // namespace skq::kernel
