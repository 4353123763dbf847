// What the system as a whole says of its sockets: how many, which memory they share, what had to be dropped.
//
// Whose numbers: sockets and counters are the network namespace's; TCP's and UDP's memory and their limits, orphans and
// allocated TCP sockets are the host's (net/ipv4/proc.c, sockstat_seq_show).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/net_counters.h"
#include "skq/snapshot.h"

namespace skq::kernel {

/// tcp_mem or udp_mem, in pages: below `low` nobody cares, above `pressure` the kernel saves, above `high` it refuses.
struct MemoryLimits {
  std::uint64_t low = 0, pressure = 0, high = 0;
};

struct SystemState {
  Counters counters;  ///< groups TCP, UDP, FRAG … of sockstat, Tcp, Udp of snmp, TcpExt of netstat, Udp6 of snmp6
  std::vector<Protocol> protocols;
  std::optional<MemoryLimits> tcp_mem, udp_mem;
  std::uint64_t page_size = 0;
  bool lacks_ipv6 = false;  ///< the kernel has no such sockets, and so no counters of them
  std::vector<Gap> gaps;    ///< what could not be read; what a kernel may lack is just not there
};

SystemState read_system_state();

}  // namespace skq::kernel
