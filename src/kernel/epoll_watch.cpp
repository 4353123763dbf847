#include "kernel/epoll_watch.h"

#include <sys/epoll.h>

#include <array>
#include <set>
#include <string>
#include <string_view>

#include <unistd.h>

#include "kernel/descriptor_question.h"
#include "kernel/fdinfo_text.h"
#include "kernel/proc_dir.h"
#include "kernel/thread_tables.h"

namespace skq::kernel {
namespace {

// A line has some 90 bytes: more registrations than a process may have descriptors by default (fs.nr_open).
constexpr std::size_t fdinfo_limit = std::size_t{1} << 27;
// The kernel itself permits four levels (fs/eventpoll.c, EP_MAX_NESTS).
constexpr int most_depth = 5;
constexpr std::size_t most_tables = 64;

bool links_to(int task, int tid, int fd, std::string_view target) {
  std::array<char, 64> link;  // NOLINT(cppcoreguidelines-pro-type-member-init): readlinkat() fills it
  const ssize_t size = ::readlinkat(task, ProcPath(tid, "/fd/", fd).c_str(), link.data(), link.size());
  return size >= 0 && std::string_view(link.data(), static_cast<std::size_t>(size)) == target;
}

}  // namespace

bool is_epoll(int task, int tid, int fd) { return fd >= 0 && links_to(task, tid, fd, "anon_inode:[eventpoll]"); }

Inode socket_behind(int task, int tid, int fd) {
  if (fd < 0) return {};
  std::array<char, 64> link;  // NOLINT(cppcoreguidelines-pro-type-member-init): readlinkat() fills it
  const ssize_t size = ::readlinkat(task, ProcPath(tid, "/fd/", fd).c_str(), link.data(), link.size());
  return size < 0 ? Inode{} : parse_socket_name({link.data(), static_cast<std::size_t>(size)});
}

struct EpollWatch::Walk {
  int tid = 0;
  EpollWaits found;
  std::vector<SocketWait> waits;
  std::set<int> seen;  // instances: they may watch each other through several others
};

/// Threads nearly always share one table; who has one of its own has other descriptors behind the same numbers.
int EpollWatch::table_of(int tid) {
  if (!context_.can_compare_tables) return tid;
  for (const int other : tables_)
    if (other == tid || compare_descriptor_tables(other, tid) == TableOrder::same) return other;
  if (tables_.size() < most_tables) tables_.push_back(tid);
  return tid;
}

std::shared_ptr<const EpollWaits> EpollWatch::read(int tid, int fd) {
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = known_.try_emplace({table_of(tid), fd});
  if (is_new) known->second = look(tid, fd);
  return known->second;
}

std::shared_ptr<const EpollWaits> EpollWatch::look(int tid, int fd) {
  Walk walk{.tid = tid};
  if (!add_instance(walk, fd, 0, false)) return nullptr;
  for (SocketWait& wait : walk.waits) ask_whether_ready(context_, pid_, tid, wait);
  walk.found.waits = context_.arena.keep(std::span<const SocketWait>(walk.waits));
  return std::make_shared<const EpollWaits>(walk.found);
}

/// False: it cannot be read.
bool EpollWatch::add_instance(Walk& walk, int fd, int depth, bool edge_triggered) {
  if (depth > most_depth) return false;
  if (!walk.seen.insert(fd).second) return true;
  std::string text;
  const int error = read_file_at(task_, ProcPath(walk.tid, "/fdinfo/", fd).c_str(), fdinfo_limit, text);
  context_.note_shortage(error);
  if (error != 0) return false;
  // A line that is not whole may end in a number that is not whole.
  if (text.size() == fdinfo_limit) text.resize(text.rfind('\n') + 1);
  for_each_epoll_entry(text, [&](const EpollEntry& entry) { add_entry(walk, entry, depth, edge_triggered); });
  return true;
}

void EpollWatch::add_entry(Walk& walk, const EpollEntry& entry, int depth, bool edge_triggered) {
  // One that fired and was EPOLLONESHOT has no events left until it is armed again.
  const bool sends = (entry.events & (EPOLLOUT | EPOLLWRNORM)) != 0;
  const bool receives = (entry.events & (EPOLLIN | EPOLLRDNORM)) != 0;
  const bool edge = edge_triggered || (entry.events & EPOLLET) != 0;
  const bool may_nest = !entry.inode || *entry.inode == context_.anonymous_file.inode;
  // What counts is what such an instance watches in its turn, not the instance.
  if (receives && may_nest && is_epoll(task_, walk.tid, entry.fd) && add_instance(walk, entry.fd, depth + 1, edge))
    return;
  ++walk.found.watched;
  const Inode behind = socket_of(walk, entry);
  if (behind == Inode{}) return;
  ++walk.found.watched_sockets;
  if ((!sends && !receives) || !is_wanted(context_.request, static_cast<std::uint64_t>(behind))) return;
  const bool fresh = socket_behind(task_, walk.tid, entry.fd) == behind;
  SocketWait wait{.inode = behind, .fd = fresh ? entry.fd : -1, .by = WaitBy::epoll, .edge_triggered = edge};
  for (const WaitFor what : {WaitFor::receive, WaitFor::send}) {
    wait.what = what;
    if (what == WaitFor::send ? sends : receives) walk.waits.push_back(wait);
  }
}

/// The socket that is registered; 0: it is none.
Inode EpollWatch::socket_of(const Walk& walk, const EpollEntry& entry) const {
  // Before Linux 4.14 there is only the descriptor's number to go by.
  if (!entry.inode) return socket_behind(task_, walk.tid, entry.fd);
  if (entry.device != context_.socket.device || *entry.inode > UINT32_MAX) return {};
  return static_cast<Inode>(*entry.inode);
}

}  // namespace skq::kernel
