#include <array>
#include <cstdint>

#include "cli/summary_report.h"

namespace skq::cli {
namespace {

using kernel::Counters;

// What each counts: net/ipv4/proc.c gives the names, the places that raise them the meaning.
constexpr std::array counters{
    TroubleCounter{"TcpExt", "ListenOverflows", "connections refused: the accept queue was full"},
    TroubleCounter{"TcpExt", "ListenDrops", "connections lost at a listener, for whatever reason"},
    TroubleCounter{"TcpExt", "TCPReqQFullDrop", "SYNs dropped: too many half-open connections, no cookies"},
    TroubleCounter{"TcpExt", "TCPReqQFullDoCookies", "SYNs answered by a cookie: too many half-open connections"},
    TroubleCounter{"TcpExt", "PruneCalled", "a receive buffer was over its limit and had to be squeezed"},
    TroubleCounter{"TcpExt", "RcvPruned", "squeezing was not enough: packets dropped"},
    TroubleCounter{"TcpExt", "OfoPruned", "data that came out of order thrown away to make room"},
    TroubleCounter{"TcpExt", "TCPRcvQDrop", "packets dropped: no memory for the receive queue"},
    TroubleCounter{"TcpExt", "TCPOFODrop", "packets out of order dropped: no memory"},
    TroubleCounter{"TcpExt", "TCPBacklogDrop", "packets dropped: too many came while the process held the socket"},
    TroubleCounter{"TcpExt", "TCPZeroWindowDrop", "packets dropped: they came though our window was closed"},
    TroubleCounter{"TcpExt", "TCPToZeroWindowAdv", "times that we closed our window: a process here does not read"},
    TroubleCounter{"TcpExt", "TCPAbortOnMemory", "connections cut: out of TCP memory or too many orphans"},
    TroubleCounter{"TcpExt", "TCPMemoryPressures", "times that TCP came under memory pressure"},
    TroubleCounter{"TcpExt", "TCPMemoryPressuresChrono", "milliseconds spent under it"},
    TroubleCounter{"TcpExt", "TCPTimeWaitOverflow", "TIME-WAIT left out: too many of them"},
    TroubleCounter{"Udp", "InErrors", "UDP datagrams received and not delivered, for whatever reason"},
    TroubleCounter{"Udp", "RcvbufErrors", "of these: the receive buffer was full"},
    TroubleCounter{"Udp", "MemErrors", "of these: over udp_mem"},
    TroubleCounter{"Udp", "SndbufErrors", "UDP datagrams not sent: the send buffer was full"},
    TroubleCounter{"Udp6", "InErrors", "the same over IPv6"},
    TroubleCounter{"Udp6", "RcvbufErrors", "receive buffer full, over IPv6"},
    TroubleCounter{"Udp6", "MemErrors", "over udp_mem, over IPv6"},
    TroubleCounter{"Udp6", "SndbufErrors", "send buffer full, over IPv6"},
};

std::optional<std::uint64_t> inuse(const Counters& all, std::string_view group) { return all.find(group, "inuse"); }

using Number = ClassicSummary::Number;

/// Numbers of which a few can be added without a check.
Number small_number(std::optional<std::uint64_t> counter) {
  constexpr std::uint64_t most = INT64_MAX / 8;
  return counter && *counter <= most ? Number(static_cast<std::int64_t>(*counter)) : std::nullopt;
}

Number sum(Number a, Number b) { return a && b ? Number(*a + *b) : std::nullopt; }

void add_tcp(const kernel::SystemState& system, Facts& facts) {
  const Counters& all = system.counters;
  const ClassicSummary classic = classic_summary(system);
  // The parts are counted at different moments, so that a difference may fall below 0.
  const auto not_negative = [](Number value) {
    return value && *value >= 0 ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
  };
  facts.add({"sockets_used"}, all.find("sockets", "used"));
  facts.add({"tcp", "total"}, not_negative(classic.tcp));
  facts.add({"tcp", "estab"}, all.find("Tcp", "CurrEstab"));
  facts.add({"tcp", "closed"}, not_negative(classic.closed));
  facts.add({"tcp", "orphaned"}, all.find("TCP", "orphan"));
  facts.add({"tcp", "timewait"}, all.find("TCP", "tw"));
  facts.add({"tcp", "allocated"}, all.find("TCP", "alloc"));
}

void add_transports(const Counters& all, Facts& facts) {
  facts.add({"transport", "raw", "ipv4"}, inuse(all, "RAW"));
  facts.add({"transport", "raw", "ipv6"}, inuse(all, "RAW6"));
  facts.add({"transport", "udp", "ipv4"}, inuse(all, "UDP"));
  facts.add({"transport", "udp", "ipv6"}, inuse(all, "UDP6"));
  facts.add({"transport", "udplite", "ipv4"}, inuse(all, "UDPLITE"));
  facts.add({"transport", "udplite", "ipv6"}, inuse(all, "UDPLITE6"));
  facts.add({"transport", "tcp", "ipv4"}, inuse(all, "TCP"));
  facts.add({"transport", "tcp", "ipv6"}, inuse(all, "TCP6"));
  facts.add({"transport", "frag", "ipv4"}, inuse(all, "FRAG"));
  facts.add({"transport", "frag", "ipv6"}, inuse(all, "FRAG6"));
  facts.add({"transport", "frag", "ipv4_memory"}, all.find("FRAG", "memory"));
  facts.add({"transport", "frag", "ipv6_memory"}, all.find("FRAG6", "memory"));
}

void add_kind(const KindTotals& kind, Facts& facts) {
  const auto memory = [&](std::uint64_t value) {
    return kind.with_memory == 0 ? std::optional<std::uint64_t>() : std::optional(value);
  };
  const std::string_view name = kind.name;
  facts.add({"kinds", name, "sockets"}, kind.sockets);
  facts.add({"kinds", name, "listening"}, kind.listening);
  facts.add({"kinds", name, "recv_q"}, kind.recv_q);
  facts.add({"kinds", name, "send_q"}, kind.send_q);
  facts.add({"kinds", name, "send_mem"}, memory(kind.send_mem));
  facts.add({"kinds", name, "rmem_alloc"}, memory(kind.recv_mem));
  facts.add({"kinds", name, "fwd_alloc"}, memory(kind.fwd_alloc));
  facts.add({"kinds", name, "drops"}, memory(kind.drops));
  if (!kind.fullest) return facts.add_nothing({"kinds", name, "fullest_fill"});
  facts.add({"kinds", name, "fullest_fill"}, kind.fullest->percent);
  facts.add_text({"kinds", name, "fullest_local"}, kind.fullest->local);
  facts.add({"kinds", name, "fullest_inode"}, std::uint64_t{static_cast<std::uint32_t>(kind.fullest->inode)});
}

void add_memory(std::string_view name, std::optional<std::uint64_t> pages,
                const std::optional<kernel::MemoryLimits>& limits, std::uint64_t page, Facts& facts) {
  facts.add({"memory", name, "pages"}, pages);
  facts.add({"memory", name, "bytes"}, pages ? bytes_of_pages(*pages, page) : std::nullopt);
  const auto limit = [&](std::uint64_t kernel::MemoryLimits::*member) {
    return limits ? std::optional((*limits).*member) : std::nullopt;
  };
  facts.add({"memory", name, "low_pages"}, limit(&kernel::MemoryLimits::low));
  facts.add({"memory", name, "pressure_pages"}, limit(&kernel::MemoryLimits::pressure));
  facts.add({"memory", name, "high_pages"}, limit(&kernel::MemoryLimits::high));
  const bool known = pages && limits && limits->high != 0;
  facts.add(
      {"memory", name, "fill"},
      known ? std::optional(static_cast<double>(*pages) * 100 / static_cast<double>(limits->high)) : std::nullopt);
}

void add_protocol(const kernel::Protocol& protocol, Facts& facts) {
  facts.add({"protocols", protocol.name, "sockets"}, protocol.sockets);
  if (protocol.memory_pages) facts.add({"protocols", protocol.name, "memory_pages"}, *protocol.memory_pages);
  if (protocol.pressure) facts.add({"protocols", protocol.name, "pressure"}, *protocol.pressure);
}

}  // namespace

std::span<const TroubleCounter> trouble_counters() { return counters; }

ClassicSummary::Number ClassicSummary::Transport::both() const { return sum(ipv4, ipv6); }

ClassicSummary classic_summary(const kernel::SystemState& system) {
  const auto number = [&](std::string_view group, std::string_view name) {
    return small_number(system.counters.find(group, name));
  };
  const auto used = [&](std::string_view group) { return number(group, "inuse"); };
  const auto used6 = [&](std::string_view group) { return system.lacks_ipv6 ? Number(0) : used(group); };
  ClassicSummary summary;
  summary.total = number("sockets", "used");
  const Number allocated = number("TCP", "alloc");
  summary.estab = number("Tcp", "CurrEstab");
  summary.orphaned = number("TCP", "orphan");
  summary.timewait = number("TCP", "tw");
  summary.tcp = sum(allocated, summary.timewait);
  if (const Number in_use = sum(used("TCP"), used6("TCP6")); in_use && summary.tcp)
    summary.closed = *summary.tcp - *in_use;
  const ClassicSummary::Transport raw{"RAW", used("RAW"), used6("RAW6")}, udp{"UDP", used("UDP"), used6("UDP6")},
      tcp{"TCP", used("TCP"), used6("TCP6")};
  const ClassicSummary::Transport inet{"INET", sum(sum(raw.ipv4, udp.ipv4), tcp.ipv4),
                                       sum(sum(raw.ipv6, udp.ipv6), tcp.ipv6)};
  summary.transports = {raw, udp, tcp, inet, {"FRAG", used("FRAG"), used6("FRAG6")}};
  return summary;
}

std::optional<std::uint64_t> bytes_of_pages(std::uint64_t pages, std::uint64_t page_size) {
  if (page_size == 0 || pages > UINT64_MAX / page_size) return std::nullopt;
  return pages * page_size;
}

Facts summary_facts(const SummaryReport& report) {
  Facts facts;
  const Counters& all = report.system.counters;
  add_tcp(report.system, facts);
  add_transports(all, facts);
  for (const KindTotals& kind : report.kinds) add_kind(kind, facts);
  facts.add({"memory", "page_size"}, report.system.page_size);
  add_memory("tcp", all.find("TCP", "mem"), report.system.tcp_mem, report.system.page_size, facts);
  add_memory("udp", all.find("UDP", "mem"), report.system.udp_mem, report.system.page_size, facts);
  for (const kernel::Protocol& protocol : report.system.protocols) add_protocol(protocol, facts);
  for (const TroubleCounter& row : counters) {
    if (const auto value = all.find(row.group, row.name)) facts.add({"counters", row.group, row.name}, *value);
  }
  return facts;
}

}  // namespace skq::cli
