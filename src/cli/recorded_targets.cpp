#include "cli/recorded_targets.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text_escape.h"

namespace skq::cli {
namespace {

template <class Test>
bool any_process(const Finding& finding, const Test& test) {
  const auto is = [&](const auto& one) { return test(one.pid, one.comm); };
  return std::any_of(finding.waiters.begin(), finding.waiters.end(), is) ||
         std::any_of(finding.culprits.begin(), finding.culprits.end(), is) ||
         std::any_of(finding.chain.begin(), finding.chain.end(), is);
}

template <class List, class Value>
bool has(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// As of those that run now: a name that a terminal does not show as it is can be typed as skq prints it.
bool is_called(std::string_view bytes, std::string_view typed) { return bytes == typed || escaped(bytes) == typed; }

bool has_path(const RecordedFindings::One& one, std::string_view typed) {
  return std::any_of(one.paths.begin(), one.paths.end(),
                     [typed](const std::string& path) { return is_called(path, typed); });
}

bool touches(const Target& target, const RecordedFindings::One& one) {
  switch (target.kind) {
    case TargetKind::pid:
      return any_process(one.finding, [&](const std::optional<int>& pid, std::string_view) {
        return pid && static_cast<std::uint32_t>(*pid) == target.number;
      });
    case TargetKind::name:
      return has_path(one, target.name) ||
             any_process(one.finding, [&](const auto&, std::string_view comm) { return is_called(comm, target.name); });
    case TargetKind::path:
      return has_path(one, target.name);
    case TargetKind::abstract:
      return has_path(one, "@" + target.name);
    case TargetKind::inode:
      return has(one.inodes, target.number);
    case TargetKind::port:
      return has(one.ports, target.number);
  }
  return false;
}

}  // namespace

Problem RecordedTargets::parse(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    auto target = parse_target(word);
    if (!target) return UsageError{escaped(target.error().text())};
    if (target->address)
      return UsageError{"an address cannot be looked for among recorded findings; say the port alone, as in :5432"};
    targets_.push_back(std::move(*target));
  }
  return {};
}

std::vector<const Target*> RecordedTargets::unknown(const RecordedFindings& findings,
                                                    std::span<const Socket* const> rows) const {
  const bool owners = std::any_of(
      rows.begin(), rows.end(), [](const Socket* row) { return row->owners != nullptr && !row->owners->list.empty(); });
  std::vector<const Target*> unknown;
  for (const Target& target : targets_) {
    if ((target.kind == TargetKind::pid || target.kind == TargetKind::name) && !owners) continue;
    const bool touched = std::any_of(findings.all().begin(), findings.all().end(),
                                     [&](const auto& one) { return touches(target, one); });
    if (!touched && !resolve_target(target, rows, {}).found()) unknown.push_back(&target);
  }
  return unknown;
}

bool RecordedTargets::touch(const RecordedFindings::One& one) const {
  return targets_.empty() ||
         std::any_of(targets_.begin(), targets_.end(), [&](const Target& target) { return touches(target, one); });
}

}  // namespace skq::cli
