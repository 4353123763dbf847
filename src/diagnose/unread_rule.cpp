// Data that waits to be read, and nobody of those who hold the socket reads it.
#include <map>
#include <utility>

#include "diagnose/chain.h"
#include "diagnose/finding_parts.h"
#include "diagnose/report.h"
#include "diagnose/socket_rules.h"
#include "model/derived.h"

namespace skq::diagnosing {
namespace {

enum class Attention : std::uint8_t {
  none,     ///< every thread is seen to do something else
  edge,     ///< watched with EPOLLET only, by threads that slept all the while: they were told of the data once, before
  possible  ///< reads it, or may
};

// Netlink's queues tell memory and are read when somebody wants to know; raw and packet sockets get what is not theirs.
bool has_payload_queue(const Socket& socket) {
  constexpr NetidSet kinds(Netid::u_str, Netid::u_dgr, Netid::u_seq, Netid::tcp, Netid::udp);
  return kinds.has(socket.netid) && socket.state != State::listen && socket.inode != Inode{0};
}

bool slept_all_the_while(const SceneIndex& scene, const ProcessActivity& process) {
  return std::all_of(process.threads.begin(), process.threads.end(), [&](const ThreadActivity& thread) {
    if (thread.state == ThreadState::running) return false;
    const ThreadActivity* then = scene.earlier(process, thread);
    return then != nullptr && then->switches && thread.switches == then->switches;
  });
}

Attention attention_of(const SceneIndex& scene, const Socket& socket, const Holding& holding) {
  if (holding.process == nullptr || !holding.process->readable) return Attention::possible;
  if (!holding.attends) return Attention::none;
  bool watched = false;
  for (const Waiting* waiting : scene.waits_on(socket)) {
    if (waiting->process != holding.process || waiting->wait->what == WaitFor::send) continue;
    if (!waiting->wait->edge_triggered) return Attention::possible;
    watched = true;
  }
  return watched && slept_all_the_while(scene, *holding.process) ? Attention::edge : Attention::possible;
}

// A sender that is told as blocked is the better story of the same cause.
bool is_told(const std::vector<Finding>& findings, const Socket& socket) {
  const Socket* other = socket.other_end;
  if (other != nullptr && other->send_q.value_or(0) > 0 && tcp_info(*other, "snd_wnd") == 0U) return true;
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    const auto links = [&](const Link& link) { return link.socket == &socket; };
    return finding.socket == &socket || finding.peer == &socket ||
           std::any_of(finding.chain.begin(), finding.chain.end(), links);
  });
}

// Then it is the matter of the rule about that sender, also while it is too early to say.
bool has_waiting_sender(const SceneIndex& scene, const Socket& socket) {
  if (socket.other_end == nullptr) return false;
  const auto waits = scene.waits_on(*socket.other_end);
  return std::any_of(waits.begin(), waits.end(), [](const Waiting* waiting) { return waits_for_room(*waiting); });
}

struct Unread {
  const Socket* socket = nullptr;
  Attention attention{};
};

std::optional<Unread> examine(const SceneIndex& scene, const std::vector<Finding>& findings, const Socket& socket) {
  if (!has_payload_queue(socket) || unread(socket).value_or(0) == 0) return std::nullopt;
  const auto& in_ring = scene.now().in_io_uring;
  if (std::binary_search(in_ring.begin(), in_ring.end(), socket.inode)) return std::nullopt;
  const std::vector<Holding> holders = scene.holders_of(socket);
  Unread found{&socket, Attention::none};
  for (const Holding& holding : holders) {
    const Attention attention = attention_of(scene, socket, holding);
    // With one look alone everybody who slept lately may be one who wakes up in between.
    if (attention == Attention::possible && scene.elapsed_ns()) return std::nullopt;
    found.attention = std::max(found.attention, attention);
  }
  if (holders.empty() || is_told(findings, socket) || has_waiting_sender(scene, socket)) return std::nullopt;
  if (!both_looks_tell(scene) || !stayed_unread(scene, socket)) return std::nullopt;
  return found;
}

