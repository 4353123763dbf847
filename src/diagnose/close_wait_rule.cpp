// Connections that the peer has closed, and that a process here still has open.
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "diagnose/finding_parts.h"
#include "diagnose/socket_rules.h"
#include "diagnose/thresholds.h"

namespace skq::diagnosing {
namespace {

// The FIN came with an acknowledgement, and what the peer acknowledged later makes this less: a lower bound. Data came
// last before the FIN, so last_data_recv says nothing of it.
std::optional<std::int64_t> closed_for_ms(const SceneIndex& scene, const Socket& socket) {
  std::optional<std::int64_t> age;
  if (const auto ms = tcp_info(socket, "last_ack_recv")) age = static_cast<std::int64_t>(*ms);
  if (const auto elapsed = scene.elapsed_ns()) age = std::max(age.value_or(0), *elapsed / 1'000'000);
  return age;
}

// Who still sends has only been told that the peer will send no more.
bool still_sends(const Socket& now, const Socket& before) {
  const auto acked = growth(tcp_info(before, "bytes_acked"), tcp_info(now, "bytes_acked"));
  const auto sent = growth(tcp_info(before, "bytes_sent"), tcp_info(now, "bytes_sent"));
  return acked.value_or(0) > 0 || sent.value_or(0) > 0;
}

bool is_kept(const SceneIndex& scene, const Socket& socket) {
  if (socket.netid != Netid::tcp || socket.state != State::close_wait || socket.inet() == nullptr) return false;
  if (holding_pids(socket).empty() || !both_looks_tell(scene)) return false;
  const Socket* before = scene.earlier(socket);
  return before != nullptr && before->state == State::close_wait && !still_sends(socket, *before);
}

/// How many connections of the same holders have that local address in common.
using Locals = std::map<std::tuple<const NetNamespace*, std::vector<int>, std::string>, std::size_t>;
using Ports = std::set<std::pair<const NetNamespace*, std::uint16_t>>;

Ports served_ports(const Scene& scene) {
  Ports ports;
  for (const Socket* socket : scene.sockets)
    if (socket->netid == Netid::tcp && socket->state == State::listen && socket->inet() != nullptr)
      ports.emplace(socket->netns, socket->inet()->local_port);
  return ports;
}

Locals count_locals(const std::vector<const Socket*>& kept) {
  Locals locals;
  for (const Socket* socket : kept) ++locals[{socket->netns, holding_pids(*socket), local_address(*socket)}];
  return locals;
}

// A server's connections have their local address in common, a client's the address that it connects to. The server's
// listener may be closed by now; then two at the same address tell.
std::string service_of(const Socket& socket, const Ports& served, const Locals& locals) {
  std::string local = local_address(socket);
  const bool is_served = served.count({socket.netns, socket.inet()->local_port}) != 0;
  if (is_served || locals.at({socket.netns, holding_pids(socket), local}) > 1) return local;
  return peer_address(socket);
}

Severity severity_of(std::int64_t oldest_ms, std::size_t count) {
  const bool leaks = oldest_ms >= thresholds::close_wait_ms || count >= thresholds::close_wait_sockets;
  return leaks ? Severity::warning : Severity::info;
}

Finding finding_of(const SceneIndex& scene, const std::vector<const Socket*>& alike, const std::string& service) {
  const auto is_younger = [&](const Socket* a, const Socket* b) {
    return closed_for_ms(scene, *a) < closed_for_ms(scene, *b);
  };
  const Socket& socket = **std::max_element(alike.begin(), alike.end(), is_younger);
  const std::int64_t oldest = closed_for_ms(scene, socket).value_or(0);
  Finding finding;
  finding.rule = Rule::close_wait;
  finding.severity = severity_of(oldest, alike.size());
  finding.confidence = Confidence::certain;
  finding.socket = &socket;
  finding.peer = socket.other_end;
  finding.sockets = alike.size();
  finding.since_s = static_cast<double>(oldest) / 1e3;
  finding.culprits = culprits_for(scene, socket);
  add(finding.evidence, "tcp_last_ack_recv", tcp_info(socket, "last_ack_recv"));
  add(finding.evidence, "tcp_last_data_recv", tcp_info(socket, "last_data_recv"));
  add(finding.evidence, "recv_q", socket.recv_q);
  const std::string who = culprits_text(finding.culprits, "a process");
  finding.title = who + (finding.culprits.size() > 1 ? " keep " : " keeps ") +
                  plural(alike.size(), "connection", "connections") + " of " + service +
                  " open that the peer has closed, " + (alike.size() > 1 ? "the oldest " : "") + "for at least " +
                  duration(*finding.since_s);
  finding.advice = who + " must close a connection once recv() returns 0; each keeps a descriptor until then.";
  return finding;
}

}  // namespace

void find_close_wait(const SceneIndex& scene, std::vector<Finding>& findings) {
  std::vector<const Socket*> kept;
  for (const Socket* socket : scene.now().sockets)
    if (is_kept(scene, *socket)) kept.push_back(socket);
  if (kept.empty()) return;
  const Ports served = served_ports(scene.now());
  const Locals locals = count_locals(kept);
  std::map<std::pair<std::vector<int>, std::string>, std::vector<const Socket*>> causes;
  for (const Socket* socket : kept)
    causes[{holding_pids(*socket), service_of(*socket, served, locals)}].push_back(socket);
  for (const auto& [cause, alike] : causes) findings.push_back(finding_of(scene, alike, cause.second));
}

}  // namespace skq::diagnosing
