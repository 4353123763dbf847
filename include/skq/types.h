// The units of the socket world as types of their own, so that a count is never taken for bytes or an inode for a
// cookie.
#pragma once

#include <compare>
#include <cstdint>

namespace skq {

/// Bytes of memory or payload; which of the two, the field says.
struct Bytes {
  std::uint64_t value = 0;
  auto operator<=>(const Bytes&) const = default;
};

/// A ratio in percent; may exceed 100.
struct Percent {
  double value = 0;
  auto operator<=>(const Percent&) const = default;
};

/// Microseconds.
struct Micros {
  std::uint64_t value = 0;
  auto operator<=>(const Micros&) const = default;
};

/// Milliseconds.
struct Millis {
  std::uint64_t value = 0;
  auto operator<=>(const Millis&) const = default;
};

/// A rate; the kernel's own limits are in bytes, not bits. All ones: no limit.
struct BytesPerSecond {
  std::uint64_t value = 0;
  auto operator<=>(const BytesPerSecond&) const = default;
};

/// A factor without unit.
struct Ratio {
  double value = 0;
  auto operator<=>(const Ratio&) const = default;
};

/// A socket's inode in sockfs, as in /proc/PID/fd "socket:[N]". 0 is no identity: TIME-WAIT and embryos have it.
enum class Inode : std::uint32_t {};

/// The kernel's identity of a socket (sock_gen_cookie): unique for the life of the host's kernel.
enum class Cookie : std::uint64_t {};

}  // namespace skq
