#include "skq/diagnose.h"

#include <algorithm>
#include <tuple>

#include "diagnose/rules.h"
#include "diagnose/words.h"
#include "model/derived.h"

namespace skq {
namespace {

using diagnosing::SceneIndex;

bool comes_first(const Finding& a, const Finding& b) {
  const auto rank = [](const Finding& finding) {
    return std::tuple(finding.severity, -static_cast<double>(finding.waiters.size()), -finding.since_s.value_or(0));
  };
  return rank(a) < rank(b);
}

std::vector<CycleStep> steps_of(const std::vector<const diagnosing::Waiting*>& cycle) {
  std::vector<CycleStep> steps;
  for (const diagnosing::Waiting* waiting : cycle) {
    CycleStep& step = steps.emplace_back();
    step.pid = waiting->process->pid;
    step.tid = waiting->thread->tid;
    step.comm = waiting->process->comm;
    if (waiting->wait->fd >= 0) step.fd = waiting->wait->fd;
    step.inode = waiting->socket->inode;
  }
  return steps;
}

// A sender without room may have a thread that is blocked; of a process that may not be read nobody can tell.
void add_gaps(const SceneIndex& scene, Diagnosis& diagnosis) {
  std::vector<const ProcessActivity*> unseen;
  for (const Socket* socket : scene.now().sockets) {
    if (socket->owners == nullptr || socket->state == State::listen || writable(*socket) != false) continue;
    for (const Owner& owner : socket->owners->list) {
      const ProcessActivity* process = scene.process(owner.pid);
      if (process != nullptr && !process->readable) unseen.push_back(process);
    }
  }
  std::sort(unseen.begin(), unseen.end());
  unseen.erase(std::unique(unseen.begin(), unseen.end()), unseen.end());
  if (unseen.empty()) return;
  const std::string name = diagnosing::process_name(unseen.front()->comm, unseen.front()->pid);
  const std::string others = unseen.size() == 1 ? "" : " and " + std::to_string(unseen.size() - 1) + " more";
  diagnosis.gaps.push_back(
      {GapKind::activity, "whether " + name + others + " wait to send is not known: their threads could not be read"});
}

}  // namespace

Diagnosis diagnose(const Scene& now, const Scene* before, const Patience& patience) {
  const SceneIndex scene(now, before, patience);
  Diagnosis diagnosis;
  for (const diagnosing::RuleRow& row : diagnosing::all_rules()) row.find(scene, diagnosis.findings);
  // What is no more than possible alarms nobody.
  for (Finding& finding : diagnosis.findings)
    if (finding.confidence == Confidence::possible) finding.severity = std::max(finding.severity, Severity::warning);
  for (const auto& cycle : scene.cycles()) diagnosis.cycles.push_back(steps_of(cycle));
  std::stable_sort(diagnosis.findings.begin(), diagnosis.findings.end(), comes_first);
  add_gaps(scene, diagnosis);
  diagnosis.look_again_after_ns = scene.wanted_ns();
  return diagnosis;
}

}  // namespace skq
