// What -s found, as text for eyes and as facts for programs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/facts.h"
#include "cli/summary_totals.h"
#include "kernel/system_state.h"

namespace skq::cli {

struct SummaryReport {
  kernel::SystemState system;
  std::vector<KindTotals> kinds;
};

struct SummaryLook {
  bool color = false;
  bool exact_bytes = false;
};

/// First what ss prints, byte for byte, then memory, limits and drops.
std::string summary_text(const SummaryReport& report, const SummaryLook& look);
Facts summary_facts(const SummaryReport& report);

/// A counter that tells of trouble.
struct TroubleCounter {
  std::string_view group, name, help;
};
std::span<const TroubleCounter> trouble_counters();

/// What ss prints: sums of counters, of which some may be absent.
struct ClassicSummary {
  std::uint64_t total = 0;
  std::int64_t tcp = 0, estab = 0, closed = 0, orphaned = 0, timewait = 0;
  struct Transport {
    std::string_view title;
    std::uint64_t ipv4 = 0, ipv6 = 0;
  };
  std::vector<Transport> transports;
};
ClassicSummary classic_summary(const kernel::Counters& counters);

}  // namespace skq::cli
