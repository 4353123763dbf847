// Moments as UTC dates.
#pragma once

#include <cstdint>
#include <string>

namespace skq::store {

struct Instant {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
};

/// The nanoseconds are never negative, also before 1970.
constexpr Instant instant_of(std::int64_t time_ns) {
  constexpr std::int64_t second = 1'000'000'000;
  std::int64_t seconds = time_ns / second, rest = time_ns % second;
  if (rest < 0) {
    --seconds;
    rest += second;
  }
  return {seconds, static_cast<std::uint32_t>(rest)};
}

/// 2026-11-21T07:08:09.123Z
void append_iso_time(std::string& out, std::int64_t time_ns);

}  // namespace skq::store
