// How many sockets a network namespace has of the kinds whose tables all namespaces share: a dump of those costs the
// whole host's table in each namespace, so it is not made where there are none (net/ipv4/inet_diag.c).
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/net_counters.h"
#include "skq/source.h"

namespace skq::kernel {

/// Those of the calling thread's namespace, from sockstat and sockstat6. Empty where /proc does not tell.
Counters read_socket_counts();

/// How many unix sockets that namespace has, about; 0 where /proc does not tell.
std::size_t count_unix_sockets();

/// Of the states that a dump asks for, those in which that namespace can have rows: a state that the counters do not
/// speak of stays. `ours`: sockets that skq itself holds there.
StateSet states_with_rows(const Counters& counts, const DumpRequest& request, std::uint64_t ours);

}  // namespace skq::kernel
