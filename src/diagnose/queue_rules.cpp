// Queues before which somebody is turned away: of connections not yet accepted, of datagrams not yet read.
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "diagnose/chain.h"
#include "diagnose/finding_parts.h"
#include "diagnose/socket_rules.h"
#include "diagnose/thresholds.h"
#include "model/derived.h"

namespace skq::diagnosing {
namespace {

struct FullListener {
  const Socket* socket = nullptr;
  std::vector<const Waiting*> waiters;
  std::uint32_t refused = 0;  ///< between the looks
  bool full = false, was_full = false, stuck = false;
};

bool is_full(const Socket& listener) {
  const auto queue = accept_queue(listener), limit = accept_limit(listener);
  return queue && limit && *queue >= *limit;
}

bool is_tcp_listener(const Socket& socket) {
  return socket.netid == Netid::tcp && socket.state == State::listen && socket.inet() != nullptr;
}

// Clients that wait to be taken, and those that are taken by the kernel and wait for an answer of nobody yet.
bool waits_for_listener(const SceneIndex& scene, const Waiting& waiting, const Socket& listener) {
  if (waiting.wait->what == WaitFor::connect) return scene.other_side(waiting).socket == &listener;
  if (waiting.wait->what != WaitFor::receive || waiting.socket->netid != Netid::tcp) return false;
  if (waiting.socket->state == State::listen) return false;
  return scene.listener_of(*waiting.socket) == &listener;
}

FullListener examine_listener(const SceneIndex& scene, const Socket& socket) {
  FullListener listener;
  listener.socket = &socket;
  listener.full = is_full(socket);
  listener.refused = drops_between(scene, socket).value_or(0);
  if (!listener.full && listener.refused == 0) return listener;
  const Socket* before = scene.earlier(socket);
  listener.was_full = before != nullptr && is_full(*before);
  for (const Waiting& waiting : scene.waits()) {
    if (!waits_for_listener(scene, waiting, socket)) continue;
    listener.stuck |= scene.is_long(waiting) && is_single_minded(waiting);
    listener.waiters.push_back(&waiting);
  }
  return listener;
}

std::string listener_title(const FullListener& listener, const Finding& finding) {
  const std::string who = culprits_text(finding.culprits, "its process");
  const std::string where = name_of(*listener.socket);
  const std::string_view does = finding.culprits.size() > 1 ? " do" : " does";
  if (!listener.full)
    return "the listener " + where + " of " + who + " dropped " +
           plural(listener.refused, "connection request", "connection requests") + " just now";
  return who + std::string(does) + " not accept: the queue of " + where + " is full with " +
         plural(listener.socket->recv_q.value_or(0), "connection", "connections");
}

// Those that connect without blocking, and those that wait for nothing yet, are in no call: no thread is seen to wait,
// but their sockets are. Empty: there is none on this host.
std::string clients_here(const SceneIndex& scene, const Socket& listener) {
  std::map<int, std::string_view> names;
  bool queued = false, connecting = false;
  for (const Socket* socket : scene.now().sockets) {
    if (socket->netid != Netid::tcp || scene.listener_of(*socket) != &listener) continue;
    (socket->state == State::syn_sent ? connecting : queued) = true;
    if (socket->owners == nullptr) continue;
    for (const Owner& owner : socket->owners->list) names.emplace(owner.pid, owner.comm);
  }
  if (!queued && !connecting) return {};
  std::string who = names.empty() ? "who is not seen" : process_name(names.begin()->second, names.begin()->first);
  if (names.size() == 2) who += " and another";
  if (names.size() > 2) who += " and " + std::to_string(names.size() - 1) + " others";
  const std::string_view where = !connecting ? "in the queue" : queued ? "in SYN-SENT or in the queue" : "in SYN-SENT";
  return " Its clients on this host, " + who + ", wait " + std::string(where) + ", in no call that is seen to block.";
}

std::string listener_advice(const SceneIndex& scene, const FullListener& listener, const Finding& finding) {
  const std::string backlog = std::to_string(listener.socket->send_q.value_or(0));
  std::string text =
      "Let " + culprits_text(finding.culprits, "its process") +
      " accept sooner, or in more threads. For bursts a longer queue helps: the backlog given to listen() (" + backlog +
      " now), which net.core.somaxconn caps.";
  if (!listener.full)
    text +=
        " Where the queue is never seen full, requests not yet answered may be too many: net.ipv4.tcp_max_syn_backlog.";
  if (!finding.waiters.empty()) return text;
  const std::string here = clients_here(scene, *listener.socket);
  return text + (here.empty() ? " No client is on this host, as far as skq can see: they are on other hosts." : here);
}

Finding finding_of(const SceneIndex& scene, const FullListener& listener) {
  const Socket& socket = *listener.socket;
  const bool lasts = listener.was_full && listener.refused > 0;
  Finding finding;
  finding.rule = Rule::tcp_accept_queue_full;
  finding.severity = listener.full && (listener.stuck || lasts) ? Severity::critical : Severity::warning;
  finding.confidence = Confidence::certain;
  finding.socket = listener.waiters.empty() ? &socket : listener.waiters.front()->socket;
  finding.peer = listener.waiters.empty() ? nullptr : &socket;
  finding.culprits = culprits_for(scene, socket);
  if (!listener.waiters.empty()) {
    Blame blame = blame_for(scene, *listener.waiters.front());
    finding.chain = std::move(blame.chain);
    if (!blame.culprits.empty()) finding.culprits = std::move(blame.culprits);
  }
  for (const Waiting* waiting : listener.waiters) finding.waiters.push_back(waiter_of(*waiting));
  set_since(finding);
  add(finding.evidence, "accept_queue", accept_queue(socket), as_limit(accept_limit(socket)));
  add(finding.evidence, "drops", socket.memory.at(MemoryItem::drops));
  if (listener.refused > 0) add(finding.evidence, "drops_between_looks", std::optional(listener.refused));
  finding.title = listener_title(listener, finding);
  finding.advice = listener_advice(scene, listener, finding);
  return finding;
}

// A queue that is full at one moment is emptied at the next where somebody accepts.
bool is_worth_telling(const SceneIndex& scene, const FullListener& listener) {
  if (listener.refused > 0 || (listener.full && listener.stuck)) return true;
  return listener.full && both_looks_tell(scene) && listener.was_full;
}

struct Overrun {
  const Socket* socket = nullptr;
  std::uint32_t lost = 0;  ///< between the looks
  bool full = false;
};

std::optional<Overrun> examine_udp(const SceneIndex& scene, const Socket& socket) {
  if (socket.netid != Netid::udp) return std::nullopt;
  const auto is_filled = [](const Socket& look) {
    const auto fill = recv_fill(look);
    return fill && fill->value >= thresholds::receive_fill;
  };
  Overrun overrun;
  overrun.socket = &socket;
  overrun.lost = drops_between(scene, socket).value_or(0);
  const Socket* before = scene.earlier(socket);
  overrun.full = is_filled(socket) && both_looks_tell(scene) && before != nullptr && is_filled(*before);
  if (!overrun.full && overrun.lost == 0) return std::nullopt;
  return overrun;
}

constexpr std::string_view udp_advice =
    "If the process reads as fast as it can, let more of them share the port (SO_REUSEPORT), or enlarge the buffer for "
    "bursts: SO_RCVBUF up to net.core.rmem_max, or net.core.rmem_default for programs that do not set it.";

Finding finding_of(const SceneIndex& scene, const std::vector<Overrun>& alike) {
  const Overrun& worst =
      *std::max_element(alike.begin(), alike.end(), [](const Overrun& a, const Overrun& b) { return a.lost < b.lost; });
  const Socket& socket = *worst.socket;
  std::uint32_t lost = 0;
  for (const Overrun& one : alike) lost += one.lost;
  Finding finding;
  finding.rule = Rule::udp_receive_full;
  finding.severity = Severity::warning;
  // A socket's drops also count bad checksums and what its filter refused.
  finding.confidence = worst.full ? Confidence::certain : Confidence::likely;
  finding.socket = &socket;
  finding.sockets = alike.size();
  finding.culprits = culprits_for(scene, socket);
  add(finding.evidence, "recv_mem", socket.memory.at(MemoryItem::rmem_alloc),
      as_limit(socket.memory.at(MemoryItem::rcvbuf)));
  if (const auto fill = recv_fill(socket)) add(finding.evidence, "recv_fill", std::optional(fill->value), 100.0);
  add(finding.evidence, "drops", socket.memory.at(MemoryItem::drops));
  if (lost > 0) add(finding.evidence, "drops_between_looks", std::optional(lost));
  const std::string who = culprits_text(finding.culprits, "the process");
  const std::vector<Holding> holders = scene.responsible_for(socket, nullptr);
  const auto attends = [](const Holding& holding) { return holding.attends; };
  const bool unread = !holders.empty() && std::none_of(holders.begin(), holders.end(), attends);
  const std::string what = (finding.culprits.size() > 1 ? " do not read " : " does not read ") + name_of(socket);
  finding.title =
      unread ? who + ", " + which_clause(finding.culprits.front()) + "," + what + ": " : who + what + " fast enough: ";
  if (alike.size() > 1) finding.title += "with " + plural(alike.size() - 1, "other socket, ", "other sockets, ");
  finding.title +=
      lost > 0 ? plural(lost, "datagram", "datagrams") + " lost between two looks" : "its buffer stays full";
  finding.advice = unread ? cure_for(finding.culprits.front()) : std::string(udp_advice);
  return finding;
}

}  // namespace

void find_tcp_accept_queue_full(const SceneIndex& scene, std::vector<Finding>& findings) {
  for (const Socket* socket : scene.now().sockets) {
    if (!is_tcp_listener(*socket)) continue;
    const FullListener listener = examine_listener(scene, *socket);
    if (is_worth_telling(scene, listener)) findings.push_back(finding_of(scene, listener));
  }
}

void find_udp_receive_full(const SceneIndex& scene, std::vector<Finding>& findings) {
  std::map<std::vector<int>, std::vector<Overrun>> by_holders;
  for (const Socket* socket : scene.now().sockets)
    if (const auto overrun = examine_udp(scene, *socket)) by_holders[holding_pids(*socket)].push_back(*overrun);
  for (const auto& [pids, alike] : by_holders) findings.push_back(finding_of(scene, alike));
}

}  // namespace skq::diagnosing
