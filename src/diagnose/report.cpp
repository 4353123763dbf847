#include "diagnose/report.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "diagnose/finding_parts.h"
#include "diagnose/words.h"

namespace skq::diagnosing {
namespace {

// An event loop that is woken by other sockets as well, or by time, still serves those.
Severity severity_of(const Case& one) {
  if (one.verdict != Verdict::stuck) return Severity::warning;
  return is_single_minded(*one.waiting) ? Severity::critical : Severity::warning;
}

// How sure it is who holds the other end, where nobody is seen to.
Confidence confidence_of_holder(const SceneIndex& scene, const Case& one) {
  const Socket* other = one.blame.other.socket;
  if (other == nullptr || !one.blame.direct.empty()) return Confidence::certain;
  if (other->owners != nullptr && scene.now().all_owners_known) return Confidence::certain;
  const auto& culprits = one.blame.culprits;
  return !culprits.empty() && culprits.front().doing ? Confidence::likely : Confidence::possible;
}

// A holder that is asleep for a time in a process that ran lately may be one that looks at the socket now and then.
bool may_come_back(const SceneIndex& scene, const Case& one) {
  const auto sleeps_for_a_time = [&](const ThreadActivity& thread) {
    return thread.timeout_ns || thread.call == "nanosleep" || thread.call == "clock_nanosleep";
  };
  return std::any_of(one.blame.direct.begin(), one.blame.direct.end(), [&](const Holding& holding) {
    return holding.doing == Doing::sleeping && holding.process != nullptr && scene.ran_between(*holding.process) &&
           std::any_of(holding.process->threads.begin(), holding.process->threads.end(), sleeps_for_a_time);
  });
}

// Without patience nothing is known to last: a call may have been entered a moment ago.
Confidence confidence_of(const SceneIndex& scene, const Case& one) {
  constexpr std::int64_t surely_long = 1'000'000'000;
  const std::int64_t age = one.waiting->blocked_ns.value_or(0);
  if (age < scene.patience().stuck_after_ns) return std::max(one.proof.confidence, Confidence::likely);
  const bool may_end = age < surely_long || one.blame.somebody_attends;
  if (scene.patience().stuck_after_ns < surely_long && may_end && !scene.elapsed_ns()) return Confidence::possible;
  Confidence known = std::max(one.proof.confidence, confidence_of_holder(scene, one));
  if (one.verdict == Verdict::unclear || may_come_back(scene, one)) known = std::max(known, Confidence::likely);
  return one.blame.other.certain ? known : std::max(known, Confidence::likely);
}

// What is no more than possible alarms nobody.
Severity told_severity(const SceneIndex& scene, const Case& one) {
  return confidence_of(scene, one) == Confidence::possible ? Severity::warning : severity_of(one);
}

std::vector<std::int64_t> receiver_key(const Case& one) {
  const Socket* other = one.blame.other.socket;
  std::vector<std::int64_t> key;
  for (const Holding& holding : one.blame.direct) key.push_back(holding.pid);
  std::sort(key.begin(), key.end());
  const bool is_shared = other == nullptr || other->netid == Netid::u_dgr || other->state == State::listen;
  if (key.empty() || is_shared) {
    // Negative, as no pid is.
    const Socket& named = other != nullptr ? *other : *one.waiting->socket;
    key = {-1 - static_cast<std::int64_t>(named.inode)};
  }
  return key;
}

void add_culprits(std::vector<Culprit>& all, const std::vector<Culprit>& more) {
  for (const Culprit& culprit : more) {
    const auto same = [&](const Culprit& other) { return other.pid == culprit.pid; };
    if (std::none_of(all.begin(), all.end(), same)) all.push_back(culprit);
  }
  std::stable_partition(all.begin(), all.end(), [](const Culprit& one) { return one.doing != Doing::waiting; });
}

void add_waiters(Finding& finding, const std::vector<Case>& cases) {
  std::set<const Socket*> sockets;
  for (const Case& one : cases) {
    finding.waiters.push_back(waiter_of(*one.waiting));
    sockets.insert(one.waiting->socket);
    const auto blocked = finding.waiters.back().blocked_s;
    if (blocked) finding.since_s = std::max(finding.since_s.value_or(0), *blocked);
  }
  std::stable_sort(finding.waiters.begin(), finding.waiters.end(), [](const Waiter& a, const Waiter& b) {
    const auto rank = [](const Waiter& one) { return std::tuple(-one.blocked_s.value_or(0), one.pid, one.tid); };
    return rank(a) < rank(b);
  });
  finding.sockets = sockets.size();
}

// Whether the holders of what it waits for took something of it, or let its last call end.
bool was_served(const SceneIndex& scene, const Case& one) {
  return one.verdict == Verdict::slow || scene.progress(*one.waiting->socket) == Progress::made ||
         (one.waiting->wait->by == WaitBy::call && scene.woke_between(*one.waiting));
}

// A pool, or a loop, takes its clients in turn: who waits for his while others are served is not stuck, unless he was
// passed over again and again.
void judge_by_others(const SceneIndex& scene, std::vector<Case>& cases) {
  constexpr std::int64_t turns = 10;
  std::set<std::vector<std::int64_t>> served;
  for (const Case& one : cases)
    if (one.blame.somebody_attends && was_served(scene, one)) served.insert(receiver_key(one));
  if (served.empty()) return;
  for (Case& one : cases) {
    const bool waits_for_turn = one.waiting->blocked_ns.value_or(0) < turns * scene.patience().stuck_after_ns;
    if (one.verdict == Verdict::stuck && waits_for_turn && served.count(receiver_key(one)) > 0)
      one.verdict = Verdict::slow;
  }
}

}  // namespace

std::vector<Case> cases_of(const SceneIndex& scene, Rule rule) {
  std::vector<Case> cases;
  for (const Waiting& waiting : scene.waits()) {
    if (waiting.wait->what != WaitFor::send && waiting.wait->what != WaitFor::connect) continue;
    if (!is_asleep(waiting) || scene.is_in_cycle(*waiting.thread)) continue;
    auto proof = proof_of(scene, waiting);
    if (!proof || proof->rule != rule) continue;
    Case one{&waiting, std::move(*proof), blame_for(scene, waiting), Verdict::open};
    one.verdict = judge(scene, waiting, one.blame);
    cases.push_back(std::move(one));
  }
  judge_by_others(scene, cases);
  std::erase_if(cases, [](const Case& one) { return one.verdict == Verdict::open; });
  return cases;
}

std::vector<std::vector<Case>> by_receiver(std::vector<Case> cases) {
  std::map<std::vector<std::int64_t>, std::vector<Case>> groups;
  for (Case& one : cases) groups[receiver_key(one)].push_back(std::move(one));
  std::vector<std::vector<Case>> list;
  for (auto& [key, group] : groups) list.push_back(std::move(group));
  return list;
}

Finding make_finding(const SceneIndex& scene, const std::vector<Case>& cases) {
  const auto is_worse = [&](const Case& a, const Case& b) {
    const auto rank = [&](const Case& one) { return std::pair(told_severity(scene, one), confidence_of(scene, one)); };
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    const auto turn = [](const Case& one) {
      const Waiting& waiting = *one.waiting;
      return std::tuple(-waiting.blocked_ns.value_or(0), waiting.process->pid, waiting.thread->tid);
    };
    return turn(a) < turn(b);
  };
  const Case& worst = *std::min_element(cases.begin(), cases.end(), is_worse);
  Finding finding;
  finding.rule = worst.proof.rule;
  finding.severity = told_severity(scene, worst);
  finding.confidence = confidence_of(scene, worst);
  finding.socket = worst.waiting->socket;
  finding.peer = worst.blame.other.socket;
  finding.chain = worst.blame.chain;
  finding.evidence = worst.proof.evidence;
  finding.culprits = worst.blame.culprits;
  for (const Case& one : cases) add_culprits(finding.culprits, one.blame.culprits);
  add_waiters(finding, cases);
  // Some of them may have been left out as mere heirs of the descriptor.
  if (finding.peer != nullptr)
    if (const std::size_t holders = holding_pids(*finding.peer).size(); holders > 1)
      finding.evidence.push_back(number("holders", static_cast<double>(holders)));
  if (worst.verdict == Verdict::slow) finding.evidence.push_back(word("progress", "what waits is taken, but slowly"));
  return finding;
}

std::string who_waits(const Finding& finding, std::string_view how) {
  const Waiter& first = finding.waiters.front();
  std::string text = process_name(first.comm, first.pid);
  const std::size_t others = finding.waiters.size() - 1;
  if (others > 0) text += " and " + plural(others, "other thread", "other threads");
  text += (others > 0 ? " have been " : " has been ") + std::string(how);
  if (finding.since_s) text += (others > 0 ? " for up to " : " for ") + duration(*finding.since_s);
  return text;
}

namespace {

bool waits_for_listener(const Finding& finding) {
  const Socket* asked = finding.peer != nullptr ? finding.peer : finding.socket;
  return asked != nullptr && asked->state == State::listen;
}

bool goes_on(const Finding& finding) {
  return std::any_of(finding.evidence.begin(), finding.evidence.end(),
                     [](const Evidence& evidence) { return evidence.field == "progress"; });
}

}  // namespace

std::string who_causes(const Finding& finding) {
  if (finding.culprits.empty()) return "a process that is not to be seen";
  const Culprit& first = finding.culprits.front();
  // Whom it sends to is the next of the chain; the root may be further away.
  const Link* next = finding.chain.size() > 1 ? &finding.chain[1] : nullptr;
  const bool is_far = next != nullptr && finding.chain.size() > 2 && next->pid != first.pid;
  std::string root = process_name(first.comm, first.pid);
  if (!first.pid) root = first.doing == Doing::gone ? "a socket" : "a process that is not to be seen";
  std::string text = is_far ? process_name(next->comm, next->pid) + ", which waits for " + root : root;
  const auto roots = std::count_if(finding.culprits.begin(), finding.culprits.end(),
                                   [](const Culprit& culprit) { return culprit.doing != Doing::waiting; });
  if (roots > 1) text += " or " + plural(static_cast<std::size_t>(roots - 1), "other", "others");
  if (!first.pid && first.doing != Doing::gone) return text;
  const bool accepts = waits_for_listener(finding);
  if (goes_on(finding) && !is_far) return text + (accepts ? ", which accepts too slowly" : ", which reads too slowly");
  if (accepts && first.doing == Doing::running && !is_far) return text + ", which runs, but does not accept";
  return text + ", " + which_clause(first);
}

std::string cures(const Finding& finding) {
  const bool has_pid = !finding.culprits.empty() && finding.culprits.front().pid;
  if (goes_on(finding) && has_pid) {
    const std::string pid = std::to_string(*finding.culprits.front().pid);
    return "It goes on, but slowly: see what it does in between, with strace -p " + pid + " or perf top -p " + pid +
           ".";
  }
  const bool accepts = waits_for_listener(finding);
  return finding.culprits.empty() ? "Look again as root: who holds the other end is not to be seen."
                                  : cure_for(finding.culprits.front(), accepts);
}

}  // namespace skq::diagnosing
