// TARGET of `skq why`: which processes and sockets a word stands for, and what can be told of them whether something is
// wrong or not. Pure functions; what they need of /proc and the file system comes in as values.
//
// To add a kind of target: a row in the table of src/diagnose/target.cpp and its match beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "skq/diagnose.h"
#include "skq/result.h"
#include "skq/socket.h"

namespace skq {

enum class TargetKind : std::uint8_t {
  pid,       ///< 812
  name,      ///< nginx: a comm; failing that a container or unit, then a unix socket bound to that very word
  path,      ///< /run/x.sock
  abstract,  ///< @name
  inode,     ///< ino:4711
  port       ///< :5432, 192.0.2.7:5432, [::1]:5432
};
/// "pid", "name", "path", …
std::string_view to_text(TargetKind kind);

struct Target {
  TargetKind kind{};
  std::string text;          ///< as typed
  std::uint32_t number = 0;  ///< the pid, the inode, the port
  std::string name;          ///< the comm or path; an abstract name without its @
  Family family{};           ///< of `address`
  std::optional<Address> address;
};
/// An Error says in `doing` what is wrong with the word.
Result<Target> parse_target(std::string_view text);

/// A process that exists, whether it holds sockets or not. `comm` is any bytes.
struct ProcessName {
  int pid = 0;
  std::string_view comm;
};

/// What the sockets do not tell. Everything may be missing; less is found then.
struct TargetWorld {
  std::span<const ProcessName> processes;
  std::string_view canonical_path;  ///< of a path: what realpath gives
  std::optional<VfsObject> file;    ///< of a path: what it leads to, where that is a socket; inode cut to 32 bits
};

struct TargetMatch {
  std::vector<int> pids;          ///< sorted: the process itself, or who holds the sockets
  std::vector<Inode> sockets;     ///< sorted, without 0
  std::vector<std::string> near;  ///< where nothing matches: words of that kind that it may stand for, any bytes
  /// By which meaning of a name it was found: "process", "container", "unit", "path"; empty for the other kinds.
  std::string_view meaning;

  [[nodiscard]] bool found() const { return !pids.empty() || !sockets.empty() || unowned; }
  bool unowned = false;  ///< only sockets match that have no inode (TIME-WAIT, connections not yet accepted)
};
TargetMatch resolve_target(const Target& target, std::span<const Socket* const> sockets, const TargetWorld& world);
/// The match's processes and, as far as they are few, those at the other ends: with the match's sockets the About of
/// find_suspects. Sorted.
std::vector<int> pids_to_look_at(const TargetMatch& match, std::span<const Socket* const> sockets);

enum class FactKind : std::uint8_t { listener, connection, datagram, other };
/// "listener", "connection", "datagram", "other"
std::string_view to_text(FactKind kind);

/// What is to be told of some sockets of the target that are alike: one listener, or all connections of one name
/// between the same two processes. Views live as long as the scene.
struct SocketFacts {
  FactKind kind{};
  std::vector<const Socket*> sockets;  ///< at least one; the one with most in its queues first
  std::vector<Culprit> holders;        ///< each process once; `doing` as in a finding
  std::vector<Culprit> peers;          ///< who holds the other ends; a remote one by address, without pid
  /// Threads that cannot go on before something happens here: senders to it (in a call, or in poll), connects to it.
  std::vector<Waiter> held_up;
  std::vector<Waiter> expecting;  ///< threads at the other ends that wait for something to come from here
  /// Whether some holder reads, accepts or polls the first of them; empty: not to be seen.
  std::optional<bool> attended;
  std::optional<std::uint64_t> recv_q, send_q;  ///< sums of what the kernel said
  std::size_t unaccepted = 0;                   ///< listener: how many wait for accept
  std::size_t idle = 0;                         ///< connections with both queues empty
  std::optional<std::int64_t> quiet_ms;         ///< tcp: since data last came or was sent on any of them
  std::string summary;  ///< in words, without a full stop: "nothing waits on it; 3 connections, all idle"; raw bytes
};

/// A process of the target: what it does when it is about no socket.
struct ProcessFacts {
  int pid = 0;
  std::string_view comm;
  std::size_t sockets = 0, threads = 0;
  std::optional<Doing> doing;  ///< empty: not to be seen
  std::string detail;          ///< "sleeps in nanosleep, 3 threads"
  const Process* process = nullptr;
};

struct Surroundings {
  std::vector<const Finding*> findings;  ///< of the diagnosis, in its order: those that touch the target
  std::size_t elsewhere = 0;             ///< findings that do not
  std::vector<ProcessFacts> processes;   ///< by pid
  std::vector<SocketFacts> sockets;      ///< listeners first, then what is fullest
};
Surroundings surroundings_of(const TargetMatch& match, const Scene& scene, const Scene* before,
                             const Diagnosis& diagnosis, const Patience& patience = {});

}  // namespace skq
