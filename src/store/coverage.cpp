#include "store/coverage.h"

#include <algorithm>
#include <array>

#include "model/name_tables.h"

namespace skq::store {
namespace {

bool is_inet(Family family) { return family == Family::inet || family == Family::inet6; }

/// As the gaps of collect name a dump: protocols of inet, families of all others.
std::string_view dump_name(Family family, Netid netid) { return is_inet(family) ? to_text(netid) : to_text(family); }

bool names_a_dump(std::string_view word) {
  const auto in = [&](const auto& names) { return std::find(names.begin(), names.end(), word) != names.end(); };
  return in(family_names) || in(netid_names);
}

/// Those that a row can be in. Sockets that are bound and do nothing are one in requests only.
constexpr StateSet every_state{State::established, State::syn_sent,  State::syn_recv, State::fin_wait_1,
                               State::fin_wait_2,  State::time_wait, State::close,    State::close_wait,
                               State::last_ack,    State::listen,    State::closing};

/// Whether a socket that passed such a filter once passes it as long as it lives: only addresses and ports are asked
/// for. A word that is not known here may be about anything.
bool is_lasting(std::string_view filter) {
  constexpr std::array words{"sport", "dport", "src", "dst", "=",  "==",  "!=", "eq", "ne", "neq",
                             "<",     ">",     "<=",  ">=",  "lt", "le",  "gt", "ge", "&",  "&&",
                             "and",   "|",     "||",  "or",  "!",  "not", "(",  ")"};
  while (!filter.empty()) {
    const std::string_view word = filter.substr(0, filter.find(' '));
    filter.remove_prefix(std::min(filter.size(), word.size() + 1));
    const bool known = std::find(words.begin(), words.end(), word) != words.end();
    const bool value =
        !word.empty() && std::string_view("0123456789:[*/@").find(word.front()) != std::string_view::npos;
    if (!known && !value && !word.empty()) return false;
  }
  return true;
}

}  // namespace

std::uint64_t netns_of(const Socket& socket, const SnapshotHead& head) {
  return socket.netns != nullptr ? socket.netns->inode : head.at.netns;
}

Coverage::Coverage(const Sight& sight) : head_(*sight.head) {
  for (const Socket* row : sight.rows) {
    const std::uint64_t netns = netns_of(*row, head_);
    if (seen_.empty() || netns != *namespaces_.begin()) namespaces_.insert(netns);
    seen_.emplace(row->family, row->netid);
  }
  if (head_.scope)
    for (const Scope::Table& table : head_.scope->tables) tables_[{table.family, table.netid}] = table.states;
  const bool others = std::any_of(namespaces_.begin(), namespaces_.end(),
                                  [this](std::uint64_t netns) { return netns != head_.at.netns; });
  all_netns_ = head_.scope ? head_.scope->all_netns : others;
  note_gaps();
}

// "tcp over IPv4: the dump was interrupted 3 times, rows may be missing".
void Coverage::note_gaps() {
  for (const Gap& gap : head_.gaps) {
    if (gap.kind == GapKind::netns) netns_torn_ = true;
    if (gap.kind != GapKind::dump && gap.kind != GapKind::family) continue;
    const std::string_view word = std::string_view(gap.detail).substr(0, gap.detail.find_first_of(": "));
    if (names_a_dump(word))
      torn_.emplace(word);
    else
      all_torn_ = true;
  }
}

bool Coverage::was_entered(std::uint64_t netns) const {
  if (!all_netns_) return netns == head_.at.netns;
  return !netns_torn_ || namespaces_.count(netns) != 0;
}

Knows Coverage::of_table(const Socket& socket, const Coverage& other) const {
  const Table table{socket.family, socket.netid};
  bool changing = false;
  if (head_.scope) {
    const auto found = tables_.find(table);
    if (found == tables_.end()) return Knows::not_the_table;
    const auto theirs = other.tables_.find(table);
    const bool alike = theirs != other.tables_.end() && theirs->second == found->second;
    changing = (found->second & every_state) != every_state;
    if (changing && !alike) return Knows::not_the_states;
  } else {
    // Nobody said what was asked for; a kind of socket of which there is none may not have been.
    const bool any = std::any_of(seen_.begin(), seen_.end(), [&](const Table& one) {
      return dump_name(one.first, one.second) == dump_name(table.first, table.second);
    });
    if (!any) return Knows::not_the_table;
  }
  if (!all_torn_ && torn_.count(dump_name(table.first, table.second)) == 0)
    return changing ? Knows::unless_it_changed : Knows::surely;
  return has_rows(table) ? Knows::doubtfully : Knows::not_the_table;
}

Knows Coverage::of(const Socket& socket, std::uint64_t netns, const Coverage& other) const {
  const auto filter = [](const Coverage& coverage) {
    return coverage.head_.scope ? std::string_view(coverage.head_.scope->filter) : std::string_view();
  };
  if (!was_entered(netns)) return Knows::not_the_namespace;
  if (!filter(*this).empty() && filter(*this) != filter(other)) return Knows::not_the_filter;
  const Knows knows = of_table(socket, other);
  return knows == Knows::surely && !is_lasting(filter(*this)) ? Knows::unless_it_changed : knows;
}

void NotCompared::add(const Socket& socket, std::string_view has, std::string_view lacks, Knows why) {
  const std::string name(dump_name(socket.family, socket.netid));
  std::string words = name + " sockets of " + std::string(has) + " are not compared: " + std::string(lacks);
  switch (why) {
    case Knows::surely:
    case Knows::unless_it_changed:
    case Knows::doubtfully:
      return;
    case Knows::not_the_table:
      words += " has none of that kind, and may not have looked for them";
      break;
    case Knows::not_the_states:
      words += " looked for some states only";
      break;
    case Knows::not_the_namespace:
      words += " did not look into their network namespace";
      break;
    case Knows::not_the_filter:
      words += " was recorded through a filter";
      break;
  }
  ++counts_[words];
}

void NotCompared::append_to(std::vector<Gap>& gaps) const {
  for (const auto& [words, count] : counts_) gaps.push_back({GapKind::recording, std::to_string(count) + " " + words});
}

}  // namespace skq::store
