#include "collect/dump_plan.h"

#include <algorithm>

#include "model/derived.h"

namespace skq::collecting {
namespace {

constexpr StateSet unconnected_states{State::listen, State::close, State::bound_inactive};

bool is_inet(Family family) { return family == Family::inet || family == Family::inet6; }

// One dump of AF_UNIX (or netlink, or packet) has all kinds; the inet protocols are dumped one by one.
bool shares_dump(const PlannedDump& dump, const TableRequest& table) {
  if (dump.request.family != table.family) return false;
  return !is_inet(table.family) || dump.request.netid == table.netid;
}

// The other end may be in a state that is not shown. Listeners and unbound sockets have none.
StateSet states_for_join(const PlannedDump& dump, NeedSet needs) {
  const StateSet shown = dump.request.states;
  if ((shown & ~unconnected_states).empty()) return shown;
  if (dump.request.family == Family::unix_domain && needs.has(Need::peer))
    return shown | StateSet(State::established, State::close);
  if (!is_inet(dump.request.family) || !needs.has(Need::peer_owners)) return shown;
  // The server of a udp client is itself not connected.
  const StateSet servers = dump.request.netid == Netid::udp ? StateSet(State::close) : StateSet();
  return shown | ~unconnected_states | servers;
}

// A v4 client of a v6 server has its other end in the dump of the other IP version, shown or not.
void add_other_ip_version(std::vector<PlannedDump>& plan) {
  const std::size_t asked = plan.size();
  for (std::size_t i = 0; i < asked; ++i) {
    DumpRequest other = plan[i].request;
    if (!is_inet(other.family) || (other.states & ~unconnected_states).empty()) continue;
    other.family = other.family == Family::inet ? Family::inet6 : Family::inet;
    const bool there = std::any_of(plan.begin(), plan.end(), [&](const PlannedDump& dump) {
      return dump.request.family == other.family && dump.request.netid == other.netid;
    });
    if (!there) plan.push_back({.request = other, .tables = {}});
  }
}

// Not where the other end of a shown row is looked for among the rows that are not. An SCTP dump does not read tests
// (net/sctp/diag.c), and what it shows of an association is not what they would be asked about.
void narrow(DumpRequest& dump, const Request& request) {
  if (request.tests == nullptr || request.needs.has(Need::peer_owners) || dump.netid == Netid::sctp) return;
  if (dump.family == Family::inet) dump.tests = request.tests->v4;
  if (dump.family == Family::inet6) dump.tests = request.tests->v6;
}

}  // namespace

std::vector<PlannedDump> plan_dumps(const Request& request) {
  std::vector<PlannedDump> plan;
  for (const TableRequest& table : request.tables) {
    if (table.states.empty()) continue;
    auto dump = std::find_if(plan.begin(), plan.end(), [&](const PlannedDump& d) { return shares_dump(d, table); });
    if (dump == plan.end()) {
      plan.push_back({.request = {.family = table.family, .netid = table.netid, .states = {}, .needs = request.needs},
                      .tables = {}});
      dump = plan.end() - 1;
    }
    dump->request.states = dump->request.states | table.states;
    dump->tables.push_back(table);
  }
  for (PlannedDump& dump : plan) dump.request.states = states_for_join(dump, request.needs);
  if (request.needs.has(Need::peer_owners)) add_other_ip_version(plan);
  for (PlannedDump& dump : plan) narrow(dump.request, request);
  return plan;
}

bool is_shown(const PlannedDump& dump, const Socket& socket) {
  return std::any_of(dump.tables.begin(), dump.tables.end(), [&](const TableRequest& table) {
    return table.netid == socket.netid && is_in(socket, table.states);
  });
}

namespace {

bool has_unix(const Request& request) {
  return std::any_of(request.tables.begin(), request.tables.end(),
                     [](const TableRequest& table) { return table.family == Family::unix_domain; });
}

}  // namespace

bool needs_whole(const Request& request) {
  const bool has_inet = std::any_of(request.tables.begin(), request.tables.end(),
                                    [](const TableRequest& table) { return is_inet(table.family); });
  return (has_inet && request.needs.has(Need::peer_owners)) || (has_unix(request) && request.needs.has(Need::pending));
}

bool chooses_by_join(const Request& request) {
  return request.wanted && !(request.wanted_needs & NeedSet(Need::peer, Need::pending)).empty();
}

bool joins_unix(const Request& request) { return has_unix(request) && request.needs.has(Need::peer); }

}  // namespace skq::collecting
