#include <fmt/format.h>

#include <algorithm>

#include "base/text_escape.h"
#include "base/units.h"
#include "cli/summary_report.h"
#include "cli/text_table.h"

namespace skq::cli {
namespace {

std::string bytes_text(std::uint64_t bytes, const SummaryLook& look) {
  if (look.exact_bytes) return fmt::format("{}", bytes);
  std::string text;
  append_bytes_human(text, bytes);
  return text;
}

/// As ss sets it, tabs and trailing blanks included: scripts cut it by columns.
std::string classic_text(const kernel::SystemState& system) {
  const ClassicSummary summary = classic_summary(system);
  const auto text = [](ClassicSummary::Number number) { return number ? fmt::format("{}", *number) : "-"; };
  std::string out = fmt::format("Total: {}\nTCP:   {} (estab {}, closed {}, orphaned {}, timewait {})\n\n",
                                text(summary.total), text(summary.tcp), text(summary.estab), text(summary.closed),
                                text(summary.orphaned), text(summary.timewait));
  out += "Transport Total     IP        IPv6\n";
  for (const auto& row : summary.transports)
    out += fmt::format("{}\t  {:<9} {:<9} {:<9}\n", row.title, text(row.both()), text(row.ipv4), text(row.ipv6));
  return out + "\n";
}

std::string fullest_text(const KindTotals& kind) {
  if (!kind.fullest) return "-";
  std::string text = percent_text(kind.fullest->percent);
  if (!kind.fullest->local.empty()) text += " " + escaped(kind.fullest->local);
  return text;
}

std::string kinds_text(const SummaryReport& report, const SummaryLook& look) {
  TextTable table({"Kind", "Sockets", "Listen", "Recv-Q", "Send-Q", "Send-Mem", "Recv-Mem", "Reserved", "Fullest"},
                  {0, 8});
  for (const KindTotals& kind : report.kinds) {
    const auto memory = [&](std::uint64_t bytes) { return kind.with_memory == 0 ? "-" : bytes_text(bytes, look); };
    table.add({kind.name, fmt::format("{}", kind.sockets), fmt::format("{}", kind.listening),
               fmt::format("{}", kind.recv_q), fmt::format("{}", kind.send_q), memory(kind.send_mem),
               memory(kind.recv_mem), memory(kind.fwd_alloc), fullest_text(kind)},
              kind.fullest ? kind.fullest->percent : 0);
  }
  return report.kinds.empty() ? std::string() : table.text(look.color) + "\n";
}

struct Shared {
  std::string_view name, protocol;
  const std::optional<kernel::MemoryLimits>& limits;
  std::optional<std::uint64_t> pages;
};

std::string pressure_of(const SummaryReport& report, std::string_view name) {
  for (const kernel::Protocol& protocol : report.system.protocols) {
    if (protocol.name == name && protocol.pressure) return *protocol.pressure ? "yes" : "no";
  }
  return "-";
}

/// The memory that the sockets of a protocol share. Families without such an account (unix) have no line.
std::string shared_text(const SummaryReport& report, const SummaryLook& look) {
  const kernel::SystemState& system = report.system;
  TextTable table({"Shared Memory", "Used", "Low", "Pressure", "High", "Used/High", "Under Pressure"}, {0, 6});
  const auto bytes = [&](std::uint64_t pages) {
    const auto known = bytes_of_pages(pages, system.page_size);
    return known ? bytes_text(*known, look) : fmt::format("{} pages", pages);
  };
  bool any = false;
  for (const Shared& row : {Shared{"tcp", "TCP", system.tcp_mem, system.counters.find("TCP", "mem")},
                            Shared{"udp", "UDP", system.udp_mem, system.counters.find("UDP", "mem")}}) {
    if (!row.pages) continue;
    any = true;
    const bool known = row.limits && row.limits->high != 0;
    const double percent = known ? static_cast<double>(*row.pages) * 100 / static_cast<double>(row.limits->high) : 0;
    const auto limit = [&](std::uint64_t kernel::MemoryLimits::*member) {
      return row.limits ? bytes((*row.limits).*member) : std::string("-");
    };
    table.add({std::string(row.name), bytes(*row.pages), limit(&kernel::MemoryLimits::low),
               limit(&kernel::MemoryLimits::pressure), limit(&kernel::MemoryLimits::high),
               known ? percent_text(percent) : "-", pressure_of(report, row.protocol)},
              percent);
  }
  return any ? table.text(look.color) + "\n" : std::string();
}

/// What happened at all stands in lines with its meaning, what never did in one.
std::string counters_text(const kernel::Counters& counters) {
  TextTable table({"Counter", "Value", ""}, {0, 2});
  std::string zeros;
  bool any = false;
  for (const TroubleCounter& row : trouble_counters()) {
    const auto value = counters.find(row.group, row.name);
    if (!value) continue;
    const std::string name = row.group == "TcpExt" ? std::string(row.name) : fmt::format("{}{}", row.group, row.name);
    if (*value == 0) {
      zeros += (zeros.empty() ? "" : " ") + name;
      continue;
    }
    any = true;
    table.add({name, fmt::format("{}", *value), std::string(row.help)}, 0);
  }
  std::string out = any ? table.text(false) : std::string();
  if (!zeros.empty()) out += wrapped("Never: ", zeros, 100);
  return out;
}

}  // namespace

std::string summary_text(const SummaryReport& report, const SummaryLook& look) {
  return classic_text(report.system) + kinds_text(report, look) + shared_text(report, look) +
         counters_text(report.system.counters);
}

}  // namespace skq::cli
