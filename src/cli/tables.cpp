#include "cli/tables.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <string>

#include "base/nearest_word.h"
#include "base/text_escape.h"

namespace skq::cli {
namespace {

constexpr NetidSet unix_tables{Netid::u_str, Netid::u_dgr, Netid::u_seq};
constexpr NetidSet inet_tables{Netid::tcp, Netid::mptcp, Netid::udp, Netid::raw, Netid::sctp, Netid::dccp};
constexpr NetidSet packet_tables{Netid::p_raw, Netid::p_dgr};
constexpr NetidSet netlink_table{Netid::nl};
constexpr NetidSet vsock_tables{Netid::v_str, Netid::v_dgr, Netid::v_seq};
constexpr NetidSet xdp_table{Netid::xdp};
constexpr NetidSet tipc_tables{Netid::ti_st, Netid::ti_dg, Netid::ti_rd, Netid::ti_sq};
// As in ss, tipc is listed only when it is named.
constexpr NetidSet every_table = unix_tables | inet_tables | packet_tables | netlink_table | vsock_tables | xdp_table;

// State 0 is in none of the names, but ss lets it through both by default and under -a. Sockets that are bound and do
// nothing are a state of their own only in requests (linux 6.8 and later); -a shows them as ss of iproute2 6.8 does.
constexpr StateSet every_state{State::unknown,       State::established, State::syn_sent,  State::syn_recv,
                               State::fin_wait_1,    State::fin_wait_2,  State::time_wait, State::close,
                               State::close_wait,    State::last_ack,    State::listen,    State::closing,
                               State::bound_inactive};
constexpr StateSet connected_states{State::unknown,    State::established, State::syn_sent, State::fin_wait_1,
                                    State::fin_wait_2, State::close_wait,  State::last_ack, State::closing};
constexpr StateSet idle_states{State::close, State::listen};
constexpr StateSet tipc_states{State::established, State::listen, State::close};

struct Query {
  std::string_view name;
  NetidSet tables;
  bool group = false;
};

constexpr std::array queries{
    Query{"all", every_table, true},
    Query{"inet", inet_tables, true},
    Query{"tcp", NetidSet{Netid::tcp}},
    Query{"udp", NetidSet{Netid::udp}},
    Query{"raw", NetidSet{Netid::raw}},
    Query{"unix", unix_tables},
    Query{"unix_stream", NetidSet{Netid::u_str}},
    Query{"u_str", NetidSet{Netid::u_str}},
    Query{"unix_dgram", NetidSet{Netid::u_dgr}},
    Query{"u_dgr", NetidSet{Netid::u_dgr}},
    Query{"unix_seqpacket", NetidSet{Netid::u_seq}},
    Query{"u_seq", NetidSet{Netid::u_seq}},
    Query{"packet", packet_tables},
    Query{"packet_raw", NetidSet{Netid::p_raw}},
    Query{"p_raw", NetidSet{Netid::p_raw}},
    Query{"packet_dgram", NetidSet{Netid::p_dgr}},
    Query{"p_dgr", NetidSet{Netid::p_dgr}},
    Query{"netlink", netlink_table},
    Query{"mptcp", NetidSet{Netid::mptcp}},
    Query{"sctp", NetidSet{Netid::sctp}},
    Query{"dccp", NetidSet{Netid::dccp}},
    Query{"tipc", tipc_tables},
    Query{"vsock", vsock_tables},
    Query{"vsock_stream", NetidSet{Netid::v_str}},
    Query{"v_str", NetidSet{Netid::v_str}},
    Query{"vsock_dgram", NetidSet{Netid::v_dgr}},
    Query{"v_dgr", NetidSet{Netid::v_dgr}},
    Query{"vsock_seqpacket", NetidSet{Netid::v_seq}},
    Query{"v_seq", NetidSet{Netid::v_seq}},
    Query{"xdp", xdp_table},
};

constexpr auto names_of_queries = [] {
  std::array<std::string_view, queries.size()> names{};
  for (std::size_t i = 0; i < queries.size(); ++i) names[i] = queries[i].name;
  return names;
}();

constexpr std::array families{
    FamilyName{"inet", Family::inet},        FamilyName{"inet6", Family::inet6},     FamilyName{"link", Family::packet},
    FamilyName{"unix", Family::unix_domain}, FamilyName{"netlink", Family::netlink}, FamilyName{"vsock", Family::vsock},
    FamilyName{"tipc", Family::tipc},        FamilyName{"xdp", Family::xdp},
};

NetidSet tables_of(Family family) {
  switch (family) {
    case Family::unix_domain:
      return unix_tables;
    case Family::inet:
    case Family::inet6:
      return inet_tables;
    case Family::netlink:
      return netlink_table;
    case Family::packet:
      return packet_tables;
    case Family::vsock:
      return vsock_tables;
    case Family::xdp:
      return xdp_table;
    case Family::tipc:
      return tipc_tables;
  }
  return {};
}

/// Sockets of these know no state; ss counts them as closed.
bool is_stateless(Family family) {
  return family == Family::packet || family == Family::netlink || family == Family::xdp;
}

/// States that a family or table shows when neither -a nor -l nor `state` is given.
StateSet default_states(Family family) {
  if (is_stateless(family)) return StateSet{State::close};
  return family == Family::tipc ? tipc_states : connected_states;
}

StateSet default_states(Netid table) {
  const bool datagrams = table == Netid::udp || table == Netid::raw;
  return datagrams ? StateSet{State::established} : default_states(family_of(table));
}

constexpr std::array all_families{Family::inet,    Family::inet6, Family::unix_domain, Family::packet,
                                  Family::netlink, Family::vsock, Family::tipc,        Family::xdp};
constexpr std::array print_order{Netid::nl,    Netid::p_raw, Netid::p_dgr, Netid::u_str, Netid::u_dgr,
                                 Netid::u_seq, Netid::raw,   Netid::udp,   Netid::tcp,   Netid::dccp,
                                 Netid::sctp,  Netid::v_str, Netid::v_dgr, Netid::v_seq, Netid::ti_st,
                                 Netid::ti_dg, Netid::ti_rd, Netid::ti_sq, Netid::xdp,   Netid::mptcp};

FamilySet families_of(Netid table) {
  const Family family = family_of(table);
  return family == Family::inet ? FamilySet{Family::inet, Family::inet6} : FamilySet{family};
}

/// A table without its family brings the family, then a family without any of its tables brings them all.
void complete(TableChoice& choice) {
  for (const Netid table : print_order) {
    if (choice.tables.has(table) && (families_of(table) & choice.families).empty())
      choice.families = choice.families | families_of(table);
  }
  for (const Family family : all_families) {
    if (choice.families.has(family) && (tables_of(family) & choice.tables).empty())
      choice.tables = choice.tables | tables_of(family);
  }
}

TableChoice completed(TableChoice choice) {
  if (!choice.chosen) {
    choice.tables = every_table;
    choice.states = connected_states;
  }
  complete(choice);
  return choice;
}

StateSet states_of(const TableChoice& choice, const std::optional<StateSet>& filtered) {
  return filtered ? *filtered : choice.asked.value_or(choice.states);
}

/// ss dumps only the IP version that -4 or -6 named last, and both when another family came after it.
FamilySet inet_versions(const TableChoice& choice) {
  const FamilySet both{Family::inet, Family::inet6};
  if (choice.last_family && both.has(*choice.last_family)) return FamilySet{*choice.last_family} & choice.families;
  return both & choice.families;
}

void add_requests(std::vector<TableRequest>& requests, const TableChoice& choice, Netid table, StateSet states) {
  const Family family = family_of(table);
  const bool named = choice.named.has(table);
  if (family != Family::inet) {
    if (choice.families.has(family)) requests.push_back({table, family, states, named});
    return;
  }
  for (const Family version : {Family::inet, Family::inet6})
    if (inet_versions(choice).has(version)) requests.push_back({table, version, states, named});
}

struct Part {
  std::string_view text;
  std::size_t at = 0;
};

SyntaxError wrong_part(std::string_view list, Part part, std::string message, std::string_view suggestion) {
  return {std::move(message), std::string(list), part.at, std::max<std::size_t>(part.text.size(), 1),
          std::string(suggestion)};
}

std::optional<SyntaxError> choose_part(TableChoice& choice, std::string_view list, Part part) {
  const bool exclude = part.text.starts_with('!');
  if (exclude) part = {part.text.substr(1), part.at + 1};
  const auto* const query =
      std::find_if(queries.begin(), queries.end(), [&](const Query& q) { return q.name == part.text; });
  if (query == queries.end()) {
    const std::string_view near = nearest_word(part.text, names_of_queries);
    return wrong_part(
        list, part,
        part.text.empty() ? "a socket table's name is missing" : "unknown socket table '" + escaped(part.text) + "'",
        near);
  }
  if (exclude) {
    choice.tables = choice.tables & ~query->tables;
    choice.named = choice.named & ~query->tables;
    return {};
  }
  choice.tables = choice.tables | query->tables;
  if (!query->group) choice.named = choice.named | query->tables;
  return {};
}

}  // namespace

void choose_table(TableChoice& choice, Netid table) {
  choice.tables.add(table);
  choice.named.add(table);
  choice.states = choice.states | default_states(table);
  choice.chosen = true;
}

void choose_family(TableChoice& choice, Family family) {
  choice.families.add(family);
  choice.states = choice.states | default_states(family);
  choice.last_family = family;
  const bool ip_version = family == Family::inet || family == Family::inet6;
  if (!ip_version) choice.named = choice.named | tables_of(family);
  choice.chosen = true;
}

std::span<const FamilyName> family_names() { return families; }
std::span<const std::string_view> query_names() { return names_of_queries; }

std::optional<SyntaxError> choose_query(TableChoice& choice, std::string_view list) {
  if (!choice.queried) {
    choice.tables = {};
    if (!choice.asked) choice.asked = connected_states;
    choice.queried = true;
    choice.chosen = true;
  }
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (auto error = choose_part(choice, list, {list.substr(at, end - at), at})) return error;
    at = end + 1;
  }
  return {};
}