std::string detail_of(Attention attention) {
  if (attention == Attention::edge)
    return "watched by epoll with EPOLLET alone, whose thread slept all the while: it is told of this data no more";
  return "no thread of a holder reads, polls or epolls the socket; seen in both looks";
}

std::optional<double> age_s(const SceneIndex& scene, const Socket& socket) {
  const auto elapsed = scene.elapsed_ns();
  if (!elapsed) return std::nullopt;
  // What came last has waited for that long, and the rest longer.
  const double quiet = static_cast<double>(tcp_info(socket, "last_data_recv").value_or(0)) / 1e3;
  return std::max(static_cast<double>(*elapsed) / 1e9, quiet);
}

// Who waits for somebody else will read when that one has answered.
bool all_wait_elsewhere(const std::vector<Culprit>& culprits) {
  return !culprits.empty() && std::all_of(culprits.begin(), culprits.end(),
                                          [](const Culprit& culprit) { return culprit.doing == Doing::waiting; });
}

// Who waits for that answer alone, and long. Edge-triggered interest in it may be there from the start, as it is in
// room, of whoever waits for the latter.
bool awaits_answer(const SceneIndex& scene, const Waiting& waiting) {
  return waiting.wait->what == WaitFor::receive && !waiting.wait->edge_triggered &&
         waiting.socket->state != State::listen && is_asleep(waiting) && is_single_minded(waiting) &&
         scene.is_long(waiting);
}

// What stops them is seen, and not one of them goes on before it ends.
bool none_can_act(const std::vector<Holding>& holders) {
  return !holders.empty() && std::all_of(holders.begin(), holders.end(), [](const Holding& holding) {
    return !holding.attends &&
           (holding.doing == Doing::stopped || holding.doing == Doing::traced || holding.doing == Doing::disk_wait);
  });
}

void add_awaiting(const SceneIndex& scene, const std::vector<const Waiting*>& awaiting, Finding& finding) {
  if (awaiting.empty()) return;
  for (const Waiting* waiting : awaiting) finding.waiters.push_back(waiter_of(*waiting));
  std::stable_sort(finding.waiters.begin(), finding.waiters.end(),
                   [](const Waiter& a, const Waiter& b) { return a.blocked_s.value_or(0) > b.blocked_s.value_or(0); });
  finding.chain = blame_for(scene, *awaiting.front()).chain;
  set_since(finding);
}

std::vector<const Waiting*> awaiting_on_other_ends(const SceneIndex& scene, const std::vector<const Socket*>& unread) {
  std::vector<const Waiting*> awaiting;
  for (const Socket* socket : unread) {
    if (socket->other_end == nullptr || socket->other_end->other_end != socket) continue;
    for (const Waiting* waiting : scene.waits_on(*socket->other_end))
      if (awaits_answer(scene, *waiting)) awaiting.push_back(waiting);
  }
  return awaiting;
}

// With a waiter the other end of whose connection lies in the hands of a process that cannot act.
void make_critical(const std::string& who, const Socket& socket, Finding& finding) {
  finding.severity = Severity::critical;
  finding.confidence = Confidence::certain;
  finding.title = who + ", " + which_clause(finding.culprits.front()) + ", leaves data unread on " + name_of(socket) +
                  ": " + who_waits(finding, "waiting") + " for an answer";
  finding.advice = cure_for(finding.culprits.front());
}

// Of a sender that cannot be seen nobody can say whether it is held up already.
std::string sender_words(const Socket& socket) {
  const Socket* sender = socket.other_end;
  const bool is_seen = sender != nullptr && sender->owners != nullptr && !sender->owners->list.empty();
  const bool is_full =
      recv_fill(socket).value_or(Percent{}).value >= 100 || (sender != nullptr && writable(*sender) == false);
  if (is_full && !is_seen) return "a sender that cannot be seen here may be held up.";
  return "who sends to it will be held up once the buffer is full.";
}

