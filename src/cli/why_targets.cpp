#include "cli/why_targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text_escape.h"
#include "kernel/target_facts.h"

namespace skq::cli {
namespace {

template <class T>
void add_sorted(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

std::string_view what_is_sought(TargetKind kind) {
  switch (kind) {
    case TargetKind::pid:
      return "there is no process with the pid";
    case TargetKind::name:
      return "there is no process, container, unit or unix socket named";
    case TargetKind::path:
      return "there is no unix socket bound to the path";
    case TargetKind::abstract:
      return "there is no unix socket with the abstract name";
    case TargetKind::inode:
      return "there is no socket with the inode";
    case TargetKind::port:
      return "there is no tcp or udp socket with the port";
  }
  return {};
}

/// A word with nothing else to stand for may be a file below the working directory.
void try_as_path(const Target& name, const HostLook& look, TargetMatch& match) {
  const kernel::PathFacts path = kernel::look_up_path(name.name);
  if (path.canonical.empty()) return;
  Target target;
  target.kind = TargetKind::path;
  target.text = target.name = path.canonical;
  TargetWorld world;
  world.canonical_path = path.canonical;
  world.file = path.file;
  TargetMatch found = resolve_target(target, look.sockets, world);
  if (!found.found()) return;
  match = std::move(found);
  match.meaning = "path";
}

/// 5432 is a pid; who typed it may have meant the port.
void add_near_port(const Target& pid, const HostLook& look, TargetMatch& match) {
  if (pid.kind != TargetKind::pid) return;
  const auto port = parse_target(":" + pid.text);
  if (port && resolve_target(*port, look.sockets, {}).found()) match.near.insert(match.near.begin(), port->text);
}

}  // namespace

Problem WhyTargets::parse(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    auto target = parse_target(word);
    if (!target) return UsageError{fmt::format("TARGET '{}': {}", escaped(word), escaped(target.error().doing))};
    targets_.push_back(std::move(*target));
  }
  return {};
}

void WhyTargets::resolve(HostLook& look) {
  matches_.clear();
  const std::vector<kernel::RunningProcess> running = kernel::running_processes();
  std::vector<ProcessName> names;
  for (const kernel::RunningProcess& process : running) names.push_back({process.pid, process.comm});
  for (const Target& target : targets_) {
    TargetWorld world;
    world.processes = names;
    kernel::PathFacts path;
    if (target.kind == TargetKind::path) path = kernel::look_up_path(target.name);
    world.canonical_path = path.canonical;
    world.file = path.file;
    matches_.push_back(resolve_target(target, look.sockets, world));
    if (!matches_.back().found() && target.kind == TargetKind::name) try_as_path(target, look, matches_.back());
    if (!matches_.back().found()) add_near_port(target, look, matches_.back());
    add_sorted(look.about_pids, pids_to_look_at(matches_.back(), look.sockets));
    add_sorted(look.about_sockets, matches_.back().sockets);
  }
}

Problem WhyTargets::unknown() const {
  for (std::size_t at = 0; at < matches_.size(); ++at) {
    if (matches_[at].found()) continue;
    const Target& target = targets_[at];
    std::string text = fmt::format("TARGET: {} '{}'", what_is_sought(target.kind), escaped(target.text));
    const std::vector<std::string>& near = matches_[at].near;
    for (const std::string& word : near)
      text += fmt::format("{}'{}'", &word == &near.front() ? "; did you mean " : " or ", escaped(word));
    if (near.empty()) return UsageError{target.text == "help" ? text + "; see skq why --help" : text};
    return UsageError{text + "?"};
  }
  return {};
}

std::vector<TargetReport> WhyTargets::around(const Scene& scene, const Scene* before, const Diagnosis& diagnosis,
                                             const Patience& patience) const {
  std::vector<TargetReport> reports;
  for (std::size_t at = 0; at < matches_.size(); ++at)
    reports.push_back(
        {&targets_[at], &matches_[at], surroundings_of(matches_[at], scene, before, diagnosis, patience)});
  return reports;
}

}  // namespace skq::cli
