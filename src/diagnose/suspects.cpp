// Which processes are worth a close look. A suspicion costs only reading, so whoever may be stuck, or cause it, is one;
// the idle thousands of a healthy host are not.
//
// To let a rule see the threads of more processes: one row in `suspicions`.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "diagnose/scene_index.h"
#include "diagnose/thresholds.h"
#include "model/derived.h"
#include "model/tcp_info.h"

namespace skq::diagnosing {
namespace {

bool is_stream(const Socket& socket) { return socket.netid == Netid::u_str || socket.netid == Netid::u_seq; }

bool is_unix_sender_without_room(const Socket& socket) {
  return socket.family == Family::unix_domain && writable(socket) == false;
}

// Whoever sent a datagram that is not read yet may wait to send another; the receiver's queue itself tells nothing.
bool is_datagram_sender(const Socket& socket) {
  return socket.netid == Netid::u_dgr && send_mem(socket).value_or(Bytes{}).value > 0;
}

// Also who polls for room there and has sent nothing.
bool is_sender_to_full_receiver(const Socket& socket) { return receiver_has_room(socket) == false; }

bool is_filling_listener(const Socket& socket) {
  return accept_fill(socket).value_or(Percent{}).value >= thresholds::accept_fill;
}

bool has_unread_data(const Socket& socket) { return socket.state != State::listen && socket.recv_q.value_or(0) > 0; }

// It may wait for an answer, and follow_waits() then leads to the listener.
bool is_client_not_accepted(const Socket& socket) {
  if (is_stream(socket) && socket.state == State::established) return peer_status(socket) == PeerStatus::pending;
  return socket.netid == Netid::tcp && socket.state == State::established && socket.other_end != nullptr &&
         socket.other_end->inode == Inode{};
}

bool is_held_up_tcp(const Socket& socket) {
  static constexpr std::size_t not_sent = model::tcp_info_index("notsent_bytes");
  constexpr std::uint8_t persist_timer = 4;
  const InetPart* inet = socket.inet();
  if (inet == nullptr || socket.netid != Netid::tcp || socket.state == State::listen) return false;
  if (inet->timer == persist_timer || writable(socket) == false) return true;
  if (inet->detail == nullptr || socket.send_q.value_or(0) == 0) return false;
  return model::read(model::tcp_info_members[not_sent], inet->detail->tcp_info).value_or(0) > 0;
}

bool is_connecting_or_left_open(const Socket& socket) {
  return socket.netid == Netid::tcp && (socket.state == State::syn_sent || socket.state == State::close_wait);
}

bool has_lost_messages(const Socket& socket) {
  return socket.family != Family::unix_domain && socket.memory.at(MemoryItem::drops).value_or(0) > 0;
}

bool is_without_other_end(const Socket& socket) {
  const UnixPart* part = socket.unix_part();
  return part != nullptr && socket.netid == Netid::u_dgr && part->peer_inode == Inode{0};
}

struct Suspicion {
  bool (*applies)(const Socket& socket) = nullptr;
  bool other_end_too = false;
};
constexpr std::array suspicions{
    Suspicion{is_unix_sender_without_room, true},
    Suspicion{is_datagram_sender, true},
    Suspicion{is_sender_to_full_receiver, true},
    Suspicion{is_filling_listener, false},
    Suspicion{has_unread_data, true},
    Suspicion{is_client_not_accepted, false},
    Suspicion{is_held_up_tcp, true},
    Suspicion{has_lost_messages, false},
    Suspicion{is_without_other_end, false},
    Suspicion{is_connecting_or_left_open, true},
};

class Search {
 public:
  explicit Search(const Scene& scene) : scene_(scene) {}

  void add(const Socket& socket) {
    if (socket.inode != Inode{}) found_.sockets.push_back(socket.inode);
    if (socket.owners == nullptr) return;
    for (const Owner& owner : socket.owners->list) found_.pids.push_back(owner.pid);
  }
  void add(const About& about);
  void look_at_rows();
  void follow_waits();
  Suspects finish();

 private:
  void add_senders_to_full_receivers();
  void add_blocked_connectors();
  void add_unaccepted_clients(const std::unordered_set<std::uint16_t>& full_ports);