Finding finding_of(const SceneIndex& scene, Attention attention, const std::vector<const Socket*>& alike) {
  const auto holds_less = [](const Socket* a, const Socket* b) { return unread(*a) < unread(*b); };
  const Socket& socket = **std::max_element(alike.begin(), alike.end(), holds_less);
  Finding finding;
  finding.rule = Rule::unread_data;
  finding.confidence = attention == Attention::edge ? Confidence::possible : Confidence::likely;
  finding.socket = &socket;
  finding.peer = socket.other_end;
  finding.culprits = culprits_for(scene, socket);
  finding.severity = all_wait_elsewhere(finding.culprits) ? Severity::info : Severity::warning;
  finding.sockets = alike.size();
  for (const Socket* one : alike)
    if (const auto age = age_s(scene, *one)) finding.since_s = std::max(finding.since_s.value_or(0), *age);
  add(finding.evidence, "recv_q", socket.recv_q);
  add(finding.evidence, "tcp_last_data_recv", tcp_info(socket, "last_data_recv"));
  finding.evidence.push_back(word("attention", detail_of(attention)));
  const std::string who = culprits_text(finding.culprits, "a process");
  finding.title = who + " leaves data unread on ";
  finding.title +=
      alike.size() == 1 ? name_of(socket) : std::to_string(alike.size()) + " sockets such as " + name_of(socket);
  finding.advice =
      attention == Attention::edge
          ? "If it does not go on by itself, it has missed an edge: with EPOLLET a socket must be read until EAGAIN."
          : "See what " + who + " does instead of reading; " + sender_words(socket);
  add_awaiting(scene, awaiting_on_other_ends(scene, alike), finding);
  if (!finding.waiters.empty() && !finding.culprits.empty() && none_can_act(scene.responsible_for(socket, nullptr)))
    make_critical(who, socket, finding);
  return finding;
}

// The kernel has taken them, and nobody accepts: they wait for an answer all the same.
Finding finding_of(const SceneIndex& scene, const Socket& listener, const std::vector<const Waiting*>& clients) {
  Finding finding;
  finding.rule = Rule::unread_data;
  finding.severity = Severity::critical;
  finding.confidence = Confidence::certain;
  finding.socket = clients.front()->socket;
  finding.peer = &listener;
  finding.culprits = culprits_for(scene, listener);
  finding.sockets = clients.size();
  add_awaiting(scene, clients, finding);
  add(finding.evidence, "accept_queue", listener.recv_q, as_limit(listener.send_q));
  const Culprit& first = finding.culprits.front();
  finding.title = culprits_text(finding.culprits, "a process") + ", " + which_clause(first) +
                  ", does not accept from " + name_of(listener) + ": " + who_waits(finding, "waiting") +
                  " for an answer";
  finding.advice = cure_for(first, true);
  return finding;
}

void find_clients_not_accepted(const SceneIndex& scene, std::vector<Finding>& findings) {
  std::map<Inode, std::vector<const Waiting*>> clients;
  for (const Waiting& waiting : scene.waits()) {
    if (!awaits_answer(scene, waiting)) continue;
    if (const Socket* listener = scene.listener_of(*waiting.socket)) clients[listener->inode].push_back(&waiting);
  }
  for (const auto& [inode, waiting] : clients) {
    const Socket* listener = scene.find(inode);
    if (listener == nullptr || is_told(findings, *listener)) continue;
    if (none_can_act(scene.responsible_for(*listener, nullptr)))
      findings.push_back(finding_of(scene, *listener, waiting));
  }
}

}  // namespace

void find_unread_data(const SceneIndex& scene, std::vector<Finding>& findings) {
  std::map<std::pair<std::vector<int>, Attention>, std::vector<const Socket*>> causes;
  for (const Socket* socket : scene.now().sockets)
    if (const auto found = examine(scene, findings, *socket))
      causes[{holding_pids(*socket), found->attention}].push_back(socket);
  for (const auto& [cause, alike] : causes) findings.push_back(finding_of(scene, cause.second, alike));
  find_clients_not_accepted(scene, findings);
}

}  // namespace skq::diagnosing
