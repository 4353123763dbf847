// Who holds a socket, and what the thread of each that matters most is doing.
#include <algorithm>
#include <array>
#include <functional>
#include <unordered_set>

#include "diagnose/scene_index.h"
#include "diagnose/words.h"

namespace skq::diagnosing {
namespace {

bool is_over(const ThreadActivity& thread) {
  return thread.state == ThreadState::zombie || thread.state == ThreadState::dead;
}

bool is_paused(const ThreadActivity& thread) {
  return is_over(thread) || thread.state == ThreadState::stopped || thread.state == ThreadState::traced;
}

bool waits_for_something_to_come(const Waiting& waiting) {
  return waiting.wait->what == WaitFor::receive || waiting.wait->what == WaitFor::accept;
}

// Whether it ran between the looks, or so lately that it may read at any moment.
bool may_run(const SceneIndex& scene, const ProcessActivity& process, const ThreadActivity& thread) {
  if (thread.state == ThreadState::running) return true;
  const ThreadActivity* then = scene.earlier(process, thread);
  if (then != nullptr && then->switches && thread.switches) return *then->switches != *thread.switches;
  return thread.asleep_ns.value_or(0) < scene.patience().stuck_after_ns;
}

// From what says most about a process to what says least.
enum class Weight : std::uint8_t {
  none,
  over,
  sleeps_on_lock,
  sleeps,
  waits_to_receive,
  runs,
  waits_for_room,
  disk,
  traced,
  stopped
};

struct Judged {
  Weight weight = Weight::none;
  const ThreadActivity* thread = nullptr;
  const Waiting* waiting = nullptr;
};

bool is_on_lock(const ThreadActivity& thread) { return thread.call.substr(0, 5) == "futex"; }

const Waiting* wait_that_goes_on(const SceneIndex& scene, const ProcessActivity& process, const ThreadActivity& thread,
                                 bool for_room) {
  const auto waits = scene.waits_of(process);
  auto at = std::partition_point(waits.begin(), waits.end(),
                                 [&](const Waiting& waiting) { return std::less<>()(waiting.thread, &thread); });
  for (; at != waits.end() && at->thread == &thread; ++at)
    if (is_single_minded(*at) && (for_room ? waits_for_room(*at) : at->wait->what == WaitFor::receive)) return &*at;
  return nullptr;
}

Judged judge_sleeper(const SceneIndex& scene, const ProcessActivity& process, const ThreadActivity& thread) {
  if (const Waiting* waiting = wait_that_goes_on(scene, process, thread, true))
    return {Weight::waits_for_room, &thread, waiting};
  // Of many threads that each read from a client of their own none is what this socket waits for.
  if (process.threads.size() == 1)
    if (const Waiting* waiting = wait_that_goes_on(scene, process, thread, false))
      if (waiting->socket->state != State::listen) return {Weight::waits_to_receive, &thread, waiting};
  return {is_on_lock(thread) ? Weight::sleeps_on_lock : Weight::sleeps, &thread, nullptr};
}

Judged judge(const SceneIndex& scene, const ProcessActivity& process, const ThreadActivity& thread) {
  switch (thread.state) {
    case ThreadState::stopped:
      return {Weight::stopped, &thread, nullptr};
    case ThreadState::traced:
      return {Weight::traced, &thread, nullptr};
    case ThreadState::disk_sleep:
      return {Weight::disk, &thread, nullptr};
    case ThreadState::running:
      return {Weight::runs, &thread, nullptr};
    case ThreadState::zombie:
    case ThreadState::dead:
      return {Weight::over, &thread, nullptr};
    case ThreadState::sleeping:
    case ThreadState::idle:
    case ThreadState::parked:
      return judge_sleeper(scene, process, thread);
    case ThreadState::unknown:
      return {};
  }
  return {};
}

}  // namespace

struct ProcessView {
  bool may_act = false;        ///< some thread runs, ran lately, or cannot be seen
  Judged best;                 ///< the thread that matters most
  Judged best_of_others;       ///< of those that do not wait to send
  bool all_hang_on_it = true;  ///< no thread could serve a socket before the one that waits to send goes on
};

namespace {

// A thread that waits to send elsewhere stands for its process only where no other could serve the socket: all are
// over, wait as well, or sleep on a lock which that one may hold.
ProcessView view(const SceneIndex& scene, const ProcessActivity& process) {
  ProcessView made;
  for (const ThreadActivity& thread : process.threads) {
    const Judged one = judge(scene, process, thread);
    if (one.weight > made.best.weight) made.best = one;
    if (one.weight != Weight::waits_for_room && one.weight > made.best_of_others.weight) made.best_of_others = one;
    made.all_hang_on_it &=
        one.weight == Weight::over || one.weight == Weight::waits_for_room || one.weight == Weight::sleeps_on_lock;
    made.may_act |= !is_paused(thread) && (!process.readable || may_run(scene, process, thread));
  }
  return made;
}

Judged most_important(const ProcessView& view, Inode inode) {
  const bool leads_on = view.best.weight == Weight::waits_for_room;
  if (leads_on && !view.all_hang_on_it && view.best.waiting->socket->inode != inode) return view.best_of_others;
  return view.best;
}

std::string call_words(const ThreadActivity& thread) {
  if (thread.call.empty()) return thread.wchan.empty() ? "" : " (wait channel " + std::string(thread.wchan) + ")";
  std::string text = " in " + std::string(thread.call);
  if (!thread.call_fd) return text;
  text += " on fd " + std::to_string(*thread.call_fd);
  const bool is_loop = thread.watched > 0 || thread.call.substr(0, 10) == "epoll_wait" || thread.call == "epoll_pwait";
  return thread.waits.empty() && !is_loop ? text + ", no socket" : text;
}

std::string disk_words(const ProcessActivity& process, const ThreadActivity& thread) {
  if (process.vfork_child != 0 && thread.tid == process.pid)
    return "waits until its vfork child, pid " + std::to_string(process.vfork_child) + ", calls exec or ends";
  return "sleeps uninterruptibly (state D)" + call_words(thread);
}

std::string traced_words(const ProcessActivity& process) {
  if (process.tracer == 0) return "held by a debugger (state t)";
  return "held by its tracer, pid " + std::to_string(process.tracer) + " (state t)";
}

std::string waiting_words(const Waiting& waiting) {
  const ThreadActivity& thread = *waiting.thread;
  std::string text = waiting.wait->what == WaitFor::receive ? "itself waits" : "itself blocked";
  text += thread.call.empty() ? std::string() : " in " + std::string(thread.call);
  if (waiting.wait->fd >= 0) text += " on fd " + std::to_string(waiting.wait->fd);
  return text;
}

void describe(Holding& holding, Doing doing, std::string detail) {
  holding.doing = doing;
  holding.detail = std::move(detail);
  const std::size_t threads = holding.process->threads.size();
  if (threads > 1) holding.detail += ", " + plural(threads, "thread", "threads");
}

// A leader that has ended leaves an empty /proc/PID/fd, and the sockets to the threads that live on.
void describe_leaderless(Holding& holding, const ThreadActivity& thread) {
  const auto& threads = holding.process->threads;
  const auto live = static_cast<std::size_t>(
      std::count_if(threads.begin(), threads.end(), [](const ThreadActivity& one) { return !is_over(one); }));
  holding.doing = Doing::zombie;
  holding.detail = "its main thread has ended; ";
  if (live == 1) {
    holding.detail += "1 other thread sleeps" + call_words(thread);
  } else {
    holding.detail += std::to_string(live) + " other threads live on, one sleeps" + call_words(thread);
  }
}

void describe_sleeper(Holding& holding, const ThreadActivity& thread) {
  if (holding.process->state == ThreadState::zombie) return describe_leaderless(holding, thread);
  if (!holding.process->readable || (!thread.call_known && thread.wchan.empty())) {
    holding.detail = "sleeps; in which call is not to be seen";
    return;
  }
  holding.idle_call = thread.call;
  describe(holding, Doing::sleeping, "sleeps" + call_words(thread));
}

void describe(Holding& holding, const Judged& judged) {
  const ProcessActivity& process = *holding.process;
  switch (judged.weight) {
    case Weight::none:
      holding.detail = "what it does is not to be seen";
      return;
    case Weight::over:
      return describe(holding, Doing::zombie, "has ended, and nobody has waited for it (state Z)");
    case Weight::sleeps_on_lock:
    case Weight::sleeps:
      return describe_sleeper(holding, *judged.thread);
    case Weight::runs:
      return describe(holding, Doing::running, "runs");
    case Weight::waits_to_receive:
    case Weight::waits_for_room:
      holding.waiting = judged.waiting;
      return describe(holding, Doing::waiting, waiting_words(*judged.waiting));
    case Weight::disk:
      return describe(holding, Doing::disk_wait, disk_words(process, *judged.thread));
    case Weight::traced:
      return describe(holding, Doing::traced, traced_words(process));
    case Weight::stopped:
      return describe(holding, Doing::stopped, "stopped by a signal (state T)");
  }
}

// What it may yet do with the socket; then, unless it reads there, what it does instead.
void look_into(const SceneIndex& scene, const ProcessView& view, const Socket& socket, Holding& holding) {
  const ProcessActivity& process = *holding.process;
  const Waiting* reader = nullptr;
  for (const Waiting* waiting : scene.waits_on(socket)) {
    if (waiting->process != &process || !waits_for_something_to_come(*waiting)) continue;
    holding.proven = true;
    if (!is_paused(*waiting->thread)) reader = waiting;
  }
  holding.attends = !process.frozen && (reader != nullptr || view.may_act);
  if (process.frozen) return describe(holding, Doing::stopped, "frozen by its cgroup's freezer");
  if (reader != nullptr && reader->thread->state == ThreadState::sleeping)
    return describe_sleeper(holding, *reader->thread);
  describe(holding, most_important(view, socket.inode));
}

// Some thread besides those that wait to send, and are not over: it could read what they sent.
bool has_other_threads(const ProcessView& view) { return view.best_of_others.weight > Weight::over; }

// Calls in which a parent waits for nothing but its children or a signal.
constexpr std::array<std::string_view, 6> parents_calls{"wait4", "waitid",        "waitpid",
                                                        "pause", "rt_sigsuspend", "rt_sigtimedwait"};

// It sleeps, and either another is seen to read there, or it started another of the holders and waits for that one.
// That others sleep elsewhere as well proves nothing.
bool merely_inherited(const Holding& holding, const std::vector<Holding>& holders) {
  if (holding.proven || holding.doing != Doing::sleeping) return false;
  const bool parental = std::find(parents_calls.begin(), parents_calls.end(), holding.idle_call) != parents_calls.end();
  return std::any_of(holders.begin(), holders.end(), [&](const Holding& other) {
    if (other.proven) return true;
    return parental && other.process != nullptr && other.process->parent == holding.pid && other.doing != Doing::zombie;
  });
}

bool was_stopped(const Holding& holding) { return holding.doing == Doing::stopped || holding.doing == Doing::traced; }

bool are_kin(const Holding& a, const Holding& b) {
  if (a.process == nullptr || b.process == nullptr) return false;
  const int of_a = a.process->parent, of_b = b.process->parent;
  return of_a == b.pid || of_b == a.pid || (of_a > 1 && of_a == of_b);
}

// Beside one who was stopped in his work the forks that only sleep explain nothing: he is named, they are mentioned.
void mention_sleepers(std::vector<Holding>& holders) {
  const auto first = std::find_if(holders.begin(), holders.end(), was_stopped);
  if (first == holders.end()) return;
  const Holding stopped = *first;
  const auto is_fork = [&](const Holding& one) {
    return !one.proven && one.doing == Doing::sleeping && are_kin(one, stopped);
  };
  const auto count = std::count_if(holders.begin(), holders.end(), is_fork);
  if (count == 0) return;
  const Holding& fork = *std::find_if(holders.begin(), holders.end(), is_fork);
  std::string words = "; also held by " + process_name(fork.comm, fork.pid);
  if (count > 1) words += " and " + plural(static_cast<std::size_t>(count - 1), "other", "others");
  first->detail += words + (count > 1 ? ", which sleep" : ", which sleeps");
  std::erase_if(holders, is_fork);
}

// Drops those whom `is_dropped` names, unless that would leave nobody.
template <class Predicate>
void keep_others(std::vector<Holding>& holders, const Predicate& is_dropped) {
  if (!std::all_of(holders.begin(), holders.end(), is_dropped)) std::erase_if(holders, is_dropped);
}

}  // namespace

const ProcessView& SceneIndex::view_of(const ProcessActivity& process) const {
  auto& known = views_[&process];
  if (known == nullptr) known = std::make_shared<const ProcessView>(view(*this, process));
  return *known;
}

namespace {

// As the look at its threads shows, which came after the search for owners. Its pid may be another process' by now.
bool holds_no_more(const ProcessActivity* process, Inode inode) {
  // No socket has that inode: who asks with it means the process, whatever it holds.
  return process != nullptr && process->holds && inode != Inode{0} &&
         !std::binary_search(process->holds->begin(), process->holds->end(), inode);
}

}  // namespace

std::vector<Holding> SceneIndex::holders_of(const Socket& socket) const {
  if (const auto known = holders_.find(&socket); known != holders_.end()) return known->second;
  std::vector<Holding> holders;
  if (socket.owners == nullptr) return holders;
  std::unordered_set<int> pids;
  for (const Owner& owner : socket.owners->list) {
    if (!pids.insert(owner.pid).second || holds_no_more(process(owner.pid), socket.inode)) continue;
    Holding& holding = holders.emplace_back();
    holding.pid = owner.pid;
    holding.fd = owner.fd;
    holding.comm = owner.comm;
    holding.process = process(owner.pid);
    holding.details = owner.process;
    // Who was not looked at may do anything: nobody shall be accused of not reading on those grounds.
    holding.attends = true;
    if (holding.process != nullptr) look_into(*this, view_of(*holding.process), socket, holding);
  }
  // Of an inode there is one row, which lives as long as the scene.
  if (find(socket.inode) == &socket) holders_.emplace(&socket, holders);
  return holders;
}

// A process may write to itself, from one thread to another: then the one that waits to send is not what it does at
// this end. A fork that has inherited both ends does not stand before it.
std::vector<Holding> SceneIndex::responsible_for(const Socket& socket, const ProcessActivity* waiter) const {
  std::vector<Holding> holders = holders_of(socket);
  const bool reads_itself = waiter != nullptr && has_other_threads(view_of(*waiter));
  if (!reads_itself) {
    keep_others(holders, [&](const Holding& holding) { return waiter != nullptr && holding.pid == waiter->pid; });
  } else {
    const auto own = std::find_if(holders.begin(), holders.end(),
                                  [&](const Holding& holding) { return holding.pid == waiter->pid; });
    if (own != holders.end()) {
      if (own->waiting != nullptr && own->waiting->socket->other_end == &socket) {
        own->waiting = nullptr;
        describe(*own, view_of(*waiter).best_of_others);
      }
      std::rotate(holders.begin(), own, own + 1);
    }
  }
  const std::vector<Holding> all = holders;
  keep_others(holders, [&](const Holding& holding) { return merely_inherited(holding, all); });
  mention_sleepers(holders);
  return holders;
}

Culprit culprit_of(const Holding& holding) {
  Culprit culprit;
  culprit.pid = holding.pid;
  culprit.comm = holding.comm;
  if (holding.fd >= 0) culprit.fd = holding.fd;
  culprit.doing = holding.doing;
  culprit.detail = holding.process == nullptr ? "what it does was not seen" : holding.detail;
  culprit.process = holding.details;
  return culprit;
}

Waiter waiter_of(const Waiting& waiting) {
  Waiter waiter;
  waiter.pid = waiting.process->pid;
  waiter.tid = waiting.thread->tid;
  waiter.comm = waiting.thread->comm.empty() ? waiting.process->comm : waiting.thread->comm;
  if (waiting.wait->fd >= 0) waiter.fd = waiting.wait->fd;
  waiter.syscall = waiting.thread->call;
  waiter.wchan = waiting.thread->wchan;
  if (waiting.blocked_ns) waiter.blocked_s = static_cast<double>(*waiting.blocked_ns) / 1e9;
  waiter.process = waiting.process->details;
  return waiter;
}

}  // namespace skq::diagnosing
