#include "cli/why_look.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "cli/gap_teller.h"
#include "cli/screen.h"

namespace skq::cli {
namespace {

constexpr std::array kinds{Netid::u_str, Netid::u_dgr, Netid::u_seq, Netid::tcp,  Netid::udp,
                           Netid::raw,   Netid::nl,    Netid::p_raw, Netid::p_dgr};

// But for wishes nobody asked for one of them by name: what this kernel lacks is no gap.
void add_whole(std::vector<TableRequest>& tables, Netid kind, Family family) {
  const auto same = [&](const TableRequest& table) { return table.netid == kind && table.family == family; };
  const auto found = std::find_if(tables.begin(), tables.end(), same);
  TableRequest& table = found != tables.end() ? *found : tables.emplace_back(TableRequest{kind, family, {}});
  table.states = ~StateSet();
}

Request everything(const LookWishes& wishes) {
  Request request;
  request.tables = wishes.tables;
  for (const Netid kind : kinds) {
    const Family family = family_of(kind);
    add_whole(request.tables, kind, family);
    if (family == Family::inet) add_whole(request.tables, kind, Family::inet6);
  }
  request.needs = needs_of_look() | wishes.needs;
  request.threads = wishes.threads;
  request.keep = true;
  request.kernels_order = true;  // findings have an order of their own
  return request;
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
  add_new(all.gaps, part.gaps);
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

std::vector<SharedMemory> shared_memory(const kernel::SystemState& state) {
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

NeedSet needs_of_look() {
  return NeedSet(Need::queues, Need::name, Need::peer_inode, Need::memory, Need::uid, Need::vfs, Need::pending,
                 Need::tcp_info, Need::peer, Need::owners, Need::peer_owners, Need::process, Need::netns,
                 Need::unix_queue);
}

std::vector<const Field*> fields_of_look() {
  const NeedSet fetched = needs_of_look();
  std::vector<const Field*> fields;
  for (const Field& field : all_fields()) {
    const bool wanted = field.shown != Shown::on_request || field.needs.has(Need::netns);
    if (!field.composed && wanted && (field.needs & ~fetched).empty()) fields.push_back(&field);
  }
  return fields;
}

Status look_at_host(Source& source, HostLook& look, const Choose& choose, const LookWishes& wishes) {
  look.circumstances = source.circumstances();
  auto summary = collect(everything(wishes), source, look.storage, [&](std::span<const Socket* const> rows) {
    for (const Socket* row : rows) {
      const bool judged = std::find(kinds.begin(), kinds.end(), row->netid) != kinds.end();
      (judged ? look.sockets : look.others).push_back(row);
    }
  });
  if (!summary) return summary.error();
  look.summary = std::move(*summary);
  look.scene.all_owners_known = std::none_of(look.summary.gaps.begin(), look.summary.gaps.end(),
                                             [](const Gap& gap) { return gap.kind == GapKind::owners; });
  const kernel::SystemState system = kernel::read_system_state();
  look.summary.gaps.insert(look.summary.gaps.end(), system.gaps.begin(), system.gaps.end());
  look.memory = shared_memory(system);
  look.scene.time_ns = monotonic_ns();
  refresh(look);
  if (choose) choose(look);
  read_threads(source, look);
  look.remark = source.remark();
  look.summary.gaps.insert(look.summary.gaps.end(), look.activity.gaps.begin(), look.activity.gaps.end());
  return Done{};
}

}  // namespace skq::cli
