// A host in a few words: sockets, who holds them, what their threads do. Plain values, as a look would have seen them.
//
//   SceneBuilder host;
//   host.pair(10, 11);                                  // two connected unix stream sockets
//   host.full(10);                                      // whose first has sent all that its memory allows
//   host.holds(812, "psql", 10, 3);                     // pid, comm, inode, fd
//   host.holds(640, "postgres", 11, 9);
//   host.thread(812).in_call("sendto", 10, WaitFor::send, "sock_alloc_send_pskb").since(3.7);
//   host.thread(640).is(ThreadState::stopped);
//   Diagnosis diagnosis = diagnose(host.scene(), nullptr);
#pragma once

#include <cstring>
#include <deque>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "skq/diagnose.h"

namespace skq::diagnosing {

constexpr std::uint32_t test_sndbuf = 212992;

/// A thread under construction: asleep in a call that is no socket's since 100 s, until told otherwise.
class ThreadBuilder {
 public:
  ThreadBuilder() {
    thread_.state = ThreadState::sleeping;
    thread_.call_known = true;
    thread_.call = "clock_nanosleep";
    thread_.asleep_ns = 100'000'000'000;
    thread_.switches = 7;
  }

  /// In a call on a socket.
  ThreadBuilder& in_call(std::string_view call, std::uint32_t inode, WaitFor what, std::string_view wchan = "") {
    sleeps(call, fd_of(inode));
    thread_.wchan = wchan;
    waits_ = {wait(inode, what, WaitBy::call)};
    return *this;
  }
  /// In poll, select or epoll_wait: for one socket more with each call.
  ThreadBuilder& polls(WaitBy by, std::uint32_t inode, WaitFor what) {
    thread_.call = by == WaitBy::epoll ? "epoll_wait" : by == WaitBy::select ? "pselect6" : "poll";
    if (thread_.watched == 0) waits_.clear();
    ++thread_.watched;
    ++thread_.watched_sockets;
    waits_.push_back(wait(inode, what, by));
    return *this;
  }
  /// Sockets of no interest, and what are none, in the same poll.
  ThreadBuilder& watches(std::uint32_t sockets, std::uint32_t others = 0) {
    thread_.watched += sockets + others;
    thread_.watched_sockets += sockets;
    return *this;
  }
  ThreadBuilder& sleeps(std::string_view call, int fd = -1) {
    thread_.call = call;
    if (fd >= 0) thread_.call_fd = fd;
    waits_.clear();
    return *this;
  }
  ThreadBuilder& is(ThreadState state) {
    thread_.state = state;
    return *this;
  }
  ThreadBuilder& runs() {
    thread_.call = {};
    thread_.asleep_ns = 0;
    return is(ThreadState::running);
  }
  ThreadBuilder& since(double seconds) {
    thread_.asleep_ns = static_cast<std::int64_t>(seconds * 1e9);
    return *this;
  }
  /// The destination of the call: a path, or an abstract name with its leading NUL.
  ThreadBuilder& to_unix(std::string_view name, std::optional<VfsObject> file = {}) {
    address_.assign(2 + name.size() + (name.substr(0, 1) == std::string_view("\0", 1) ? 0 : 1), std::byte{0});
    address_[0] = std::byte{1};  // AF_UNIX; the test's machine is little-endian, as all that skq is tested on
    std::memcpy(address_.data() + 2, name.data(), name.size());
    waits_.at(0).address_file = file;
    return *this;
  }
  ThreadBuilder& to_bytes(std::vector<std::byte> address) {
    address_ = std::move(address);
    return *this;
  }
  ThreadActivity& thread() { return thread_; }
  SocketWait& wait(std::size_t at = 0) { return waits_.at(at); }

  void finish() {
    if (!waits_.empty() && !address_.empty()) waits_.front().address = address_;
    thread_.waits = waits_;
  }

 private:
  friend class SceneBuilder;
  static SocketWait wait(std::uint32_t inode, WaitFor what, WaitBy by) {
    SocketWait made;
    made.inode = Inode{inode};
    made.fd = fd_of(inode);
    made.what = what;
    made.by = by;
    return made;
  }
  static int fd_of(std::uint32_t inode) { return static_cast<int>(inode % 1000); }

  ThreadActivity thread_;
  std::vector<SocketWait> waits_;
  std::vector<std::byte> address_;
};

class SceneBuilder {
 public:
  SceneBuilder() = default;
  SceneBuilder(const SceneBuilder&) = delete;
  SceneBuilder& operator=(const SceneBuilder&) = delete;

  /// A bare row; the cookie is made of the inode, so the same inode in another builder is the same socket.
  Socket& row(std::uint32_t inode, Netid netid, State state) {
    Socket& socket = rows_[inode].socket;
    socket.netid = netid;
    socket.family = family_of(netid);
    socket.state = state;
    socket.inode = Inode{inode};
    socket.cookie = Cookie{inode + 1'000'000ULL};
    if (socket.family == Family::unix_domain) {
      socket.part = UnixPart{};
      socket.shutdown = Shutdown::none;
    }
    if (socket.family == Family::inet || socket.family == Family::inet6) socket.part = InetPart{};
    socket.recv_q = socket.send_q = 0;
    memory(inode, 0, test_sndbuf);
    return socket;
  }
  Socket& at(std::uint32_t inode) { return rows_.at(inode).socket; }
  UnixPart& unix_part(std::uint32_t inode) { return std::get<UnixPart>(at(inode).part); }

