// What the rules ask of a scene: sockets by inode, who waits on a socket and for how long, who holds it and does what.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "skq/diagnose.h"

namespace skq::diagnosing {

/// One thread, one socket, one reason to wait.
struct Waiting {
  const ProcessActivity* process = nullptr;
  const ThreadActivity* thread = nullptr;
  const SocketWait* wait = nullptr;
  const Socket* socket = nullptr;
  /// How long at least: what exec_start says, or the time between two looks in which it did not run. Empty: nothing
  /// says.
  std::optional<std::int64_t> blocked_ns;
};

/// One process that holds a socket, and what becomes of the socket in its hands.
struct Holding {
  int pid = 0;
  int fd = -1;
  std::string_view comm;
  const ProcessActivity* process = nullptr;  ///< null: not looked at, or ended since
  bool attends = false;        ///< some thread of it reads, accepts, polls or epolls the socket, or may at any moment
  std::optional<Doing> doing;  ///< of the thread that matters most; empty: not to be seen
  std::string detail;          ///< in words: "stopped by a signal (state T)"
  const Waiting* waiting = nullptr;  ///< with doing == waiting: the wait by which the chain goes on
};

class SceneIndex {
 public:
  /// All three have to outlive it.
  SceneIndex(const Scene& now, const Scene* before, const Patience& patience);

  [[nodiscard]] const Scene& now() const { return now_; }
  [[nodiscard]] const Patience& patience() const { return patience_; }
  /// Between the two looks; empty without an earlier one.
  [[nodiscard]] std::optional<std::int64_t> elapsed_ns() const;

  [[nodiscard]] const Socket* find(Inode inode) const;
  /// The same socket (by cookie) in the look before; null: there is none, or it was not there.
  [[nodiscard]] const Socket* earlier(const Socket& socket) const;
  [[nodiscard]] const ProcessActivity* process(int pid) const;

  /// Every wait of every thread looked at whose socket is known.
  [[nodiscard]] std::span<const Waiting> waits() const;
  /// Those on that very socket.
  [[nodiscard]] std::vector<const Waiting*> waits_on(const Socket& socket) const;
  /// Whether it has lasted so long that it is no busy moment (Patience).
  [[nodiscard]] bool is_long(const Waiting& waiting) const;
  /// Everybody who holds the socket, what each does; empty also when its owners are not known.
  [[nodiscard]] std::vector<Holding> holders_of(const Socket& socket) const;

  /// A rule that would have a finding if only it knew that it lasts: diagnose() then asks for a second look.
  void wants_time() const { wants_time_ = true; }
  [[nodiscard]] bool time_is_wanted() const { return wants_time_; }

 private:
  const Scene& now_;
  const Scene* before_;
  const Patience& patience_;
  mutable bool wants_time_ = false;
};

/// A holder as a culprit of a finding, a waiting thread as a waiter.
Culprit culprit_of(const Holding& holding);
Waiter waiter_of(const Waiting& waiting);

}  // namespace skq::diagnosing
