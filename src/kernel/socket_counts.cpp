#include "kernel/socket_counts.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/net_files.h"

namespace skq::kernel {
namespace {

struct CountRow {
  Netid netid{};
  std::string_view group, group6;
};
// Every socket of MPTCP has one of TCP. UDP and raw sockets are in their tables from bind on, and are counted there
// (sock_prot_inuse_add).
constexpr std::array count_rows{CountRow{Netid::tcp, "TCP", "TCP6"}, CountRow{Netid::mptcp, "TCP", "TCP6"},
                                CountRow{Netid::udp, "UDP", "UDP6"}, CountRow{Netid::raw, "RAW", "RAW6"}};

const CountRow* row_of(const DumpRequest& request) {
  if (request.family != Family::inet && request.family != Family::inet6) return nullptr;
  for (const CountRow& row : count_rows) {
    if (row.netid == request.netid) return &row;
  }
  return nullptr;
}

// Nothing where the kernel does not say. A namespace without IPv6 has no sockstat6; what it cannot have is not asked
// twice for that.
std::optional<std::uint64_t> in_use(const Counters& counts, const CountRow& row, Family family) {
  const auto of_group = [&](std::string_view group) { return counts.find(group, "inuse"); };
  if (row.netid != Netid::mptcp) return of_group(family == Family::inet6 ? row.group6 : row.group);
  const auto v4 = of_group(row.group);
  if (!v4) return std::nullopt;
  return *v4 + of_group(row.group6).value_or(0);
}

}  // namespace

Counters read_socket_counts() {
  Counters counts;
  std::string text;
  for (const char* const name : {"sockstat", "sockstat6"}) {
    if (read_net_file(name, text) == 0) read_key_values(text, counts);
  }
  return counts;
}

std::size_t count_unix_sockets() {
  std::size_t count = 0;
  std::string text;
  if (read_net_file("protocols", text) != 0) return 0;
  for (const Protocol& protocol : read_protocols(text)) {
    // "UNIX-STREAM" is apart since Linux 5.15.
    if (protocol.name.starts_with("UNIX")) count += protocol.sockets;
  }
  return count;
}

StateSet states_with_rows(const Counters& counts, const DumpRequest& request, std::uint64_t ours) {
  const CountRow* const row = row_of(request);
  if (row == nullptr) return request.states;
  const auto hashed = in_use(counts, *row, request.family);
  if (!hashed || *hashed != 0) return request.states;
  if (row->netid != Netid::tcp) return {};
  // Sockets in TIME-WAIT have left `inuse`, and are told for IPv4 and IPv6 together.
  if (counts.find("TCP", "tw").value_or(1) != 0) return request.states;
  // What is bound and does nothing else is in no table that is counted. Then it still is one of the namespace's
  // sockets.
  if (counts.find("sockets", "used").value_or(ours + 1) <= ours) return {};
  return request.states & StateSet(State::bound_inactive);
}

}  // namespace skq::kernel
