#include "cli/scope.h"

#include <string>
#include <string_view>

#include "cli/tables.h"

namespace skq::cli {
namespace {

/// -a is all there is.
StateSet without_limit(StateSet states) {
  TableChoice every;
  ask_for_all(every);
  return (states & *every.asked) == *every.asked ? ~StateSet() : states;
}

void add(std::string& text, std::string_view part) {
  if (part.empty()) return;
  if (!text.empty()) text += ' ';
  text += part;
}

}  // namespace

Scope scope_of(const Settings& settings, std::span<const TableRequest> tables) {
  Scope scope;
  for (const TableRequest& table : tables)
    scope.tables.push_back({table.family, table.netid, without_limit(table.states)});
  for (const std::string& word : settings.filter) add(scope.filter, word);
  if (settings.filter_text) add(scope.filter, settings.filter_text->text);
  if (settings.where) {
    add(scope.filter, "--where");
    add(scope.filter, *settings.where);
  }
  scope.all_netns = settings.all_netns;
  scope.netns_findings = settings.record.findings && settings.net.has_value();
  return scope;
}

}  // namespace skq::cli
