// Who cannot send because the other end of a TCP connection does not read.
#include <algorithm>
#include <map>
#include <utility>

#include "diagnose/chain.h"
#include "diagnose/finding_parts.h"
#include "diagnose/report.h"
#include "diagnose/socket_rules.h"
#include "diagnose/thresholds.h"
#include "model/derived.h"

namespace skq::diagnosing {
namespace {

constexpr std::uint8_t persist_timer = 4;  // idiag_timer of inet_diag: probes a window without room
constexpr double ns_per_us = 1000;

struct Stalled {
  const Socket* socket = nullptr;
  std::vector<const Waiting*> waiters;  ///< those that cannot go on first
  bool critical = false;
  bool slow = false;  ///< it goes on, but somebody waits for it
  Blame blame;        ///< of the first waiter
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

bool has_moved(const SceneIndex& scene, const Socket& socket) {
  const Socket* before = scene.earlier(socket);
  if (before == nullptr) return false;
  if (growth(tcp_info(*before, "bytes_acked"), tcp_info(socket, "bytes_acked")).value_or(0) > 0) return true;
  // The window opens again only when much was read, and with a closed one nothing comes: what changes was read.
  const Socket *other = socket.other_end, *other_then = before->other_end;
  return other != nullptr && other_then != nullptr && other->cookie == other_then->cookie && other->recv_q &&
         other_then->recv_q && *other->recv_q != *other_then->recv_q;
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

// Fills in who waits; false where they are part of a circle, which is told as one.
bool find_waiters(const SceneIndex& scene, Stalled& stalled) {
  for (const Waiting* waiting : scene.waits_on(*stalled.socket)) {
    if (!waits_for_room(*waiting)) continue;
    if (scene.is_in_cycle(*waiting->thread)) return false;
    const bool stuck = cannot_go_on(scene, *waiting);
    stalled.critical |= stuck;
    stalled.waiters.insert(stuck ? stalled.waiters.begin() : stalled.waiters.end(), waiting);
  }
  if (!stalled.waiters.empty()) stalled.blame = blame_for(scene, *stalled.waiters.front());
  return true;
}

/// The socket whose holders should read: of a connection that is not yet accepted the listener; null: a remote one.
const Socket* reader_of(const SceneIndex& scene, const Socket& socket) {
  const Socket* listener = scene.listener_of(socket);
  return listener != nullptr ? listener : socket.other_end;
}

std::optional<Stalled> examine(const SceneIndex& scene, const Socket& socket) {
  if (!may_send(socket)) return std::nullopt;
  const auto confidence = held_back(scene, socket);
  if (!confidence) return std::nullopt;
  Stalled stalled;
  stalled.socket = &socket;
  stalled.confidence = *confidence;
  if (!find_waiters(scene, stalled)) return std::nullopt;
  if (!stalled.waiters.empty() && stalled.waiters.front()->inferred)
    stalled.confidence = std::max(stalled.confidence, Confidence::likely);
  // A reader that reads leaves no room at some moments, either; of one on another host nothing else is to be seen.
  const Socket* reader = reader_of(scene, socket);
  const bool unknown = stalled.blame.direct.empty() && (reader == nullptr || !nobody_holds(scene, *reader));
  const bool one_moment = (stalled.blame.somebody_attends || unknown) && !scene.elapsed_ns();
  if (stalled.critical && !one_moment) {
    stalled.slow = has_moved(scene, socket);
    stalled.critical = !stalled.slow;
    return stalled;
  }
  if (!both_looks_tell(scene) || !has_stood_still(scene, socket)) return std::nullopt;
  return stalled;
}

void set_culprits(const SceneIndex& scene, const Stalled& stalled, Finding& finding) {
  finding.culprits = stalled.blame.culprits;
  finding.chain = stalled.blame.chain;
  if (const Socket* reader = reader_of(scene, *stalled.socket)) {
    if (finding.culprits.empty()) finding.culprits = culprits_for(scene, *reader);
    return;
  }
  Culprit remote;
  remote.address = peer_address(*stalled.socket);
  finding.culprits = {remote};
  if (finding.chain.empty()) return;
  Link far;
  far.what = "the other end, " + remote.address;
  finding.chain.push_back(std::move(far));
}

void add_numbers(const Socket& socket, std::vector<Evidence>& evidence) {
  constexpr std::string_view members[] = {"snd_wnd", "notsent_bytes", "unacked",       "probes",
                                          "backoff", "rwnd_limited",  "last_data_sent"};
  for (const std::string_view member : members) add(evidence, "tcp_" + std::string(member), tcp_info(socket, member));
  add(evidence, "wmem_queued", socket.memory.at(MemoryItem::wmem_queued),
      as_limit(socket.memory.at(MemoryItem::sndbuf)));
  if (socket.inet()->timer == persist_timer) evidence.push_back(word("timer", "persist"));
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
  if (socket.other_end != nullptr)
    return cures(finding) + " Larger buffers only delay the moment at which its senders wait.";
  return "The other end is on another host, or in a namespace that skq does not see: run skq why :" +
         std::to_string(socket.inet()->peer_port) + " there.";
}

std::string title_of(const SceneIndex& scene, const Stalled& stalled, const Finding& finding) {
  std::string text = sender_text(stalled, scene) + " cannot send on ";
  if (finding.sockets > 1) text += std::to_string(finding.sockets) + " connections such as ";
  text += name_of(*stalled.socket) + ": ";
  if (finding.peer != nullptr && !stalled.slow)
    text += who_causes(finding) + ", does not read";
  else
    text += culprits_text(finding.culprits, "the other end") +
            (finding.culprits.size() > 1 ? " do not read" : " does not read");
  return stalled.slow ? text + " fast enough" : text;
}

Finding finding_of(const SceneIndex& scene, const std::vector<Stalled>& alike) {
  const Stalled& first = alike.front();
  const Socket& socket = *first.socket;
  Finding finding;
  finding.rule = Rule::tcp_peer_not_reading;
  finding.severity = first.critical ? Severity::critical : Severity::warning;
  finding.confidence = first.confidence;
  finding.socket = &socket;
  finding.peer = reader_of(scene, socket);
  set_culprits(scene, first, finding);
  finding.sockets = alike.size();
  for (const Stalled& one : alike)
    for (const Waiting* waiting : one.waiters) finding.waiters.push_back(waiter_of(*waiting));
  set_since(finding);
  if (const auto elapsed = scene.elapsed_ns(); elapsed && has_stood_still(scene, socket))
    finding.since_s = std::max(finding.since_s.value_or(0), static_cast<double>(*elapsed) / 1e9);
  add_numbers(socket, finding.evidence);
  if (!first.waiters.empty() && first.waiters.front()->inferred)
    finding.evidence.push_back(word("inferred", "which socket the io_uring's request is on is not to be seen"));
  if (first.slow) finding.evidence.push_back(word("progress", "what waits is taken, but slowly"));
  finding.title = title_of(scene, first, finding);
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