  const Scene& scene_;
  Suspects found_;
};

void Search::add(const About& about) {
  found_.pids.insert(found_.pids.end(), about.pids.begin(), about.pids.end());
  if (about.sockets.empty()) return;
  for (const Socket* socket : scene_.sockets) {
    if (!std::binary_search(about.sockets.begin(), about.sockets.end(), socket->inode)) continue;
    add(*socket);
    if (socket->other_end != nullptr) add(*socket->other_end);
  }
}

void Search::look_at_rows() {
  bool listener_is_full = false;
  bool datagrams_wait = false;
  std::unordered_set<std::uint16_t> full_ports;
  for (const Socket* socket : scene_.sockets) {
    for (const Suspicion& suspicion : suspicions) {
      if (!suspicion.applies(*socket)) continue;
      add(*socket);
      if (suspicion.other_end_too && socket->other_end != nullptr) add(*socket->other_end);
    }
    listener_is_full |= is_stream(*socket) && accept_fill(*socket).value_or(Percent{}).value >= 100;
    datagrams_wait |= is_datagram_sender(*socket);
    if (socket->netid == Netid::tcp && is_filling_listener(*socket)) full_ports.insert(socket->inet()->local_port);
  }
  if (!full_ports.empty()) add_unaccepted_clients(full_ports);
  if (listener_is_full) add_blocked_connectors();
  if (datagrams_wait) add_senders_to_full_receivers();
}

// connect(2) waits on a socket that looks like any that was never connected.
void Search::add_blocked_connectors() {
  for (const Socket* socket : scene_.sockets) {
    const UnixPart* part = socket->unix_part();
    if (part != nullptr && is_stream(*socket) && socket->state == State::close && !part->peer_inode) add(*socket);
  }
}

// They believe to be connected, and wait for an answer. The server's end of theirs has no inode yet.
void Search::add_unaccepted_clients(const std::unordered_set<std::uint16_t>& full_ports) {
  for (const Socket* socket : scene_.sockets) {
    if (socket->netid != Netid::tcp || socket->other_end == nullptr || socket->inet() == nullptr) continue;
    if (socket->other_end->inode == Inode{0} && full_ports.count(socket->inet()->peer_port) > 0) add(*socket);
  }
}

// The one in hand is charged, too. Who polls for room there need not have sent anything.
void Search::add_senders_to_full_receivers() {
  constexpr std::uint64_t full = thresholds::usual_datagrams * thresholds::smallest_datagram;
  std::unordered_map<const Socket*, std::uint64_t> held;
  for (const Socket* socket : scene_.sockets)
    if (is_datagram_sender(*socket)) held[socket->other_end] += send_mem(*socket)->value;
  const std::uint64_t from_unconnected = held[nullptr];
  for (const Socket* socket : scene_.sockets) {
    if (socket->netid != Netid::u_dgr || socket->other_end == nullptr) continue;
    const auto at = held.find(socket->other_end);
    const std::uint64_t bound = from_unconnected + (at == held.end() ? 0 : at->second);
    if (bound >= full && has_unread_data(*socket->other_end)) add(*socket);
  }
}

// Chains and circles: whoever waits on a socket makes those who could end the wait interesting.
void Search::follow_waits() {
  if (scene_.processes.empty()) return;
  const Patience patience;
  const SceneIndex index(scene_, nullptr, patience);
  for (const Waiting& waiting : index.waits()) {
    const bool reads = waiting.wait->what == WaitFor::receive && waiting.process->threads.size() == 1 &&
                       is_single_minded(waiting) && waiting.socket->state != State::listen;
    if (!reads && !waits_for_room(waiting)) continue;
    add(*waiting.socket);
    if (const Socket* other = index.other_side(waiting).socket) add(*other);
  }
}

template <class T>
void make_set(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

Suspects Search::finish() {
  make_set(found_.sockets);
  make_set(found_.pids);
  std::erase_if(found_.pids, [&](int pid) {
    return std::binary_search(scene_.processes.begin(), scene_.processes.end(), ProcessActivity{.pid = pid},
                              [](const ProcessActivity& a, const ProcessActivity& b) { return a.pid < b.pid; });
  });
  return std::move(found_);
}

}  // namespace
}  // namespace skq::diagnosing

namespace skq {

Suspects find_suspects(const Scene& scene, const About& about) {
  diagnosing::Search search(scene);
  search.look_at_rows();
  search.add(about);
  search.follow_waits();
  return search.finish();
}

}  // namespace skq