StateSet states_of_query() { return connected_states; }
void ask_for_all(TableChoice& choice) { choice.asked = every_state; }
void ask_for_listening(TableChoice& choice) { choice.asked = idle_states; }
void ask_for_bound_inactive(TableChoice& choice) { choice.asked = StateSet{State::bound_inactive}; }

Listed listed_by(const TableChoice& given, const std::optional<StateSet>& filtered) {
  const TableChoice choice = completed(given);
  Listed listed;
  int tables = (choice.tables & tipc_tables).empty() ? 0 : 1;
  for (const Netid table : print_order) {
    if (!choice.tables.has(table)) continue;
    if (!tipc_tables.has(table)) ++tables;
    listed.families = listed.families | (families_of(table) & choice.families);
  }
  listed.one_table = tables == 1;
  listed.one_state = std::has_single_bit(states_of(choice, filtered).bits());
  return listed;
}

std::vector<TableRequest> table_requests(const TableChoice& given, const std::optional<StateSet>& filtered) {
  const TableChoice choice = completed(given);
  const StateSet states = states_of(choice, filtered);
  std::vector<TableRequest> requests;
  if (states.empty()) return requests;
  for (const Netid table : print_order) {
    if (!choice.tables.has(table) || (is_stateless(family_of(table)) && !states.has(State::close))) continue;
    add_requests(requests, choice, table, states);
  }
  return requests;
}

}  // namespace skq::cli
