// What the rules ask of a scene: sockets by inode, who waits on a socket and for how long, who holds it and does what.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diagnose/socket_table.h"
#include "skq/diagnose.h"

namespace skq::diagnosing {

/// One thread, one socket, one reason to wait.
struct Waiting {
  const ProcessActivity* process = nullptr;
  const ThreadActivity* thread = nullptr;
  const SocketWait* wait = nullptr;
  const Socket* socket = nullptr;
  /// How long at least: what exec_start says, or the time between two looks in which it did not run. An event loop
  /// that wakes for something else: the time between two looks that both saw no room. Empty: nothing says.
  std::optional<std::int64_t> blocked_ns;
  const Waiting* earlier = nullptr;  ///< the same thread's same wait in the look before
  /// Which socket an io_uring's request is on is not to be seen: this one is the only one of the process that has no
  /// room.
  bool inferred = false;
};

/// One process that holds a socket, and what becomes of the socket in its hands.
struct Holding {
  int pid = 0;
  int fd = -1;
  std::string_view comm;
  const ProcessActivity* process = nullptr;  ///< null: not looked at, or ended since
  const Process* details = nullptr;
  /// Some thread of it reads, accepts, polls or epolls the socket, or may at any moment: because it runs, ran lately
  /// or between the looks, or because nobody can see what it does.
  bool attends = false;
  /// Some thread of it waits there for something to come, be it stopped.
  bool proven = false;
  std::optional<Doing> doing;        ///< of the thread that matters most; empty: not to be seen
  std::string detail;                ///< in words: "stopped by a signal (state T)"
  std::string_view idle_call;        ///< with doing == sleeping: the call that it sleeps in
  const Waiting* waiting = nullptr;  ///< with doing == waiting: the wait by which the chain goes on
};

/// Whom a wait is for.
struct OtherSide {
  const Socket* socket =
      nullptr;             ///< the connected peer, the receiver or listener that an address names; null: unknown
  bool certain = true;     ///< false: told by a path's text, and nobody could look at the file
  std::string_view why{};  ///< of an unknown one that an address names: why it is not to be told
};

/// What those who are connected to a receiver of datagrams have in its queue.
struct DatagramsSent {
  std::uint64_t bytes = 0;  ///< what they are charged for it
  bool was_read = false;    ///< some of it was taken between the looks
};

/// What a process does, whichever of its sockets is asked about (holders.cpp).
struct ProcessView;
/// Who is bound to which name or port (named_address.cpp).
struct BoundSockets;

/// What two looks say of a queue.
enum class Progress : std::uint8_t { unknown, none, made };

class SceneIndex {
 public:
  /// All three have to outlive it.
  SceneIndex(const Scene& now, const Scene* before, const Patience& patience);
  SceneIndex(const SceneIndex&) = delete;
  SceneIndex& operator=(const SceneIndex&) = delete;

  [[nodiscard]] const Scene& now() const { return now_; }
  [[nodiscard]] const Scene* before() const { return before_; }  ///< null: this is the first look
  [[nodiscard]] const Patience& patience() const { return patience_; }
  /// Between the two looks; empty without an earlier one.
  [[nodiscard]] std::optional<std::int64_t> elapsed_ns() const;

  [[nodiscard]] const Socket* find(Inode inode) const;
  /// The same socket (by cookie) in the look before; null: there is none, or it was not there.
  [[nodiscard]] const Socket* earlier(const Socket& socket) const;
  [[nodiscard]] const ProcessActivity* process(int pid) const;
  /// The same thread in the look before, or null.
  [[nodiscard]] const ThreadActivity* earlier(const ProcessActivity& process, const ThreadActivity& thread) const;

  /// Whether a thread of the process, or that very one, is seen to have run between the looks.
  [[nodiscard]] bool ran_between(const ProcessActivity& process) const;
  [[nodiscard]] bool ran_between(const ProcessActivity& process, const ThreadActivity& thread) const;

