// Threads that wait for each other in a circle over sockets: none of them goes on before another has.
#include <algorithm>

#include "diagnose/chain.h"
#include "diagnose/proof.h"
#include "diagnose/rules.h"
#include "diagnose/words.h"

namespace skq::diagnosing {
namespace {

std::string title_of(const std::vector<const Waiting*>& cycle) {
  const auto name = [](const Waiting* waiting) { return process_name(waiting->process->comm, waiting->process->pid); };
  if (cycle.size() == 1)
    return name(cycle.front()) + " waits for itself: it sends to a socket whose other end it would have to read";
  std::string text;
  for (const Waiting* waiting : cycle) text += name(waiting) + " waits for ";
  return text + name(cycle.front()) + ": a circle that nobody can end";
}

Culprit member(const Waiting& waiting) {
  Holding holding;
  holding.pid = waiting.process->pid;
  holding.fd = waiting.wait->fd;
  holding.comm = waiting.process->comm;
  holding.process = waiting.process;
  holding.details = waiting.process->details;
  holding.doing = Doing::waiting;
  holding.detail = waiting_text(waiting);
  return culprit_of(holding);
}

// Beside a thread that waits another may do what nobody sees coming; a process of one thread has no such way out.
Confidence confidence_of(const SceneIndex& scene, const std::vector<const Waiting*>& cycle) {
  Confidence confidence = Confidence::certain;
  for (const Waiting* waiting : cycle) {
    if (waiting->process->threads.size() > 1 || !scene.other_side(*waiting).certain)
      confidence = std::max(confidence, Confidence::likely);
    if (const auto proof = proof_of(scene, *waiting)) confidence = std::max(confidence, proof->confidence);
  }
  return confidence;
}

Finding describe(const SceneIndex& scene, const std::vector<const Waiting*>& cycle) {
  Finding finding;
  finding.rule = Rule::wait_cycle;
  finding.severity = Severity::critical;
  finding.confidence = confidence_of(scene, cycle);
  finding.title = title_of(cycle);
  const auto sender = std::find_if(cycle.begin(), cycle.end(), [](const Waiting* w) { return waits_for_room(*w); });
  finding.socket = (*sender)->socket;
  finding.peer = scene.other_side(**sender).socket;
  for (const Waiting* waiting : cycle) {
    finding.waiters.push_back(waiter_of(*waiting));
    finding.culprits.push_back(member(*waiting));
    finding.chain.push_back(link_of(*waiting));
    if (const auto proof = proof_of(scene, *waiting))
      finding.evidence.insert(finding.evidence.end(), proof->evidence.begin(), proof->evidence.end());
    if (const auto blocked = finding.waiters.back().blocked_s)
      finding.since_s = std::max(finding.since_s.value_or(0), *blocked);
  }
  finding.sockets = cycle.size();
  finding.advice =
      "Ending one of them lets the others go on; which of them should have read before it sent is a matter of their "
      "protocol. Reading while sending (non-blocking sockets with poll, or a thread for each direction) avoids it.";
  return finding;
}

}  // namespace

void find_wait_cycles(const SceneIndex& scene, std::vector<Finding>& findings) {
  for (const std::vector<const Waiting*>& cycle : scene.cycles()) findings.push_back(describe(scene, cycle));
}

}  // namespace skq::diagnosing
