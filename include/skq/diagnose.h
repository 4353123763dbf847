// Who is stuck on which socket, who causes it, since when: pure functions from what looks at the host saw to findings.
//
// To add a diagnosis: one function and one row in the table of src/diagnose/rules.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "skq/activity.h"
#include "skq/snapshot.h"
#include "skq/socket.h"

namespace skq {

/// Memory that a protocol's sockets share, host-wide: pages against tcp_mem or udp_mem.
struct SharedMemory {
  std::string_view protocol;  ///< "tcp", "udp"
  std::optional<std::uint64_t> pages, pressure, limit;
  std::optional<std::uint64_t> pressure_events;  ///< tcp: TcpExt TCPMemoryPressures of skq's own namespace
  std::uint64_t page_size = 0;
};

/// Everything that one look at the host saw. Spans and pointers stay the looker's.
struct Scene {
  std::span<const Socket* const> sockets;      ///< all namespaces', with both ends and owners joined
  std::span<const ProcessActivity> processes;  ///< those looked at closely, sorted by pid
  std::span<const DescriptorsInFlight> in_flight;
  std::span<const Inode> in_io_uring;  ///< sorted
  std::span<const SharedMemory> memory;
  bool all_owners_known = true;  ///< false: a socket without owners may still have some that could not be seen
  std::int64_t time_ns = 0;      ///< CLOCK_MONOTONIC when the threads were read
};

/// Which processes to look at closely before the scene can be judged. Asked again after each answer, until it names
/// none that the scene does not have: a chain goes on through processes that only the answer before made interesting.
struct Suspects {
  std::vector<int> pids;       ///< sorted; not yet in Scene::processes
  std::vector<Inode> sockets;  ///< sorted; all that matter so far, whose registrations with epoll shall be told
};
/// `about`: processes and sockets that were asked for, suspicious or not.
struct About {
  std::span<const int> pids;
  std::span<const Inode> sockets;
};
Suspects find_suspects(const Scene& scene, const About& about = {});

enum class Rule : std::uint8_t {
  unix_send_blocked,
  unix_dgram_receiver_full,
  unix_accept_queue_full,
  unix_accept_queue_filling,
  wait_cycle,
  tcp_peer_not_reading,
  tcp_accept_queue_full,
  udp_receive_full,
  unread_data,
  orphaned_socket,
  peer_gone,
  close_wait,
  netlink_overrun,
  packet_drops,
  memory_pressure
};
enum class Severity : std::uint8_t { critical, warning, info };
enum class Confidence : std::uint8_t { certain, likely, possible };
enum class Doing : std::uint8_t { stopped, traced, disk_wait, zombie, running, sleeping, waiting, gone };

/// "unix-send-blocked", "critical", "certain", "disk-wait": the words of JSON.
std::string_view to_text(Rule rule);
std::string_view to_text(Severity severity);
std::string_view to_text(Confidence confidence);
std::string_view to_text(Doing doing);

/// A thread that waits. Text views live as long as the scene; the rest of a Finding owns its text.
struct Waiter {
  std::optional<int> pid, tid;  ///< empty: of another pid namespace, not visible here
  std::string_view comm;
  std::optional<int> fd;
  std::string_view syscall, wchan;  ///< empty: not to be seen
  std::optional<double> blocked_s;  ///< at least that long; empty: not to be seen
  const Process* process = nullptr;
};

struct Culprit {
  std::optional<int> pid;  ///< empty: a remote host, or nobody
  std::string_view comm;
  std::optional<int> fd;
  std::optional<Doing> doing;  ///< empty: not to be seen (a remote host, another user's process)
  std::string detail;          ///< "stopped by a signal (state T)", "sleeps in nanosleep, 3 threads"; owns its text
  std::string address;         ///< of a remote one: 192.0.2.7:5432
  const Process* process = nullptr;
};

/// A number that proves the finding. `field` is a field of the catalogue where there is one.
struct Evidence {
  std::string field;
  double value = 0;
  std::optional<double> limit;
  std::string text;  ///< instead of a number where it is none: a wait channel, "pollout on a duplicate: no"
};

/// One step of the chain from who waits to who causes it: this thread (or process) holds `socket` and waits on it for
/// the other end, whose holder is the next link. The last link does not wait on a socket.
struct Link {
  std::optional<int> pid, tid;
  std::string_view comm;
  std::optional<int> fd;
  const Socket* socket = nullptr;
  std::string what;  ///< "blocked in sendto", "stopped"; how this link is known stands in the evidence
};

struct Finding {
  Rule rule{};
  Severity severity{};
  Confidence confidence{};
  std::string title;  ///< one sentence, without a full stop; raw text of the kernel in it is not escaped yet
  std::vector<Waiter> waiters;
  const Socket* socket = nullptr;  ///< the waiter's; the one in question where nobody waits
  const Socket* peer = nullptr;    ///< its other end; a datagram receiver or listener that it names
  std::vector<Culprit> culprits;   ///< root causes first, then who merely waits in between (doing: waiting)
  std::vector<Link> chain;         ///< from a waiter to the first culprit; empty where nobody waits
  std::vector<Evidence> evidence;
  std::optional<double> since_s;  ///< the longest wait; empty: not to be seen
  std::size_t sockets = 1;        ///< how many alike it stands for (many CLOSE-WAIT of one process)
  std::string advice;             ///< what to do, in full sentences
};

struct CycleStep {
  int pid = 0, tid = 0;
  std::string_view comm;
  std::optional<int> fd;
  Inode inode{};
};

struct Diagnosis {
  std::vector<Finding> findings;  ///< worst first: severity, then how many wait, then how long
  std::vector<std::vector<CycleStep>> cycles;
  std::vector<Gap> gaps;  ///< what could not be judged, and why
  /// Something may be stuck, and one look cannot tell it from what is only busy: look again after that long, and judge
  /// with both. Empty: nothing is open.
  std::optional<std::int64_t> look_again_after_ns;
};

struct Patience {
  std::int64_t stuck_after_ns = 1'000'000'000;  ///< who waits for less may only be busy
};

/// `before` is an earlier look at the same host, null when there is none yet; nothing that needs time is then told.
Diagnosis diagnose(const Scene& now, const Scene* before, const Patience& patience = {});

}  // namespace skq
