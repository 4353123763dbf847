#include "diagnose/chain.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "diagnose/proof.h"
#include "diagnose/words.h"
#include "model/derived.h"

namespace skq::diagnosing {
namespace {

// From what explains most: a stopped process needs no further question, one that waits leads on to others.
constexpr std::array order_of_blame{Doing::stopped, Doing::traced,  Doing::disk_wait, Doing::zombie,
                                    Doing::gone,    Doing::waiting, Doing::sleeping,  Doing::running};

std::size_t rank(const Holding& holding) {
  if (!holding.doing) return order_of_blame.size();
  return static_cast<std::size_t>(std::find(order_of_blame.begin(), order_of_blame.end(), *holding.doing) -
                                  order_of_blame.begin());
}

class Follower {
 public:
  Follower(const SceneIndex& scene, Blame& blame) : scene_(scene), blame_(blame) {}

  void start(const Waiting& waiting) {
    visited_.insert(waiting.thread);
    path_.push_back(link_of(waiting));
    blame_.other = scene_.other_side(waiting);
    if (blame_.other.socket != nullptr) blame_.direct = holders_behind(*blame_.other.socket, waiting);
    follow(blame_.other.socket, blame_.direct);
    if (!blame_.other.why.empty()) roots_.emplace_back().detail = blame_.other.why;
    blame_.culprits = std::move(roots_);
    blame_.culprits.insert(blame_.culprits.end(), between_.begin(), between_.end());
    if (blame_.chain.empty()) blame_.chain = longest_;
  }

 private:
  static constexpr std::size_t deepest = 64;

  std::vector<Holding> holders_behind(const Socket& socket, const Waiting& waiting) const {
    std::vector<Holding> holders = scene_.responsible_for(socket, waiting.process);
    std::stable_sort(holders.begin(), holders.end(),
                     [](const Holding& a, const Holding& b) { return rank(a) < rank(b); });
    return holders;
  }

  void follow(const Socket* other, const std::vector<Holding>& holders) {
    if (path_.size() > longest_.size()) longest_ = path_;
    if (other == nullptr) return;
    if (holders.empty()) return end_with(nobody(scene_, *other), *other);
    for (const Holding& holding : holders) {
      if (holding.doing != Doing::waiting || holding.waiting == nullptr || path_.size() >= deepest) {
        end_with(culprit_of(holding), *other);
        continue;
      }
      add_between(holding);
      if (!visited_.insert(holding.waiting->thread).second) continue;
      const OtherSide next = scene_.other_side(*holding.waiting);
      path_.push_back(link_of(*holding.waiting));
      follow(next.socket,
             next.socket != nullptr ? holders_behind(*next.socket, *holding.waiting) : std::vector<Holding>{});
      path_.pop_back();
    }
  }

  void add_between(const Holding& holding) {
    const auto same = [&](const Culprit& culprit) { return culprit.pid == holding.pid; };
    if (std::none_of(between_.begin(), between_.end(), same)) between_.push_back(culprit_of(holding));
  }

  void end_with(Culprit culprit, const Socket& held) {
    const auto same = [&](const Culprit& other) { return other.pid && other.pid == culprit.pid; };
    if (std::any_of(roots_.begin(), roots_.end(), same)) return;
    if (blame_.chain.empty()) {
      blame_.chain = path_;
      Link last;
      last.pid = culprit.pid;
      last.comm = culprit.comm;
      last.fd = culprit.fd;
      last.socket = &held;
      last.what = culprit.detail;
      blame_.chain.push_back(std::move(last));
    }
    roots_.push_back(std::move(culprit));
  }

