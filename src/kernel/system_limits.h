// What the system permits: the sysctls that decide what a socket gets, and the limits of this process.
//
// To add a sysctl: one row in the table of system_limits.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "skq/snapshot.h"

namespace skq::kernel {

struct Sysctl {
  std::string_view name;                ///< net.core.wmem_max
  const char* path = nullptr;           ///< below /proc/sys
  std::vector<std::string_view> parts;  ///< names of its numbers where it has more than one
  std::string_view unit;                ///< bytes, pages, or empty for a count
  std::string_view help;                ///< what it does, in a few words
  std::vector<std::uint64_t> values;    ///< empty: this kernel lacks it, or tells it to the initial namespace only
};

struct SystemLimits {
  std::vector<Sysctl> sysctls;
  std::optional<std::uint64_t> descriptors_soft, descriptors_hard;  ///< RLIMIT_NOFILE; empty: no limit
  std::optional<std::uint64_t> files_open, files_max;               ///< of the host: fs.file-nr
  std::uint64_t page_size = 0;
  bool has_sysctls = true;  ///< false: none could be read at all
  std::vector<Gap> gaps;
};

SystemLimits read_system_limits();

}  // namespace skq::kernel