  /// Two connected sockets.
  void pair(std::uint32_t a, std::uint32_t b, Netid netid = Netid::u_str) {
    row(a, netid, State::established);
    row(b, netid, State::established);
    connect(a, b);
    connect(b, a);
  }
  void connect(std::uint32_t from, std::uint32_t to) {
    at(from).other_end = &at(to);
    if (at(from).family == Family::unix_domain) unix_part(from).peer_inode = Inode{to};
  }
  void memory(std::uint32_t inode, std::uint32_t wmem, std::uint32_t sndbuf = test_sndbuf) {
    Memory& memory = at(inode).memory;
    memory.known = memory_items;
    memory.values.at(static_cast<std::size_t>(MemoryItem::wmem_alloc)) = wmem;
    memory.values.at(static_cast<std::size_t>(MemoryItem::wmem_queued)) = wmem;
    memory.values.at(static_cast<std::size_t>(MemoryItem::sndbuf)) = sndbuf;
    at(inode).send_q = wmem;
  }
  /// Sent all that fits; the other end has it to read.
  void full(std::uint32_t inode) {
    memory(inode, test_sndbuf + 512);
    if (at(inode).other_end != nullptr) rows_.at(inode_of(*at(inode).other_end)).socket.recv_q = 27'800;
  }
  Socket& listener(std::uint32_t inode, std::string_view name, std::uint32_t queue, std::uint32_t backlog) {
    Socket& socket = row(inode, Netid::u_str, State::listen);
    named(inode, name);
    socket.recv_q = queue;
    socket.send_q = backlog;
    return socket;
  }
  void named(std::uint32_t inode, std::string_view name, std::optional<VfsObject> file = {}) {
    unix_part(inode).name = name;
    unix_part(inode).has_name = true;
    unix_part(inode).vfs = file;
  }
  /// A client that connected, and that nobody has accepted yet.
  void pending(std::uint32_t listener, std::uint32_t client) {
    row(client, Netid::u_str, State::established);
    unix_part(client).peer_inode = Inode{0};
    unix_part(client).in_pending_list = true;
    rows_.at(listener).pending.push_back(Inode{client});
    unix_part(listener).pending_known = true;
  }

  void holds(int pid, std::string_view comm, std::uint32_t inode, int fd) {
    rows_.at(inode).owned.push_back({.pid = pid, .tid = 0, .fd = fd, .comm = comm});
    comms_[pid] = comm;
  }
  /// Nobody looked who holds it.
  void owners_unknown(std::uint32_t inode) { rows_.at(inode).owners_known = false; }

  /// The process is one that was looked at from now on.
  ThreadBuilder& thread(int pid, int tid = 0) { return processes_[pid].threads[tid == 0 ? pid : tid]; }
  ProcessActivity& process(int pid) { return processes_[pid].activity; }

  /// Valid until the next change.
  const Scene& scene() {
    sockets_.clear();
    activities_.clear();
    for (auto& [inode, row] : rows_) finish(row);
    for (auto& [inode, row] : rows_)
      row.socket.peer_owners = row.socket.other_end != nullptr ? row.socket.other_end->owners : nullptr;
    for (auto& [pid, process] : processes_) finish(pid, process);
    scene_.sockets = sockets_;
    scene_.processes = activities_;
    return scene_;
  }
  Scene& facts() { return scene_; }

 private:
  struct Row {
    Socket socket;
    std::vector<Owner> owned;
    std::vector<Inode> pending;
    Owners owners;
    bool owners_known = true;
  };
  struct ProcessParts {
    ProcessActivity activity;
    std::map<int, ThreadBuilder> threads;
    std::vector<ThreadActivity> list;
  };
  static std::uint32_t inode_of(const Socket& socket) { return static_cast<std::uint32_t>(socket.inode); }

  void finish(Row& row) {
    row.owners.list = row.owned;
    row.socket.owners = row.owners_known ? &row.owners : nullptr;
    if (!row.pending.empty()) std::get<UnixPart>(row.socket.part).pending = row.pending;
    sockets_.push_back(&row.socket);
  }
  void finish(int pid, ProcessParts& process) {
    process.list.clear();
    for (auto& [tid, builder] : process.threads) {
      builder.finish();
      builder.thread_.tid = tid;
      builder.thread_.comm = comms_[pid];
      process.list.push_back(builder.thread_);
    }
    process.activity.pid = pid;
    process.activity.comm = comms_[pid];
    process.activity.started = 1;
    process.activity.threads = process.list;
    activities_.push_back(process.activity);
  }

  std::map<std::uint32_t, Row> rows_;
  std::map<int, ProcessParts> processes_;
  std::map<int, std::string_view> comms_;
  std::vector<const Socket*> sockets_;
  std::vector<ProcessActivity> activities_;
  Scene scene_;
};

}  // namespace skq::diagnosing
