#include "diagnose/scene_index.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <unordered_set>

#include "model/derived.h"

namespace skq::diagnosing {
namespace {

const ProcessActivity* find_process(std::span<const ProcessActivity> processes, int pid) {
  const auto at = std::lower_bound(processes.begin(), processes.end(), pid,
                                   [](const ProcessActivity& process, int wanted) { return process.pid < wanted; });
  return at != processes.end() && at->pid == pid ? &*at : nullptr;
}

const ThreadActivity* find_thread(std::span<const ThreadActivity> threads, int tid) {
  const auto at = std::lower_bound(threads.begin(), threads.end(), tid,
                                   [](const ThreadActivity& thread, int wanted) { return thread.tid < wanted; });
  return at != threads.end() && at->tid == tid ? &*at : nullptr;
}

bool is_on_hidden_socket(const SocketWait& wait) {
  return wait.by == WaitBy::io_uring && wait.what == WaitFor::send && wait.inode == Inode{0};
}

bool has_hidden_waits(const Scene& scene) {
  for (const ProcessActivity& process : scene.processes)
    for (const ThreadActivity& thread : process.threads)
      if (std::any_of(thread.waits.begin(), thread.waits.end(), is_on_hidden_socket)) return true;
  return false;
}

/// Of each process the only socket without room; null: there are several. Whose ring a socket belongs to that only a
/// ring has is not told, so such a one may be anybody's.
class OnlyFullSockets {
 public:
  explicit OnlyFullSockets(const Scene& scene) {
    if (!has_hidden_waits(scene)) return;
    for (const Socket* socket : scene.sockets) {
      if (socket->state == State::listen || socket->inode == Inode{0} || writable(*socket) != false) continue;
      const bool is_held = socket->owners != nullptr && !socket->owners->list.empty();
      if (is_held)
        for (const Owner& owner : socket->owners->list) add(owner.pid, socket);
      else if (std::binary_search(scene.in_io_uring.begin(), scene.in_io_uring.end(), socket->inode))
        anybodys_.push_back(socket);
    }
  }

  [[nodiscard]] const Socket* of(const ProcessActivity& process) const {
    const auto at = own_.find(process.pid);
    if (at == own_.end()) return anybodys_.size() == 1 ? anybodys_.front() : nullptr;
    return anybodys_.empty() ? at->second : nullptr;
  }

 private:
  void add(int pid, const Socket* socket) {
    const auto [at, is_new] = own_.emplace(pid, socket);
    if (!is_new && at->second != socket) at->second = nullptr;
  }

  std::unordered_map<int, const Socket*> own_;
  std::vector<const Socket*> anybodys_;
};

// A poll may list one socket a thousand times.
class OncePerThread {
 public:
  bool is_new(const SocketWait& wait) {
    const std::uint64_t inode = static_cast<std::uint32_t>(wait.inode);
    return seen_
        .insert(inode << 16U | static_cast<std::uint64_t>(wait.what) << 8U | static_cast<std::uint64_t>(wait.by))
        .second;
  }

 private:
  std::unordered_set<std::uint64_t> seen_;
};

// Threads that do the same on the same large epoll instance, whose list they have in common: one stands for all.
class LargeEpolls {
 public:
  bool is_known(const ThreadActivity& thread) {
    constexpr std::size_t large = 16;
    if (thread.waits.size() < large || thread.waits.front().by != WaitBy::epoll) return false;
    const auto same = [&](const ThreadActivity* other) {
      return other->waits.data() == thread.waits.data() && other->waits.size() == thread.waits.size() &&
             other->state == thread.state && other->timeout_ns == thread.timeout_ns;
    };
    if (std::any_of(first_.begin(), first_.end(), same)) return true;
    first_.push_back(&thread);
    return false;
  }

