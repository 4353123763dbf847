#include "cli/why_look.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "cli/screen.h"
#include "kernel/system_state.h"

namespace skq::cli {
namespace {

constexpr std::array kinds{Netid::u_str, Netid::u_dgr, Netid::u_seq, Netid::tcp,  Netid::udp,
                           Netid::raw,   Netid::nl,    Netid::p_raw, Netid::p_dgr};

// Nobody asked for one of them by name: what this kernel lacks is no gap.
Request everything() {
  Request request;
  for (const Netid kind : kinds) {
    const Family family = family_of(kind);
    request.tables.push_back({.netid = kind, .family = family, .states = ~StateSet()});
    if (family == Family::inet)
      request.tables.push_back({.netid = kind, .family = Family::inet6, .states = ~StateSet()});
  }
  request.needs = needs_of_look();
  request.keep = true;
  return request;
}

std::vector<SharedMemory> shared_memory(std::vector<Gap>& gaps) {
  const kernel::SystemState state = kernel::read_system_state();
  gaps.insert(gaps.end(), state.gaps.begin(), state.gaps.end());
  const auto row = [&](std::string_view protocol, std::string_view group, const auto& limits) {
    SharedMemory memory{.protocol = protocol, .page_size = state.page_size};
    memory.pages = state.counters.find(group, "mem");
    if (limits) {
      memory.pressure = limits->pressure;
      memory.limit = limits->high;
    }
    return memory;
  };
  std::vector rows{row("tcp", "TCP", state.tcp_mem), row("udp", "UDP", state.udp_mem)};
  rows.front().pressure_events = state.counters.find("TcpExt", "TCPMemoryPressures");
  return rows;
}

// A process that was read before its sockets mattered has not told its registrations for them.
void add_holders_of_new(const HostLook& look, std::span<const Inode> known, std::span<const Inode> wanted,
                        std::vector<int>& pids) {
  std::vector<Inode> fresh;
  std::set_difference(wanted.begin(), wanted.end(), known.begin(), known.end(), std::back_inserter(fresh));
  if (fresh.empty()) return;
  std::vector<int> seen;
  for (const ProcessActivity& process : look.activity.processes) seen.push_back(process.pid);
  for (const OwnerScan::Entry& entry : look.storage.owners) {
    if (!std::binary_search(fresh.begin(), fresh.end(), entry.inode)) continue;
    for (const Owner& owner : entry.owners.list)
      if (std::binary_search(seen.begin(), seen.end(), owner.pid)) pids.push_back(owner.pid);
  }
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
}

void merge(Activity& all, Activity part) {
  const auto by_pid = [](const ProcessActivity& a, const ProcessActivity& b) { return a.pid < b.pid; };
  std::vector<ProcessActivity> merged;
  // The newer word wins: set_union takes from the first where both have it.
  std::set_union(part.processes.begin(), part.processes.end(), all.processes.begin(), all.processes.end(),
                 std::back_inserter(merged), by_pid);
  all.processes = std::move(merged);
  for (const DescriptorsInFlight& seen : part.in_flight) {
    const auto same = [&](const DescriptorsInFlight& other) { return other.receiver == seen.receiver; };
    std::erase_if(all.in_flight, same);
    all.in_flight.push_back(seen);
  }
  all.in_io_uring.insert(all.in_io_uring.end(), part.in_io_uring.begin(), part.in_io_uring.end());
  std::sort(all.in_io_uring.begin(), all.in_io_uring.end());
  all.in_io_uring.erase(std::unique(all.in_io_uring.begin(), all.in_io_uring.end()), all.in_io_uring.end());
  for (Gap& gap : part.gaps)
    if (std::find(all.gaps.begin(), all.gaps.end(), gap) == all.gaps.end()) all.gaps.push_back(std::move(gap));
}

void refresh(HostLook& look) {
  Scene& scene = look.scene;
  scene.sockets = look.sockets;
  scene.processes = look.activity.processes;
  scene.in_flight = look.activity.in_flight;
  scene.in_io_uring = look.activity.in_io_uring;
  scene.memory = look.memory;
}

// Chains are short; what is longer than that is told as far as it was followed.
constexpr int rounds = 16;

void read_threads(Source& source, HostLook& look) {
  std::vector<Inode> known;
  std::vector<int> asked;
  for (int round = 0; round < rounds; ++round) {
    Suspects suspects = find_suspects(look.scene, {look.about_pids, look.about_sockets});
    // Those that have ended since are named again each time.
    std::erase_if(suspects.pids, [&](int pid) { return std::binary_search(asked.begin(), asked.end(), pid); });
    add_holders_of_new(look, known, suspects.sockets, suspects.pids);
    if (suspects.pids.empty()) return;
    asked.insert(asked.end(), suspects.pids.begin(), suspects.pids.end());
    std::sort(asked.begin(), asked.end());
    auto answer = source.activity({suspects.pids, suspects.sockets}, look.arena);
    if (!answer) {
      look.summary.gaps.push_back({GapKind::activity, answer.error().text()});
      return;
    }
    merge(look.activity, std::move(*answer));
    known = std::move(suspects.sockets);
    refresh(look);
  }
}

}  // namespace

NeedSet needs_of_look() {
  return NeedSet(Need::queues, Need::name, Need::peer_inode, Need::memory, Need::uid, Need::vfs, Need::pending,
                 Need::tcp_info, Need::peer, Need::owners, Need::peer_owners, Need::process, Need::netns,
                 Need::unix_queue);
}

Status look_at_host(Source& source, HostLook& look, const Choose& choose) {
  look.circumstances = source.circumstances();
  auto summary = collect(everything(), source, look.storage, [&](std::span<const Socket* const> rows) {
    look.sockets.insert(look.sockets.end(), rows.begin(), rows.end());
  });
  if (!summary) return summary.error();
  look.summary = std::move(*summary);
  look.scene.all_owners_known = std::none_of(look.summary.gaps.begin(), look.summary.gaps.end(),
                                             [](const Gap& gap) { return gap.kind == GapKind::owners; });
  look.memory = shared_memory(look.summary.gaps);
  look.scene.time_ns = monotonic_ns();
  refresh(look);
  if (choose) choose(look);
  read_threads(source, look);
  look.remark = source.remark();
  look.summary.gaps.insert(look.summary.gaps.end(), look.activity.gaps.begin(), look.activity.gaps.end());
  return Done{};
}

}  // namespace skq::cli
