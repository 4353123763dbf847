// From which number on something is worth telling: every threshold of the rules in one place.
#pragma once

#include <cstddef>
#include <cstdint>

namespace skq::diagnosing::thresholds {

/// A receive buffer that is so full loses the next burst.
inline constexpr double receive_fill = 80;
/// A listener whose queue is so full turns clients away soon.
inline constexpr double accept_fill = 80;
/// A receiver of datagrams takes one more than net.unix.max_dgram_qlen, 10 unless somebody changed it; each is charged
/// to its sender with that many bytes at least.
inline constexpr std::uint64_t usual_datagrams = 10, smallest_datagram = 768;
/// A sender is held back by the peer's window when that took so much of the time between two looks.
inline constexpr double window_limited_share = 0.8;
/// Connections that the peer closed: kept so long, or so many of them, they are leaked and not just closed late.
inline constexpr std::int64_t close_wait_ms = 60'000;
inline constexpr std::size_t close_wait_sockets = 10;
/// Of the limit of a protocol's memory: so near, allocations are refused.
inline constexpr double memory_exhausted = 0.95;

}  // namespace skq::diagnosing::thresholds