  const SceneIndex& scene_;
  Blame& blame_;
  std::unordered_set<const ThreadActivity*> visited_;
  std::vector<Link> path_, longest_;
  std::vector<Culprit> roots_, between_;
};

// Datagrams of several senders lie in one queue, so any that shrank, and any sender whose call ended, tells that
// somebody reads.
Progress receiver_progress(const SceneIndex& scene, const Socket& receiver, const Socket& waiter) {
  const Socket* then = scene.earlier(receiver);
  if (then == nullptr) return Progress::unknown;
  if (then->recv_q != receiver.recv_q) return Progress::made;
  const bool was_read = scene.datagrams_to(receiver).was_read || scene.progress(waiter) == Progress::made;
  return was_read ? Progress::made : Progress::none;
}

// Who waits on the socket to receive, and ran since the look before, was woken by what came.
bool is_read(const SceneIndex& scene, const Blame& blame) {
  return std::any_of(blame.direct.begin(), blame.direct.end(), [&](const Holding& holding) {
    return holding.attends && holding.proven && holding.process != nullptr && scene.ran_between(*holding.process);
  });
}

// An event loop that wakes for other things may send in between as well: whoever holds the other end shall have
// slept, or it is no proof that nothing is read.
bool both_went_on(const SceneIndex& scene, const Waiting& waiting, const Blame& blame) {
  if (waiting.wait->by == WaitBy::call || !scene.woke_between(waiting)) return false;
  return std::any_of(blame.direct.begin(), blame.direct.end(), [&](const Holding& holding) {
    return holding.attends && holding.process != nullptr && scene.ran_between(*holding.process);
  });
}

bool known_to_be_held_by_nobody(const SceneIndex& scene, const Blame& blame) {
  return blame.direct.empty() && blame.other.socket != nullptr &&
         nobody(scene, *blame.other.socket).doing == Doing::gone;
}

Progress progress_of(const SceneIndex& scene, const Waiting& waiting, const Blame& blame) {
  const Socket* other = blame.other.socket;
  const Progress own = scene.progress(*waiting.socket);
  if (own == Progress::made || both_went_on(scene, waiting, blame)) return Progress::made;
  if (other == nullptr) return own;
  if (other->state == State::listen) return scene.progress(*other);
  if (!receiver_has_own_limit(*waiting.socket)) return own;
  return is_read(scene, blame) ? Progress::made : receiver_progress(scene, *other, *waiting.socket);
}

}  // namespace

Link link_of(const Waiting& waiting) {
  Link link;
  link.pid = waiting.process->pid;
  link.tid = waiting.thread->tid;
  link.comm = waiting.process->comm;
  if (waiting.wait->fd >= 0) link.fd = waiting.wait->fd;
  link.socket = waiting.socket;
  link.what = waiting_text(waiting);
  return link;
}

Blame blame_for(const SceneIndex& scene, const Waiting& waiting) {
  Blame blame;
  Follower(scene, blame).start(waiting);
  blame.somebody_attends =
      std::any_of(blame.direct.begin(), blame.direct.end(), [](const Holding& holding) { return holding.attends; });
  return blame;
}

Verdict judge(const SceneIndex& scene, bool somebody_attends, Progress progress) {
  if (!somebody_attends) return Verdict::stuck;
  if (!scene.elapsed_ns()) {
    scene.wants_time();
    return scene.patience().stuck_after_ns == 0 ? Verdict::stuck : Verdict::open;
  }
  if (progress == Progress::unknown) return Verdict::unclear;
  return progress == Progress::made ? Verdict::slow : Verdict::stuck;
}

Verdict judge(const SceneIndex& scene, const Waiting& waiting, const Blame& blame) {
  if (!scene.is_long(waiting)) {
    // A loop that wakes is as old as the time between the looks, which then has to be all of it.
    const bool may_wake = waiting.thread->watched > 1 || waiting.thread->timeout_ns;
    scene.wants_time(may_wake ? 0 : waiting.blocked_ns.value_or(0));
    return Verdict::open;
  }
  const bool may_attend = blame.somebody_attends || (blame.direct.empty() && !known_to_be_held_by_nobody(scene, blame));
  return judge(scene, may_attend, may_attend ? progress_of(scene, waiting, blame) : Progress::none);
}

}  // namespace skq::diagnosing
