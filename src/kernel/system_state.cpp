#include "kernel/system_state.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "kernel/net_files.h"
#include "skq/result.h"

namespace skq::kernel {
namespace {

struct CounterFile {
  const char* name;
  void (*read)(std::string_view, Counters&);
  bool of_ipv6 = false;
};

// What is of IPv6 stands last: whether a kernel without it lacks them is seen by the others.
constexpr std::array files{
    CounterFile{"sockstat", read_key_values},
    CounterFile{"snmp", read_paired_lines},
    CounterFile{"netstat", read_paired_lines},
    CounterFile{"sockstat6", read_key_values, true},
    CounterFile{"snmp6", [](std::string_view text, Counters& to) { read_single_lines(text, "Udp6", to); }, true},
};

void note(SystemState& state, const std::string& path, int error) {
  if (error != 0) state.gaps.push_back({GapKind::system, Error{"read " + path, error}.text()});
}

/// Every kernel has sockstat, snmp, netstat and protocols: where they are not there, /proc is not, or not whole.
void read_counters(SystemState& state) {
  std::string text;
  for (const CounterFile& file : files) {
    const int error = read_net_file(file.name, text);
    if (error == ENOENT && file.of_ipv6) {
      state.lacks_ipv6 = state.counters.find("sockets", "used").has_value();
      continue;
    }
    note(state, std::string("/proc/net/") + file.name, error);
    if (error == 0) file.read(text, state.counters);
  }
  const int error = read_net_file("protocols", text);
  note(state, "/proc/net/protocols", error);
  if (error == 0) state.protocols = read_protocols(text);
}

/// Told to the first network namespace only.
std::optional<MemoryLimits> read_limits(const char* name, SystemState& state) {
  std::string text;
  const int error = read_sysctl(name, text);
  if (error != ENOENT) note(state, std::string("/proc/sys/") + name, error);
  const auto numbers = read_numbers(text);
  if (numbers.size() != 3) return std::nullopt;
  return MemoryLimits{numbers[0], numbers[1], numbers[2]};
}

}  // namespace

SystemState read_system_state() {
  SystemState state;
  read_counters(state);
  if (has_sysctls(state.gaps)) {
    state.tcp_mem = read_limits("net/ipv4/tcp_mem", state);
    state.udp_mem = read_limits("net/ipv4/udp_mem", state);
  }
  const long page = ::sysconf(_SC_PAGESIZE);
  state.page_size = page > 0 ? static_cast<std::uint64_t>(page) : 0;
  return state;
}

}  // namespace skq::kernel
