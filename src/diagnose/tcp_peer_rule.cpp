// Who cannot send because the other end of a TCP connection does not read.
#include <map>
#include <utility>

#include "diagnose/finding_parts.h"
#include "diagnose/socket_rules.h"
#include "diagnose/thresholds.h"
#include "model/derived.h"

namespace skq::diagnosing {
namespace {

constexpr std::uint8_t persist_timer = 4;  // idiag_timer of inet_diag: probes a window without room
constexpr double ns_per_us = 1000;

struct Stalled {
  const Socket* socket = nullptr;
  std::vector<const Waiting*> waiters;
  bool critical = false;
  Confidence confidence{};
};

bool may_send(const Socket& socket) {
  constexpr StateSet states(State::established, State::close_wait, State::fin_wait_1, State::closing, State::last_ack);
  return socket.netid == Netid::tcp && states.has(socket.state) && socket.inode != Inode{0} &&
         socket.send_q.value_or(0) > 0;
}

bool is_window_limited(const SceneIndex& scene, const Socket& socket) {
  const Socket* before = scene.earlier(socket);
  const auto elapsed = scene.elapsed_ns();
  if (before == nullptr || !elapsed || *elapsed <= 0) return false;
  const auto held = growth(tcp_info(*before, "rwnd_limited"), tcp_info(socket, "rwnd_limited"));
  return held &&
         static_cast<double>(*held) * ns_per_us >= thresholds::window_limited_share * static_cast<double>(*elapsed);
}

/// How sure it is that the other end's window is what holds the data back.
std::optional<Confidence> held_back(const SceneIndex& scene, const Socket& socket) {
  if (tcp_info(socket, "snd_wnd") == 0U) return Confidence::certain;
  // A kernel before 5.4 does not tell the window. The timer also runs where the window has too little room.
  if (socket.inet()->timer == persist_timer) return Confidence::likely;
  if (is_window_limited(scene, socket)) return Confidence::likely;
  return std::nullopt;
}

bool has_stood_still(const SceneIndex& scene, const Socket& socket) {
  const Socket* before = scene.earlier(socket);
  if (before == nullptr || before->send_q.value_or(0) == 0) return false;
  if (const auto acked = growth(tcp_info(*before, "bytes_acked"), tcp_info(socket, "bytes_acked"))) return *acked == 0;
  return socket.send_q >= before->send_q;
}

// A loop that watches other descriptors, too, may be kept busy by them.
bool cannot_go_on(const SceneIndex& scene, const Waiting& waiting) {
  return scene.is_long(waiting) && is_single_minded(waiting);
}

std::optional<Stalled> examine(const SceneIndex& scene, const Socket& socket) {
  if (!may_send(socket)) return std::nullopt;
  const auto confidence = held_back(scene, socket);
  if (!confidence) return std::nullopt;
  Stalled stalled;
  stalled.socket = &socket;
  stalled.confidence = *confidence;
  for (const Waiting* waiting : scene.waits_on(socket)) {
    if (!waits_for_room(*waiting)) continue;
    stalled.critical |= cannot_go_on(scene, *waiting);
    stalled.waiters.push_back(waiting);
  }
  if (stalled.critical) return stalled;
  if (!both_looks_tell(scene) || !has_stood_still(scene, socket)) return std::nullopt;
  return stalled;
}

/// The socket whose holders should read: of a connection that is not yet accepted the listener.
const Socket* reader_of(const SceneIndex& scene, const Socket& socket) {
  const Socket* other = socket.other_end;
  if (other == nullptr || other->inode != Inode{0} || other->inet() == nullptr) return other;
  const Socket* listener = scene.listener_of(socket);
  return listener != nullptr ? listener : other;
}

std::vector<Culprit> readers(const SceneIndex& scene, const Socket& socket,
                             const std::vector<const Waiting*>& waiters) {
  const ProcessActivity* waiter = waiters.empty() ? nullptr : waiters.front()->process;
  if (const Socket* reader = reader_of(scene, socket)) return culprits_for(scene, *reader, waiter);
  Culprit remote;
  remote.address = peer_address(socket);
  return {remote};
}

void add_numbers(const Socket& socket, std::vector<Evidence>& evidence) {
  constexpr std::string_view members[] = {"snd_wnd", "notsent_bytes", "unacked",       "probes",
                                          "backoff", "rwnd_limited",  "last_data_sent"};
  for (const std::string_view member : members) add(evidence, "tcp_" + std::string(member), tcp_info(socket, member));
  add(evidence, "wmem_queued", socket.memory.at(MemoryItem::wmem_queued),
      as_limit(socket.memory.at(MemoryItem::sndbuf)));
  if (socket.inet()->timer == persist_timer) evidence.push_back({"timer", 0, {}, "persist"});
  if (socket.other_end == nullptr) return;
  const Memory& memory = socket.other_end->memory;
  add(evidence, "peer.rmem_alloc", memory.at(MemoryItem::rmem_alloc), as_limit(memory.at(MemoryItem::rcvbuf)));
}

std::string sender_text(const Stalled& stalled, const SceneIndex& scene) {
  if (!stalled.waiters.empty()) {
    const Waiting& waiting = *stalled.waiters.front();
    return process_name(waiting.process->comm, waiting.process->pid);
  }
  return culprits_text(culprits_for(scene, *stalled.socket), "somebody");
}

std::string advice(const Socket& socket, const Finding& finding) {
  if (socket.other_end == nullptr) {
    const std::string port = std::to_string(socket.inet()->peer_port);
    return "The other end is on another host or in a namespace that skq does not see: look there with `skq why :" +
           port + "`.";
  }
  const std::string who = culprits_text(finding.culprits, "The other end's process");
  const Doing doing =
      finding.culprits.empty() ? Doing::sleeping : finding.culprits.front().doing.value_or(Doing::sleeping);
  if (doing == Doing::stopped) return "Let " + who + " go on (SIGCONT), or end it.";
  if (doing == Doing::gone) return "Nobody will ever read this connection: close it.";
  return "Find out why " + who + " does not read; larger buffers only delay the moment at which its senders wait.";
}

Finding finding_of(const SceneIndex& scene, const std::vector<Stalled>& alike) {
  const Stalled& first = alike.front();
  const Socket& socket = *first.socket;
  Finding finding;
  finding.rule = Rule::tcp_peer_not_reading;
  finding.severity = first.critical ? Severity::critical : Severity::warning;
  finding.confidence = first.confidence;
  finding.socket = &socket;
  finding.peer = socket.other_end;
  finding.culprits = readers(scene, socket, first.waiters);
  finding.sockets = alike.size();
  for (const Stalled& one : alike)
    for (const Waiting* waiting : one.waiters) finding.waiters.push_back(waiter_of(*waiting));
  set_since(finding);
  if (const auto elapsed = scene.elapsed_ns(); elapsed && !finding.since_s && has_stood_still(scene, socket))
    finding.since_s = static_cast<double>(*elapsed) / 1e9;
  if (!first.waiters.empty()) set_chain(finding, *first.waiters.front(), socket.other_end);
  add_numbers(socket, finding.evidence);
  const std::string where =
      alike.size() == 1 ? name_of(socket) : std::to_string(alike.size()) + " connections such as " + name_of(socket);
  finding.title = sender_text(first, scene) + " cannot send on " + where + ": " +
                  culprits_text(finding.culprits, "the other end") + " does not read";
  finding.advice = advice(socket, finding);
  return finding;
}

// One process that does not get rid of what it has for another process, or another host, is one cause.
std::string cause_of(const SceneIndex& scene, const Stalled& stalled) {
  std::string key = stalled.critical ? "0" : "1";
  const auto add_pids = [&](const Socket& socket) {
    for (const int pid : holding_pids(socket)) key += ' ' + std::to_string(pid);
  };
  add_pids(*stalled.socket);
  key += " >";
  if (const Socket* reader = reader_of(scene, *stalled.socket)) {
    add_pids(*reader);
    return key;
  }
  const std::string address = peer_address(*stalled.socket);
  return key + address.substr(0, address.rfind(':'));
}

}  // namespace

void find_tcp_peer_not_reading(const SceneIndex& scene, std::vector<Finding>& findings) {
  std::map<std::string, std::vector<Stalled>> causes;
  for (const Socket* socket : scene.now().sockets)
    if (auto stalled = examine(scene, *socket)) causes[cause_of(scene, *stalled)].push_back(std::move(*stalled));
  for (const auto& [cause, alike] : causes) findings.push_back(finding_of(scene, alike));
}

}  // namespace skq::diagnosing
