// What is to be told of a target's processes and sockets, whether something is wrong or not.
#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

#include "diagnose/finding_parts.h"
#include "diagnose/scene_index.h"
#include "model/derived.h"
#include "skq/target.h"

namespace skq {
namespace diagnosing {
namespace {

using Pids = std::vector<int>;

bool has(const Pids& sorted, std::optional<int> pid) {
  return pid && std::binary_search(sorted.begin(), sorted.end(), *pid);
}

bool has(const TargetMatch& match, const Socket* socket) {
  return socket != nullptr && socket->inode != Inode{0} &&
         std::binary_search(match.sockets.begin(), match.sockets.end(), socket->inode);
}

bool touches(const TargetMatch& match, const Finding& finding) {
  const auto is_process = [&](const auto& one) { return has(match.pids, one.pid); };
  const auto is_link = [&](const Link& link) { return is_process(link) || has(match, link.socket); };
  return has(match, finding.socket) || has(match, finding.peer) ||
         std::any_of(finding.waiters.begin(), finding.waiters.end(), is_process) ||
         std::any_of(finding.culprits.begin(), finding.culprits.end(), is_process) ||
         std::any_of(finding.chain.begin(), finding.chain.end(), is_link);
}

bool is_connection(const Socket& socket) {
  if (socket.state == State::listen) return false;
  if (const UnixPart* part = socket.unix_part(); part != nullptr) return part->peer_inode.has_value();
  const InetPart* inet = socket.inet();
  return inet != nullptr && inet->peer_port != 0 && socket.netid != Netid::raw;
}

FactKind kind_of(const Socket& socket) {
  if (socket.state == State::listen) return FactKind::listener;
  if (is_connection(socket)) return FactKind::connection;
  constexpr NetidSet datagrams(Netid::u_dgr, Netid::udp);
  return datagrams.has(socket.netid) ? FactKind::datagram : FactKind::other;
}

std::uint64_t queued(const Socket& socket) {
  return std::uint64_t{unread(socket).value_or(0)} + socket.send_q.value_or(0);
}

// A server's connections have the local port in common, a client's the peer's; the other port is any.
std::uint16_t service_port(const Socket& socket) {
  const InetPart* inet = socket.inet();
  return inet == nullptr ? std::uint16_t{0} : std::min(inet->local_port, inet->peer_port);
}

std::string peer_host(const Socket& socket) {
  std::string address = peer_address(socket);
  return address.substr(0, address.rfind(':'));
}

/// Sockets with the same key are told together.
struct GroupKey {
  FactKind kind{};
  Netid netid{};
  std::string name;  ///< own or the other end's; of a listener, which stands alone, with its inode
  std::uint16_t port = 0;
  Pids holders, peers;
  std::string host;  ///< of a remote peer
  auto operator<=>(const GroupKey&) const = default;
};

std::string unix_name_at_either_end(const Socket& socket) {
  for (const Socket* end : {&socket, socket.other_end}) {
    const UnixPart* part = end != nullptr ? end->unix_part() : nullptr;
    if (part != nullptr && part->has_name) return std::string(part->name);
  }
  return {};
}

GroupKey key_of(const Socket& socket) {
  GroupKey key;
  key.kind = kind_of(socket);
  key.netid = socket.netid;
  key.holders = holding_pids(socket);
  key.name = unix_name_at_either_end(socket);
  switch (key.kind) {
    case FactKind::listener:
    case FactKind::datagram:
      key.name += '\0' + std::to_string(static_cast<std::uint32_t>(socket.inode));
      return key;
    case FactKind::connection:
      key.port = service_port(socket);
      if (socket.other_end != nullptr)
        key.peers = holding_pids(*socket.other_end);
      else if (socket.inet() != nullptr)
        key.host = peer_host(socket);
      return key;
    case FactKind::other:
      return key;
  }
  return key;
}

/// Who waits for what is to happen on a socket: waits by the socket at which they end.
struct WaitsFor {
  std::unordered_map<const Socket*, std::vector<const Waiting*>> to_send, to_receive;
};

WaitsFor index_waits(const SceneIndex& scene) {
  WaitsFor waits;
  for (const Waiting& waiting : scene.waits()) {
    const Socket* listener = scene.listener_of(*waiting.socket);
    if (waits_for_room(waiting) || (listener != nullptr && is_single_minded(waiting))) {
      const Socket* other = listener != nullptr ? listener : scene.other_side(waiting).socket;
      if (other != nullptr) waits.to_send[other].push_back(&waiting);
    } else if (waiting.wait->what == WaitFor::receive && is_single_minded(waiting) &&
               waiting.socket->other_end != nullptr) {
      waits.to_receive[waiting.socket->other_end].push_back(&waiting);
    }
  }
  return waits;
}

void add_waiters(const std::unordered_map<const Socket*, std::vector<const Waiting*>>& waits, const Socket& socket,
                 std::vector<Waiter>& to) {
  if (const auto at = waits.find(&socket); at != waits.end())
    for (const Waiting* waiting : at->second) to.push_back(waiter_of(*waiting));
}

// All of a group have the same peers; of many connections with one host only that is told.
void add_peers(const SceneIndex& scene, const Socket& socket, SocketFacts& facts) {
  if (socket.other_end != nullptr) {
    for (const Holding& holding : scene.holders_of(*socket.other_end)) facts.peers.push_back(culprit_of(holding));
    return;
  }
  const InetPart* inet = socket.inet();
  if (inet == nullptr || inet->peer_port == 0) return;
  Culprit remote;
  remote.address = facts.sockets.size() == 1 ? peer_address(socket) : peer_host(socket);
  facts.peers.push_back(std::move(remote));
}

void add_count(std::optional<std::uint64_t>& sum, std::optional<std::uint32_t> value) {
  if (value) sum = sum.value_or(0) + *value;
}

std::optional<std::int64_t> quiet_ms(const Socket& socket) {
  const auto sent = tcp_info(socket, "last_data_sent"), received = tcp_info(socket, "last_data_recv");
  if (!sent || !received) return std::nullopt;
  // Before the connection stands the kernel counts from its own start.
  if (socket.state == State::syn_sent || socket.state == State::syn_recv) return std::nullopt;
  return static_cast<std::int64_t>(std::min(*sent, *received));
}

bool is_seen(const Holding& holding) { return holding.process != nullptr && holding.process->readable; }

// What they do was read once for all of them: the fullest stands for the group.
void add_holders(const SceneIndex& scene, const Socket& socket, SocketFacts& facts) {
  const std::vector<Holding> holders = scene.holders_of(socket);
  for (const Holding& holding : holders) facts.holders.push_back(culprit_of(holding));
  if (holders.empty() || !std::all_of(holders.begin(), holders.end(), is_seen)) return;
  facts.attended = std::any_of(holders.begin(), holders.end(), [](const Holding& holding) { return holding.attends; });
}

void add_socket(const WaitsFor& waits, const Socket& socket, SocketFacts& facts) {
  add_waiters(waits.to_send, socket, facts.held_up);
  add_waiters(waits.to_receive, socket, facts.expecting);
  add_count(facts.recv_q, unread(socket));
  if (facts.kind != FactKind::listener) add_count(facts.send_q, socket.send_q);
  if (facts.kind == FactKind::listener) facts.unaccepted += socket.recv_q.value_or(0);
  if (facts.kind == FactKind::connection && queued(socket) == 0) ++facts.idle;
  if (const auto quiet = quiet_ms(socket); quiet && facts.kind == FactKind::connection)
    facts.quiet_ms = std::min(facts.quiet_ms.value_or(*quiet), *quiet);
}

// --- in words

void add_words(std::string& text, const std::string& words) {
  if (!words.empty()) text += (text.empty() ? "" : "; ") + words;
}

std::string queue_words(const SocketFacts& facts) {
  if (facts.kind == FactKind::listener) {
    const auto limit = accept_limit(*facts.sockets.front());
    std::string text = facts.unaccepted == 0   ? "no connection waits for accept"
                       : facts.unaccepted == 1 ? "1 connection waits for accept"
                                               : std::to_string(facts.unaccepted) + " connections wait for accept";
    return limit ? text + " (" + std::to_string(*limit) + " fit)" : text;
  }
  // Of a unix socket that is the first datagram's length; how many there are only the queue itself tells.
  const auto queue = dgram_queue(*facts.sockets.front());
  if (facts.kind == FactKind::datagram && queue) {
    if (*queue == 0) return {};
    const auto limit = dgram_limit(*facts.sockets.front());
    const std::string text = plural(*queue, "datagram waits", "datagrams wait") + " to be read";
    return limit ? text + " (" + std::to_string(*limit) + " fit)" : text;
  }
  const std::uint64_t unread_bytes = facts.recv_q.value_or(0), unsent = facts.send_q.value_or(0);
  if (unread_bytes == 0 && unsent == 0) return {};
  std::string text;
  if (unread_bytes > 0) add_words(text, plural(unread_bytes, "byte waits", "bytes wait") + " to be read");
  if (unsent > 0) add_words(text, plural(unsent, "byte waits", "bytes wait") + " for the other end");
  return text;
}

std::string number_words(const SocketFacts& facts) {
  if (facts.kind != FactKind::connection) return {};
  const std::size_t count = facts.sockets.size();
  if (count == 1) return facts.idle == 1 ? "idle" : "";
  const std::string text = std::to_string(count) + " connections, ";
  if (facts.idle == count) return text + "all idle";
  return text + (facts.idle == 0 ? "none idle" : std::to_string(facts.idle) + " idle");
}

std::string waiter_words(const SocketFacts& facts, bool holder_waits) {
  if (facts.held_up.empty() && facts.expecting.empty())
    return !holder_waits                                     ? "nothing waits on it"
           : facts.sockets.front()->state == State::syn_sent ? "its own process waits until it is connected"
                                                             : "its own process waits to send on it";
  std::string text;
  if (!facts.held_up.empty())
    text = plural(facts.held_up.size(), "thread is", "threads are") + " held up until it is " +
           (facts.kind == FactKind::listener ? "accepted from" : "read");
  if (!facts.expecting.empty())
    add_words(text, plural(facts.expecting.size(), "thread waits", "threads wait") + " at the other end for data");
  return text;
}

std::string summary_of(const SceneIndex& scene, const SocketFacts& facts) {
  const bool holder_waits = std::any_of(facts.sockets.begin(), facts.sockets.end(), [&](const Socket* socket) {
    const auto waits = scene.waits_on(*socket);
    return std::any_of(waits.begin(), waits.end(), [](const Waiting* waiting) { return waits_for_room(*waiting); });
  });
  std::string text;
  add_words(text, waiter_words(facts, holder_waits));
  add_words(text, number_words(facts));
  add_words(text, queue_words(facts));
  if (facts.quiet_ms) add_words(text, "last data " + duration(static_cast<double>(*facts.quiet_ms) / 1e3) + " ago");
  if (facts.attended == false)
    add_words(text, facts.kind == FactKind::listener ? "no holder accepts now" : "no holder reads it now");
  return text;
}

// --- put together

SocketFacts facts_of(const SceneIndex& scene, const WaitsFor& waits, FactKind kind, std::vector<const Socket*> alike) {
  SocketFacts facts;
  facts.kind = kind;
  std::stable_sort(alike.begin(), alike.end(),
                   [](const Socket* a, const Socket* b) { return queued(*a) > queued(*b); });
  facts.sockets = std::move(alike);
  add_holders(scene, *facts.sockets.front(), facts);
  add_peers(scene, *facts.sockets.front(), facts);
  for (const Socket* socket : facts.sockets) add_socket(waits, *socket, facts);
  facts.summary = summary_of(scene, facts);
  return facts;
}

std::vector<SocketFacts> all_sockets(const SceneIndex& scene, const TargetMatch& match) {
  const WaitsFor waits = index_waits(scene);
  std::map<GroupKey, std::vector<const Socket*>> groups;
  for (const Socket* socket : scene.now().sockets)
    if (has(match, socket)) groups[key_of(*socket)].push_back(socket);
  std::vector<SocketFacts> all;
  for (auto& [key, alike] : groups) all.push_back(facts_of(scene, waits, key.kind, std::move(alike)));
  const auto rank = [](const SocketFacts& facts) {
    return std::pair(facts.kind != FactKind::listener, ~(facts.recv_q.value_or(0) + facts.send_q.value_or(0)));
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const SocketFacts& a, const SocketFacts& b) { return rank(a) < rank(b); });
  return all;
}

ProcessFacts process_facts(const SceneIndex& scene, int pid) {
  ProcessFacts facts;
  facts.pid = pid;
  const ProcessActivity* process = scene.process(pid);
  if (process == nullptr) return facts;
  // What it does, as its culprit of any socket would say: of one that it does not hold, so that none is meant.
  const Owner owner{.pid = pid, .tid = 0, .fd = -1, .comm = process->comm, .process = process->details};
  const Owners owners{{&owner, 1}};
  Socket none;
  none.owners = &owners;
  for (const Holding& holding : scene.holders_of(none)) {
    facts.doing = holding.doing;
    facts.detail = holding.detail;
  }
  facts.comm = process->comm;
  facts.threads = process->threads.size();
  facts.process = process->details;
  return facts;
}

std::vector<ProcessFacts> all_processes(const SceneIndex& scene, const TargetMatch& match) {
  std::vector<ProcessFacts> all;
  for (const int pid : match.pids) all.push_back(process_facts(scene, pid));
  for (const Socket* socket : scene.now().sockets) {
    if (socket->inode == Inode{0} || socket->owners == nullptr) continue;
    for (const int pid : holding_pids(*socket)) {
      const auto at = std::lower_bound(match.pids.begin(), match.pids.end(), pid);
      if (at != match.pids.end() && *at == pid) ++all[static_cast<std::size_t>(at - match.pids.begin())].sockets;
    }
    for (const Owner& owner : socket->owners->list) {
      const auto at = std::lower_bound(match.pids.begin(), match.pids.end(), owner.pid);
      if (at == match.pids.end() || *at != owner.pid) continue;
      ProcessFacts& facts = all[static_cast<std::size_t>(at - match.pids.begin())];
      if (facts.comm.empty()) facts.comm = owner.comm;
      if (facts.process == nullptr) facts.process = owner.process;
    }
  }
  return all;
}

}  // namespace
}  // namespace diagnosing

namespace {
constexpr std::array<std::string_view, 4> fact_names{"listener", "connection", "datagram", "other"};
}  // namespace

std::string_view to_text(FactKind kind) { return fact_names.at(static_cast<std::size_t>(kind)); }

Surroundings surroundings_of(const TargetMatch& match, const Scene& scene, const Scene* before,
                             const Diagnosis& diagnosis, const Patience& patience) {
  const diagnosing::SceneIndex index(scene, before, patience);
  Surroundings around;
  for (const Finding& finding : diagnosis.findings) {
    if (diagnosing::touches(match, finding))
      around.findings.push_back(&finding);
    else
      ++around.elsewhere;
  }
  around.processes = diagnosing::all_processes(index, match);
  around.sockets = diagnosing::all_sockets(index, match);
  return around;
}

}  // namespace skq
