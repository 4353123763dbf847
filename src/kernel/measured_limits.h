// What the kernel really gives, tried out on sockets made for it: nobody else can see them, nothing blocks, nothing is
// left behind. No number here comes from a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "skq/snapshot.h"

namespace skq::kernel {

/// SO_SNDBUF or SO_RCVBUF of one kind of socket: what getsockopt(2) says after setsockopt(2).
struct BufferAnswer {
  std::string_view kind;    ///< unix, tcp, udp
  std::string_view option;  ///< sndbuf, rcvbuf
  std::uint64_t untouched = 0;
  std::uint64_t smallest = 0;          ///< after asking for 1
  std::uint64_t asked = 0, given = 0;  ///< an ordinary wish and what became of it
  std::uint64_t largest = 0;           ///< after asking for as much as an int holds
};

/// Messages of one size into a unix socketpair(2) with an untouched send buffer, until the kernel says EAGAIN.
struct Filling {
  std::string_view type;  ///< stream, dgram, seqpacket
  std::size_t message = 0;
  std::uint64_t messages = 0, payload = 0;
  std::uint64_t charged = 0;  ///< SIOCOUTQ: memory, not payload
  std::uint64_t sndbuf = 0;
  bool too_long = false;  ///< EMSGSIZE: not even one fits
  bool stopped = false;   ///< we stopped, not the kernel: more would fit
};

/// How many of a kind a queue takes.
struct QueueAnswer {
  std::uint64_t count = 0;
  bool stopped = false;  ///< we stopped, not the kernel
};

struct MeasuredLimits {
  std::vector<BufferAnswer> buffers;
  std::vector<Filling> fillings;
  std::optional<QueueAnswer> datagrams;    ///< messages of many senders that wait at one unix datagram receiver
  int backlog = 0;                         ///< what listen(2) was given …
  std::optional<QueueAnswer> connections;  ///< … and how many unix clients it then let connect
  std::vector<Gap> gaps;
};

MeasuredLimits measure_limits();

}  // namespace skq::kernel