  /// Every wait of every thread looked at whose socket is known.
  [[nodiscard]] std::span<const Waiting> waits() const { return waits_; }
  /// Those on that very socket.
  [[nodiscard]] std::vector<const Waiting*> waits_on(const Socket& socket) const;
  /// Those of that process.
  [[nodiscard]] std::span<const Waiting> waits_of(const ProcessActivity& process) const;
  /// Whether it has lasted so long that it is no busy moment (Patience).
  [[nodiscard]] bool is_long(const Waiting& waiting) const;
  /// The peer, or whom the call's address names.
  [[nodiscard]] OtherSide other_side(const Waiting& waiting) const;
  /// Of all who are connected to it.
  [[nodiscard]] DatagramsSent datagrams_to(const Socket& receiver) const;
  /// The listener that has not accepted this client yet, unix or tcp on this host; null: none, or not to be seen.
  [[nodiscard]] const Socket* listener_of(const Socket& client) const;
  /// Everybody who holds the socket, what each does; empty also when its owners are not known.
  [[nodiscard]] std::vector<Holding> holders_of(const Socket& socket) const;
  /// Those who could read it, of holders_of: without who merely inherited the descriptor, and without `waiter` itself
  /// when there is somebody else.
  [[nodiscard]] std::vector<Holding> responsible_for(const Socket& socket, const ProcessActivity* waiter) const;
  /// Whether the same thread was in the same wait in the look before, and has run since.
  [[nodiscard]] bool woke_between(const Waiting& waiting) const;
  /// Whether what waits in the queue behind this sender's or listener's row was taken between the looks.
  [[nodiscard]] Progress progress(const Socket& sender_or_listener) const;

  /// Threads that wait for each other in a circle, each circle once, in the order of waiting. Nobody outside can end
  /// it.
  [[nodiscard]] const std::vector<std::vector<const Waiting*>>& cycles() const;
  [[nodiscard]] bool is_in_cycle(const ThreadActivity& thread) const;

  /// A rule that would have a finding if only it knew that it lasts: diagnose() then asks for a second look, soon when
  /// it has been so for `proven_ns` already.
  void wants_time(std::int64_t proven_ns = 0) const;
  [[nodiscard]] bool time_is_wanted() const { return wanted_ns_.has_value(); }
  [[nodiscard]] std::optional<std::int64_t> wanted_ns() const { return wanted_ns_; }

 private:
  void add_waits();
  void add_earlier_waits();
  void add_pending();
  [[nodiscard]] const ProcessView& view_of(const ProcessActivity& process) const;
  [[nodiscard]] OtherSide find_named(const Waiting& waiting) const;
  [[nodiscard]] const BoundSockets& bound() const;

  const Scene& now_;
  const Scene* before_;
  const Patience& patience_;
  SocketTable<Inode> by_inode_;
  SocketTable<Cookie> before_by_cookie_;
  std::vector<Waiting> waits_, earlier_waits_;                ///< in the order of processes and threads
  std::vector<const Waiting*> by_socket_;                     ///< sorted by inode
  std::unordered_map<std::uint32_t, const Socket*> pending_;  ///< inode of a client not yet accepted → its listener
  mutable std::unordered_map<std::string, OtherSide> named_;  ///< what addresses were found to name
  mutable std::shared_ptr<const BoundSockets> bound_;
  mutable std::optional<std::unordered_map<const Socket*, DatagramsSent>> datagrams_;  ///< by receiver
  // Of a server with a thread for each of thousands of clients every socket asks for the same process.
  mutable std::unordered_map<const ProcessActivity*, std::shared_ptr<const ProcessView>> views_;
  mutable std::unordered_map<const Socket*, std::vector<Holding>> holders_;
  mutable std::optional<std::vector<std::vector<const Waiting*>>> cycles_;
  mutable std::optional<std::int64_t> wanted_ns_;
};

/// Whether nothing but the socket keeps the thread: one that is stopped or frozen waits for whoever stopped it.
bool is_asleep(const Waiting& waiting);
/// Whether the thread waits for that alone: no timeout, and nobody else whom it serves, would wake it.
bool is_single_minded(const Waiting& waiting);
/// Whether the other end must act before the wait ends, for sending or connecting: in the call, or in a poll for room
/// on a socket that has none. Edge-triggered interest proves nothing.
bool waits_for_room(const Waiting& waiting);

/// A holder as a culprit of a finding, a waiting thread as a waiter.
Culprit culprit_of(const Holding& holding);
Waiter waiter_of(const Waiting& waiting);
/// Nobody holds it: in flight, in an io_uring, or closed by all while not yet accepted.
Culprit nobody(const SceneIndex& scene, const Socket& socket);

}  // namespace skq::diagnosing
