// The metrics of the host: what it counts by itself, whatever its sockets are.
#include <fmt/format.h>

#include <cerrno>

#include "cli/check_look.h"
#include "kernel/net_files.h"
#include "kernel/system_state.h"

namespace skq::cli {
namespace {

/// What would choose sockets, and here has nothing to choose from.
Problem refuse_choice(const Settings& settings, const CheckMetric& metric) {
  const bool tables = settings.tables.chosen || settings.tables.queried || settings.tables.asked;
  if (!tables && settings.filter.empty() && !settings.filter_file && !settings.where && !settings.all_netns) return {};
  return UsageError{
      fmt::format("{} is a number of the whole host: no filter, table or expression narrows it", metric.name)};
}

CheckLook orphans(const kernel::SystemState& state) {
  CheckLook look;
  const auto count = state.counters.find("TCP", "orphan");
  if (!count) return {.value = {}, .text = "the kernel does not tell its orphans (/proc/net/sockstat)"};
  look.value = static_cast<double>(*count);
  look.text = fmt::format("orphans {}", *count);
  // Told to the first network namespace only.
  std::string text;
  if (kernel::read_sysctl("net/ipv4/tcp_max_orphans", text) != 0) return look;
  const auto numbers = kernel::read_numbers(text);
  if (numbers.size() != 1) return look;
  look.most = static_cast<double>(numbers.front());
  look.text += fmt::format(" of {} permitted", numbers.front());
  return look;
}

CheckLook memory(const CheckMetric& metric, std::string_view group, const kernel::SystemState& state,
                 const std::optional<kernel::MemoryLimits>& limits) {
  const auto pages = state.counters.find(group, "mem");
  if (!pages)
    return {.value = {}, .text = fmt::format("the kernel does not tell {} (/proc/net/sockstat)", metric.name)};
  if (!limits || limits->high == 0)
    return {.value = {}, .text = "the limit is told to the first network namespace only"};
  const double size = static_cast<double>(state.page_size);
  const double bytes = static_cast<double>(*pages) * size, high = static_cast<double>(limits->high) * size;
  CheckLook look{.value = 100.0 * static_cast<double>(*pages) / static_cast<double>(limits->high)};
  look.text = fmt::format("{} {}: {} of {}", metric.name, value_text(*look.value, CheckUnit::percent),
                          value_text(bytes, CheckUnit::bytes), value_text(high, CheckUnit::bytes));
  look.more.push_back({.label = "bytes", .value = bytes, .unit = CheckUnit::bytes, .least = 0, .most = high});
  return look;
}

}  // namespace

CheckLooked look_at_system(const Settings& settings, const CheckMetric& metric) {
  if (Problem problem = refuse_choice(settings, metric)) return *problem;
  // Its gaps are of every file that it reads; those that matter here show as a number that is not there.
  const kernel::SystemState state = kernel::read_system_state();
  if (metric.name == "tcp-memory") return memory(metric, "TCP", state, state.tcp_mem);
  if (metric.name == "udp-memory") return memory(metric, "UDP", state, state.udp_mem);
  return orphans(state);
}

}  // namespace skq::cli
