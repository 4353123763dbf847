// What -s found, as text for eyes and as facts for programs.
#pragma once

#include <cstdint>
#include <optional>
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

/// What ss prints: counters and sums of them. A sum is known where all its parts are; what is of IPv6 is 0 where the
/// kernel lacks IPv6.
struct ClassicSummary {
  using Number = std::optional<std::int64_t>;
  Number total, tcp, estab, closed, orphaned, timewait;
  struct Transport {
    std::string_view title;
    Number ipv4, ipv6;
    [[nodiscard]] Number both() const;
  };
  std::vector<Transport> transports;
};
ClassicSummary classic_summary(const kernel::SystemState& system);

/// Empty where the page size is not known, or no 64 bits could hold so many.
std::optional<std::uint64_t> bytes_of_pages(std::uint64_t pages, std::uint64_t page_size);

}  // namespace skq::cli
