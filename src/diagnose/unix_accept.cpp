// Unix listeners whose queue of clients not yet accepted is full, or nearly so.
#include <algorithm>
#include <unordered_set>

#include "diagnose/report.h"
#include "diagnose/rules.h"
#include "diagnose/thresholds.h"
#include "diagnose/words.h"
#include "model/derived.h"

namespace skq::diagnosing {
namespace {

bool is_unix_listener(const Socket& socket) {
  return socket.family == Family::unix_domain && socket.state == State::listen;
}

double fill_of(const Socket& socket) { return accept_fill(socket).value_or(Percent{}).value; }

std::string name_of_listener(const Socket& socket) {
  const std::string name = unix_name(socket);
  return name.empty() ? "a listening socket" : name;
}

void add_queue(Finding& finding, const Socket& listener) {
  if (const auto queue = accept_queue(listener)) {
    const auto limit = accept_limit(listener);
    finding.evidence.push_back(
        number("accept_queue", *queue, limit ? std::optional<double>(*limit) : std::optional<double>()));
  }
}

constexpr std::string_view about_backlog =
    " A longer queue takes a larger backlog in listen(), which net.core.somaxconn caps; it only helps with bursts.";
constexpr std::string_view about_invisible_clients =
    " No waiting client is to be seen: those that connect without blocking are refused with EAGAIN and are gone, and "
    "threads of other users may not be looked at.";

// Listeners whose clients are seen to wait, however short: they have been judged by them.
std::unordered_set<const Socket*> listeners_with_waiters(const SceneIndex& scene) {
  std::unordered_set<const Socket*> listeners;
  for (const Waiting& waiting : scene.waits())
    if (waiting.wait->what == WaitFor::connect) listeners.insert(scene.other_side(waiting).socket);
  return listeners;
}

void finish(Finding& finding, const Socket* listener) {
  if (listener != nullptr) add_queue(finding, *listener);
  const std::string place = listener != nullptr ? name_of_listener(*listener) : "a server that is not to be seen";
  finding.title = who_waits(finding) + " connecting to " + place;
  if (listener != nullptr) finding.title += " of " + who_causes(finding);
  finding.advice = cures(finding) + std::string(about_backlog);
}

std::vector<Culprit> culprits_of(const SceneIndex& scene, const Socket& listener, bool& somebody_attends) {
  std::vector<Culprit> culprits;
  for (const Holding& holding : scene.responsible_for(listener, nullptr)) {
    culprits.push_back(culprit_of(holding));
    somebody_attends |= holding.attends;
  }
  if (culprits.empty()) culprits.push_back(nobody(scene, listener));
  return culprits;
}

Finding listener_finding(Rule rule, const Socket& listener, std::vector<Culprit> culprits) {
  Finding finding;
  finding.rule = rule;
  finding.socket = &listener;
  finding.culprits = std::move(culprits);
  add_queue(finding, listener);
  return finding;
}

void find_unattended(const SceneIndex& scene, const Socket& listener, std::vector<Finding>& findings) {
  bool somebody_attends = false;
  std::vector<Culprit> culprits = culprits_of(scene, listener, somebody_attends);
  if (judge(scene, somebody_attends, scene.progress(listener)) != Verdict::stuck) return;
  // Full in this look only: a burst that has not had its time yet.
  const Socket* then = scene.earlier(listener);
  if (then != nullptr && fill_of(*then) < 100 && somebody_attends) return;
  Finding finding = listener_finding(Rule::unix_accept_queue_full, listener, std::move(culprits));
  finding.severity = Severity::critical;
  finding.confidence = scene.elapsed_ns() || !somebody_attends ? Confidence::certain : Confidence::possible;
  finding.title =
      "The queue of " + name_of_listener(listener) + " is full, and clients are not accepted by " + who_causes(finding);
  finding.advice = cures(finding) + std::string(about_backlog) + std::string(about_invisible_clients);
  findings.push_back(std::move(finding));
}

}  // namespace

void find_full_listeners(const SceneIndex& scene, std::vector<Finding>& findings) {
  for (const std::vector<Case>& group : by_receiver(cases_of(scene, Rule::unix_accept_queue_full))) {
    Finding finding = make_finding(scene, group);
    finish(finding, finding.peer);
    findings.push_back(std::move(finding));
  }
  const auto judged = listeners_with_waiters(scene);
  for (const Socket* socket : scene.now().sockets)
    if (is_unix_listener(*socket) && fill_of(*socket) >= 100 && judged.count(socket) == 0)
      find_unattended(scene, *socket, findings);
}

void find_filling_listeners(const SceneIndex& scene, std::vector<Finding>& findings) {
  for (const Socket* socket : scene.now().sockets) {
    if (!is_unix_listener(*socket) || fill_of(*socket) < thresholds::accept_fill) continue;
    const auto is_told = [&](const Finding& finding) { return finding.socket == socket || finding.peer == socket; };
    if (std::any_of(findings.begin(), findings.end(), is_told)) continue;
    const bool may_wait = scene.patience().stuck_after_ns > 0;
    const Socket* then = scene.earlier(*socket);
    if (may_wait && !scene.elapsed_ns()) scene.wants_time();
    if (may_wait && (then == nullptr || fill_of(*then) < thresholds::accept_fill)) continue;
    bool somebody_attends = false;
    Finding finding =
        listener_finding(Rule::unix_accept_queue_filling, *socket, culprits_of(scene, *socket, somebody_attends));
    finding.severity = Severity::warning;
    finding.confidence = may_wait ? Confidence::certain : Confidence::possible;
    finding.title =
        "The queue of " + name_of_listener(*socket) + " holds " + std::to_string(accept_queue(*socket).value_or(0)) +
        " of " + std::to_string(accept_limit(*socket).value_or(0)) + " clients, not accepted yet by " +
        (finding.culprits.front().pid ? process_name(finding.culprits.front().comm, finding.culprits.front().pid)
                                      : std::string("anybody"));
    finding.advice = "Clients come faster than they are accepted." + std::string(about_backlog);
    findings.push_back(std::move(finding));
  }
}

}  // namespace skq::diagnosing
