// What a dead or careless process leaves: sockets that nobody holds, ends without another end.
#include <map>
#include <tuple>
#include <utility>

#include "diagnose/finding_parts.h"
#include "diagnose/socket_rules.h"
#include "model/derived.h"

namespace skq::diagnosing {
namespace {

using Causes = std::map<std::vector<int>, std::vector<const Socket*>>;

// --- peer-gone

bool is_dead_stream(const SceneIndex& scene, const Socket& socket) {
  if (socket.netid != Netid::u_str && socket.netid != Netid::u_seq) return false;
  if (peer_status(socket) != PeerStatus::dead || socket.recv_q.value_or(0) == 0) return false;
  // Whoever reads what came last, and then the end, is only about to.
  return both_looks_tell(scene) && stayed_unread(scene, socket);
}

bool is_forsaken_client(const Socket& socket) {
  return socket.netid == Netid::u_dgr && socket.state == State::established && peer_status(socket) == PeerStatus::dead;
}

Finding gone_finding(const SceneIndex& scene, const std::vector<const Socket*>& alike, bool stream) {
  const Socket& socket = *alike.front();
  Finding finding;
  finding.rule = Rule::peer_gone;
  finding.severity = Severity::warning;
  finding.confidence = Confidence::certain;
  finding.socket = &socket;
  finding.sockets = alike.size();
  finding.culprits = culprits_for(scene, socket);
  const std::string who = culprits_text(finding.culprits, "a process");
  const std::string such =
      alike.size() == 1 ? name_of(socket) : std::to_string(alike.size()) + " sockets such as " + name_of(socket);
  add(finding.evidence, "peer_inode", std::optional<std::uint32_t>(0));
  if (stream) {
    add(finding.evidence, "recv_q", socket.recv_q);
    if (const auto elapsed = scene.elapsed_ns()) finding.since_s = static_cast<double>(*elapsed) / 1e9;
    finding.title = who + " has not read what is left of " + such + ", whose other end is closed";
    finding.advice = "Let it read the rest and close the socket, then connect again.";
  } else {
    finding.title = who + " is connected by " + such + " to a datagram server that is gone";
    finding.advice = "Its next send fails with ECONNREFUSED. Let it connect again, or restart it.";
  }
  return finding;
}

// --- orphaned-socket

bool is_unaccepted(const Socket& socket) {
  return peer_status(socket) == PeerStatus::pending || socket.state == State::time_wait;
}

bool holds_something(const Socket& socket) {
  constexpr NetidSet kinds(Netid::u_str, Netid::u_dgr, Netid::u_seq, Netid::tcp, Netid::udp);
  return kinds.has(socket.netid) && socket.recv_q.value_or(0) > 0 && !is_unaccepted(socket);
}

// Hidden: no holder can be seen, and some cannot. Only what travels in a message, as far as is seen, is worth a word.
bool is_hidden(const SceneIndex& scene, const Socket& socket) {
  return socket.inode != Inode{0} && socket.owners == nullptr && !scene.now().in_flight.empty();
}

bool is_orphan(const SceneIndex& scene, const Socket& socket) {
  if (!holds_something(socket) || (!nobody_holds(scene, socket) && !is_hidden(scene, socket))) return false;
  if (!both_looks_tell(scene)) return false;
  // Between the dump and the look at the descriptors its last holder may have closed it.
  const Socket* before = scene.earlier(socket);
  if (before == nullptr || (before->owners != nullptr && !before->owners->list.empty())) return false;
  if (before->owners == nullptr && socket.owners != nullptr) return false;
  return socket.state == State::listen ? before->recv_q.value_or(0) > 0 : stayed_unread(scene, socket);
}

/// Empty: nobody counted (BPF alone can).
std::optional<bool> is_in_flight(const Socket& socket) {
  const UnixPart* part = socket.unix_part();
  return part != nullptr && part->queue != nullptr ? part->queue->in_flight : std::nullopt;
}

enum class Keeper : std::uint8_t { ring, message, unknown };

Keeper keeper_of(const SceneIndex& scene, const Socket& socket) {
  const Scene& now = scene.now();
  if (std::binary_search(now.in_io_uring.begin(), now.in_io_uring.end(), socket.inode)) return Keeper::ring;
  if (const auto in_flight = is_in_flight(socket)) return *in_flight ? Keeper::message : Keeper::unknown;
  return now.in_flight.empty() ? Keeper::unknown : Keeper::message;
}

std::string receivers_text(const SceneIndex& scene) {
  std::string text = scene.now().in_flight.empty() ? "it travels in a message" : "";
  std::size_t told = 0;
  constexpr std::size_t enough = 3;
  for (const DescriptorsInFlight& flight : scene.now().in_flight) {
    if (told++ == enough) return text + " …";
    const Socket* receiver = scene.find(flight.receiver);
    if (!text.empty()) text += "; ";
    text += plural(flight.count, "descriptor", "descriptors") + " on the way to ";
    text += receiver == nullptr
                ? "socket " + std::to_string(static_cast<std::uint32_t>(flight.receiver))
                : culprits_text(culprits_for(scene, *receiver), "nobody") + " over " + name_of(*receiver);
  }
  return text;
}

void explain(const SceneIndex& scene, Keeper keeper, Finding& finding) {
  const bool is_inet = finding.socket->unix_part() == nullptr;
  switch (keeper) {
    case Keeper::ring:
      // Direct descriptors are how such a program works; what it reads next is not to be seen.
      finding.severity = Severity::info;
      finding.confidence = Confidence::certain;
      finding.evidence.push_back(word("held_by", "an io_uring alone has it registered"));
      finding.advice = "If the program is not meant to be idle, see what its io_uring waits for.";
      return;
    case Keeper::message:
      finding.confidence = Confidence::likely;
      finding.evidence.push_back(word("in_flight", receivers_text(scene)));
      if (is_in_flight(*finding.socket) == true) {
        finding.confidence = Confidence::certain;
        finding.advice = "It travels in a message that was sent and not received yet: let the receiver read.";
        return;
      }
      finding.advice = "It may be one of the descriptors that were sent and not received yet: let their receiver read.";
      return;
    case Keeper::unknown:
      finding.confidence = Confidence::possible;
      finding.evidence.push_back(word("held_by", is_inet
                                                     ? "not known: a descriptor sent and not received, or the kernel "
                                                       "itself (NFS, a tunnel)"
                                                     : "not known: a descriptor sent and not received, or the kernel"));
      finding.advice = is_inet ? "If no program lost it in a message, it is the kernel's own, and all is well."
                               : "Look for a program that sends descriptors to one that does not receive them.";
      return;
  }
}

Finding orphan_finding(const SceneIndex& scene, Keeper keeper, const std::vector<const Socket*>& alike) {
  const Socket& socket = *alike.front();
  Finding finding;
  finding.rule = Rule::orphaned_socket;
  finding.severity = Severity::warning;
  finding.socket = &socket;
  finding.peer = socket.other_end;
  finding.sockets = alike.size();
  finding.culprits = {nobody(scene, socket)};
  add(finding.evidence, "recv_q", socket.recv_q);
  if (const auto elapsed = scene.elapsed_ns()) finding.since_s = static_cast<double>(*elapsed) / 1e9;
  const std::string such =
      alike.size() == 1 ? name_of(socket) : std::to_string(alike.size()) + " sockets such as " + name_of(socket);
  finding.title = (socket.state == State::listen ? "connections wait on the listener " : "data waits on ") + such +
                  (socket.owners == nullptr ? ", and no process that can be seen has a descriptor of it"
                                            : ", and no process has a descriptor of it");
  explain(scene, keeper, finding);
  // More of them than descriptors under way: others have holders that are hidden, so this one may as well.
  if (socket.owners == nullptr && !finding.culprits.front().doing) {
    finding.confidence = Confidence::possible;
    finding.severity = Severity::info;
  }
  return finding;
}

}  // namespace

void find_peer_gone(const SceneIndex& scene, std::vector<Finding>& findings) {
  Causes streams, clients;
  for (const Socket* socket : scene.now().sockets) {
    // Whom nobody holds cannot connect again, and a row of unknown holders accuses nobody.
    if (socket->owners == nullptr || socket->owners->list.empty()) continue;
    if (is_dead_stream(scene, *socket)) streams[holding_pids(*socket)].push_back(socket);
    if (is_forsaken_client(*socket)) clients[holding_pids(*socket)].push_back(socket);
  }
  for (const auto& [pids, alike] : streams) findings.push_back(gone_finding(scene, alike, true));
  for (const auto& [pids, alike] : clients) findings.push_back(gone_finding(scene, alike, false));
}

void find_orphaned_sockets(const SceneIndex& scene, std::vector<Finding>& findings) {
  std::map<std::tuple<Keeper, Netid, bool, bool>, std::vector<const Socket*>> causes;
  for (const Socket* socket : scene.now().sockets)
    if (is_orphan(scene, *socket))
      causes[{keeper_of(scene, *socket), socket->netid, socket->state == State::listen, socket->owners == nullptr}]
          .push_back(socket);
  for (const auto& [cause, alike] : causes) findings.push_back(orphan_finding(scene, std::get<Keeper>(cause), alike));
}

}  // namespace skq::diagnosing
