#include "cli/recorded_scope.h"

#include <algorithm>
#include <string>
#include <utility>

#include "cli/scope.h"

namespace skq::cli {
namespace {

/// As collect names a dump.
std::string name_of(const TableRequest& table) {
  if (table.family == Family::inet) return std::string(to_text(table.netid)) + " over IPv4";
  if (table.family == Family::inet6) return std::string(to_text(table.netid)) + " over IPv6";
  return std::string(to_text(table.family));
}

/// Whether what is asked for now lies within what the filter of the recording let through.
bool lets_through(const std::string& recorded, const std::string& now) {
  return recorded.empty() || recorded == now || now.starts_with(recorded + " --where ");
}

void add_once(std::vector<Gap>& gaps, std::string text) {
  Gap gap{GapKind::recording, std::move(text)};
  if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.push_back(std::move(gap));
}

}  // namespace

std::vector<Gap> gaps_of_scope(const SnapshotHead& head, const Settings& settings,
                               std::span<const TableRequest> tables) {
  std::vector<Gap> gaps;
  if (!head.scope) return gaps;
  const bool filtered = !lets_through(head.scope->filter, scope_of(settings, tables).filter);
  for (const TableRequest& table : tables) {
    const auto& all = head.scope->tables;
    const auto found = std::find_if(all.begin(), all.end(), [&](const Scope::Table& one) {
      return one.family == table.family && one.netid == table.netid;
    });
    if (found == all.end()) {
      if (table.named) add_once(gaps, name_of(table) + ": not in the recording");
    } else if (filtered || !(table.states & ~found->states).empty()) {
      add_once(gaps, name_of(table) + ": recorded in fewer states or through a filter, rows may be missing");
    }
  }
  return gaps;
}

}  // namespace skq::cli