 private:
  std::vector<const ThreadActivity*> first_;
};

std::vector<Waiting> waits_in(const Scene& scene, const SocketTable<Inode>& sockets) {
  const OnlyFullSockets only_full(scene);
  std::vector<Waiting> waits;
  for (const ProcessActivity& process : scene.processes) {
    LargeEpolls epolls;
    for (const ThreadActivity& thread : process.threads) {
      if (epolls.is_known(thread)) continue;
      OncePerThread once;
      for (const SocketWait& wait : thread.waits) {
        const bool hidden = is_on_hidden_socket(wait);
        const Socket* socket = hidden ? only_full.of(process) : sockets.find(wait.inode);
        if (socket == nullptr || (thread.waits.size() > 1 && !once.is_new(wait))) continue;
        waits.push_back({.process = &process,
                         .thread = &thread,
                         .wait = &wait,
                         .socket = socket,
                         .blocked_ns = thread.asleep_ns,
                         .earlier = nullptr,
                         .inferred = hidden});
      }
    }
  }
  return waits;
}

bool did_not_run(const ThreadActivity& now, const ThreadActivity& before) {
  return now.switches && before.switches && *now.switches == *before.switches && now.call == before.call;
}

bool is_by_event_loop(const SocketWait& wait) {
  return wait.by == WaitBy::poll || wait.by == WaitBy::select || wait.by == WaitBy::epoll;
}

bool same_wait(const Waiting& a, const Waiting& b) {
  return a.wait->what == b.wait->what && a.wait->by == b.wait->by && a.socket->cookie == b.socket->cookie &&
         a.wait->inode == b.wait->inode;
}

// No room in both looks lasts for as long, though the thread may have run for a timer or another descriptor. Where
// nothing but room would have woken it, that it ran says that there was some.
bool lacked_room_all_the_while(const Waiting& waiting) {
  return is_by_event_loop(*waiting.wait) && waiting.wait->what == WaitFor::send && waits_for_room(waiting) &&
         waits_for_room(*waiting.earlier) && (waiting.thread->watched > 1 || waiting.thread->timeout_ns);
}

// What is taken makes the memory shrink by whole buffers, and what the other end has to read by every byte. Who sends
// now and then into what is left makes both grow.
Progress taken_meanwhile(const Socket& now, const Socket& before) {
  const auto held = send_mem(now), held_then = send_mem(before);
  if (!held || !held_then) return Progress::unknown;
  if (*held < *held_then) return Progress::made;
  const Socket *other = now.other_end, *other_then = before.other_end;
  if (other == nullptr || other_then == nullptr || other->cookie != other_then->cookie) return Progress::none;
  if (!other->recv_q || !other_then->recv_q || other->recv_q == other_then->recv_q) return Progress::none;
  return *held == *held_then || *other->recv_q < *other_then->recv_q ? Progress::made : Progress::none;
}

// Clients of a full queue go on one by one; the first of the list is the next to be accepted.
Progress accepted_meanwhile(const UnixPart& now, const UnixPart& before) {
  if (!now.pending_known || !before.pending_known || before.pending.empty()) return Progress::unknown;
  if (now.pending.empty() || now.pending.front() != before.pending.front()) return Progress::made;
  // One that has left is told as 0, and the next that has left, too.
  return now.pending.front() == Inode{} ? Progress::unknown : Progress::none;
}

}  // namespace

SceneIndex::SceneIndex(const Scene& now, const Scene* before, const Patience& patience)
    : now_(now), before_(before), patience_(patience), by_inode_(now.sockets) {
  if (before_ != nullptr) before_by_cookie_ = SocketTable<Cookie>(before_->sockets);
  add_pending();
  waits_ = waits_in(now_, by_inode_);
  if (before_ != nullptr) add_earlier_waits();
  add_waits();
}

void SceneIndex::add_waits() {
  for (Waiting& waiting : waits_) {
    const ThreadActivity* then = earlier(*waiting.process, *waiting.thread);
    if (waiting.earlier == nullptr || then == nullptr) continue;
    std::int64_t age = 0;
    if (did_not_run(*waiting.thread, *then))
      age = elapsed_ns().value_or(0) + then->asleep_ns.value_or(0);
    else if (lacked_room_all_the_while(waiting))
      age = elapsed_ns().value_or(0);
    if (age > 0) waiting.blocked_ns = std::max(waiting.blocked_ns.value_or(0), age);
  }
  by_socket_.reserve(waits_.size());
  for (const Waiting& waiting : waits_) by_socket_.push_back(&waiting);
  std::stable_sort(by_socket_.begin(), by_socket_.end(),
                   [](const Waiting* a, const Waiting* b) { return a->socket->inode < b->socket->inode; });
}

// Threads of 5000 may wait in one process: both lists are in the same order, so one walk finds all.
void SceneIndex::add_earlier_waits() {
  earlier_waits_ = waits_in(*before_, SocketTable<Inode>(before_->sockets));
  const auto identity = [](const Waiting& waiting) {
    return std::tuple(waiting.process->pid, waiting.thread->tid, waiting.wait->inode);
  };
  const auto is_before = [&](const Waiting& a, const Waiting& b) { return identity(a) < identity(b); };
  std::stable_sort(earlier_waits_.begin(), earlier_waits_.end(), is_before);
  for (Waiting& waiting : waits_) {
    const auto [first, last] = std::equal_range(earlier_waits_.begin(), earlier_waits_.end(), waiting, is_before);
    for (auto then = first; then != last && waiting.earlier == nullptr; ++then)
      if (then->process->started == waiting.process->started && same_wait(*then, waiting)) waiting.earlier = &*then;
  }
}

void SceneIndex::add_pending() {
  for (const Socket* socket : now_.sockets) {
    if (socket->state != State::listen) continue;
    const UnixPart* part = socket->unix_part();
    if (part == nullptr) continue;
    for (const Inode client : part->pending)
      if (client != Inode{}) pending_.emplace(static_cast<std::uint32_t>(client), socket);
  }
}

std::optional<std::int64_t> SceneIndex::elapsed_ns() const {
  if (before_ == nullptr) return std::nullopt;
  return std::max<std::int64_t>(0, now_.time_ns - before_->time_ns);
}

const Socket* SceneIndex::find(Inode inode) const { return by_inode_.find(inode); }

const Socket* SceneIndex::earlier(const Socket& socket) const { return before_by_cookie_.find(socket.cookie); }

const ProcessActivity* SceneIndex::process(int pid) const { return find_process(now_.processes, pid); }

const ThreadActivity* SceneIndex::earlier(const ProcessActivity& process, const ThreadActivity& thread) const {
  if (before_ == nullptr) return nullptr;
  const ProcessActivity* then = find_process(before_->processes, process.pid);
  if (then == nullptr || then->started != process.started) return nullptr;
  return find_thread(then->threads, thread.tid);
}

std::vector<const Waiting*> SceneIndex::waits_on(const Socket& socket) const {
  const auto first =
      std::lower_bound(by_socket_.begin(), by_socket_.end(), socket.inode,
                       [](const Waiting* waiting, Inode inode) { return waiting->socket->inode < inode; });
  std::vector<const Waiting*> found;
  for (auto at = first; at != by_socket_.end() && (*at)->socket->inode == socket.inode; ++at) found.push_back(*at);
  return found;
}

std::span<const Waiting> SceneIndex::waits_of(const ProcessActivity& process) const {
  const auto first = std::partition_point(
      waits_.begin(), waits_.end(), [&](const Waiting& waiting) { return std::less<>()(waiting.process, &process); });
  const auto last =
      std::partition_point(first, waits_.end(), [&](const Waiting& waiting) { return waiting.process == &process; });
  return {first, last};
}

bool SceneIndex::is_long(const Waiting& waiting) const {
  return waiting.blocked_ns.value_or(0) >= patience_.stuck_after_ns;
}

bool SceneIndex::ran_between(const ProcessActivity& process, const ThreadActivity& thread) const {
  const ThreadActivity* then = earlier(process, thread);
  return then != nullptr && then->switches && thread.switches && *then->switches != *thread.switches;
}

bool SceneIndex::ran_between(const ProcessActivity& process) const {
  return std::any_of(process.threads.begin(), process.threads.end(),
                     [&](const ThreadActivity& thread) { return ran_between(process, thread); });
}

bool SceneIndex::woke_between(const Waiting& waiting) const {
  return waiting.earlier != nullptr && ran_between(*waiting.process, *waiting.thread);
}

Progress SceneIndex::progress(const Socket& sender_or_listener) const {
  const Socket* then = earlier(sender_or_listener);
  if (then == nullptr) return Progress::unknown;
  if (sender_or_listener.state == State::listen) {
    const UnixPart* part = sender_or_listener.unix_part();
    const UnixPart* part_then = then->unix_part();
    if (part == nullptr || part_then == nullptr) return Progress::unknown;
    return accepted_meanwhile(*part, *part_then);
  }
  return taken_meanwhile(sender_or_listener, *then);
}

void SceneIndex::wants_time(std::int64_t proven_ns) const {
  const std::int64_t missing =
      std::clamp<std::int64_t>(patience_.stuck_after_ns - proven_ns, 0, patience_.stuck_after_ns);
  wanted_ns_ = std::max(wanted_ns_.value_or(0), missing);
}

bool is_asleep(const Waiting& waiting) {
  const ThreadState state = waiting.thread->state;
  return !waiting.process->frozen && state != ThreadState::running && state != ThreadState::stopped &&
         state != ThreadState::traced && state != ThreadState::zombie && state != ThreadState::dead;
}

// Other processes are served over sockets. A pipe, an eventfd or a signalfd beside the one socket is how a thread is
// told to end or to look at something of its own process, as PostgreSQL's latch: who waits for room has something to
// say all the same, and says it to nobody. But who waits to receive may wait for just what comes through the pipe.
bool is_single_minded(const Waiting& waiting) {
  if (waiting.wait->by == WaitBy::call) return true;
  const ThreadActivity& thread = *waiting.thread;
  if (!is_by_event_loop(*waiting.wait) || thread.timeout_ns) return false;
  return thread.watched == 1 || (waiting.wait->what == WaitFor::send && thread.watched_sockets == 1);
}

bool waits_for_room(const Waiting& waiting) {
  const SocketWait& wait = *waiting.wait;
  if (wait.what != WaitFor::send && wait.what != WaitFor::connect) return false;
  if (wait.by == WaitBy::call || waiting.inferred) return true;
  if (!is_by_event_loop(wait) || wait.edge_triggered) return false;
  if (wait.what == WaitFor::connect) return true;
  if (wait.ready) return !*wait.ready;
  return writable(*waiting.socket) == false || receiver_has_room(*waiting.socket) == false;
}

}  // namespace skq::diagnosing
