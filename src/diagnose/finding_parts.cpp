#include "diagnose/finding_parts.h"

#include <utility>

#include "fields/address_print.h"
#include "model/tcp_info.h"

namespace skq::diagnosing {
std::optional<std::uint64_t> tcp_info(const Socket& socket, std::string_view member) {
  const InetPart* inet = socket.inet();
  if (socket.netid != Netid::tcp || inet == nullptr || inet->detail == nullptr) return std::nullopt;
  const model::TcpInfoMember* found = model::find_tcp_info(member);
  return found != nullptr ? model::read(*found, inet->detail->tcp_info) : std::nullopt;
}

std::optional<std::uint32_t> unread(const Socket& socket) {
  if (socket.state == State::listen) return std::nullopt;
  const bool has_fin =
      socket.state == State::close_wait || socket.state == State::last_ack || socket.state == State::closing;
  if (socket.netid != Netid::tcp || !has_fin || !socket.recv_q || *socket.recv_q == 0) return socket.recv_q;
  return *socket.recv_q - 1;
}

std::optional<std::uint32_t> drops_between(const SceneIndex& scene, const Socket& socket) {
  const Socket* before = scene.earlier(socket);
  if (before == nullptr) return std::nullopt;
  return growth(before->memory.at(MemoryItem::drops), socket.memory.at(MemoryItem::drops));
}

bool stayed_unread(const SceneIndex& scene, const Socket& socket) {
  const Socket* before = scene.earlier(socket);
  if (before == nullptr || unread(*before).value_or(0) == 0 || unread(socket).value_or(0) == 0) return false;
  const auto received = tcp_info(socket, "bytes_received"), received_then = tcp_info(*before, "bytes_received");
  // Both count the FIN, so what the reader took is the difference, in every state.
  if (received && received_then) return *received - *socket.recv_q == *received_then - *before->recv_q;
  // A datagram socket's queue is told by its first message alone.
  if (socket.netid == Netid::u_dgr) return socket.recv_q == before->recv_q;
  return *socket.recv_q >= *before->recv_q;
}

bool both_looks_tell(const SceneIndex& scene) {
  const auto elapsed = scene.elapsed_ns();
  if (elapsed && *elapsed >= scene.patience().stuck_after_ns) return true;
  scene.wants_time();
  return false;
}

bool nobody_holds(const SceneIndex& scene, const Socket& socket) {
  return scene.now().all_owners_known && socket.inode != Inode{0} && socket.owners != nullptr &&
         socket.owners->list.empty();
}

std::vector<int> holding_pids(const Socket& socket) {
  std::vector<int> pids;
  if (socket.owners == nullptr) return pids;
  for (const Owner& owner : socket.owners->list) pids.push_back(owner.pid);
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  return pids;
}

std::vector<Culprit> culprits_for(const SceneIndex& scene, const Socket& socket, const ProcessActivity* waiter) {
  std::vector<Culprit> culprits;
  for (const Holding& holding : scene.responsible_for(socket, waiter)) culprits.push_back(culprit_of(holding));
  // Who waits himself only passes the blame on.
  std::stable_partition(culprits.begin(), culprits.end(),
                        [](const Culprit& culprit) { return culprit.doing != Doing::waiting; });
  if (culprits.empty() && nobody_holds(scene, socket)) culprits.push_back(nobody(scene, socket));
  return culprits;
}

std::string local_address(const Socket& socket) {
  TextContext context;
  return std::string(fields::local_text(socket, context));
}

std::string peer_address(const Socket& socket) {
  TextContext context;
  return std::string(fields::peer_text(socket, context));
}

std::string name_of(const Socket& socket) {
  if (socket.unix_part() != nullptr) {
    if (std::string name = unix_name(socket); !name.empty()) return name;
    const std::string other = socket.other_end != nullptr ? unix_name(*socket.other_end) : std::string();
    if (!other.empty()) return "the connection to " + other;
    return "unix socket " + std::to_string(static_cast<std::uint32_t>(socket.inode));
  }
  const InetPart* inet = socket.inet();
  if (inet == nullptr)
    return std::string(to_text(socket.family)) + " socket " + std::to_string(static_cast<std::uint32_t>(socket.inode));
  std::string name = std::string(to_text(socket.netid)) + " " + local_address(socket);
  if (inet->peer_port != 0) name += " to " + peer_address(socket);
  return name;
}

std::string culprits_text(std::span<const Culprit> culprits, std::string_view none) {
  if (culprits.empty()) return std::string(none);
  const Culprit& first = culprits.front();
  std::string text(none);
  if (first.pid)
    text = process_name(first.comm, first.pid);
  else if (!first.address.empty())
    text = first.address;
  if (culprits.size() == 2) text += " and another";
  if (culprits.size() > 2) text += " and " + std::to_string(culprits.size() - 1) + " others";
  return text;
}

void set_since(Finding& finding) {
  for (const Waiter& waiter : finding.waiters)
    if (waiter.blocked_s) finding.since_s = std::max(finding.since_s.value_or(0), *waiter.blocked_s);
}

}  // namespace skq::diagnosing
