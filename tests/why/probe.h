// What /proc says of the actors: the test's own look at its situation, which owes nothing to skq's.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace why {

/// CLOCK_MONOTONIC.
std::int64_t now_ns();

/// Time that a hypervisor, or interrupts, took from all CPUs since the host began (proc(5), /proc/stat).
double stolen_s();

/// Asks every few milliseconds until it holds. False: a generous time is over.
bool await(const std::function<bool()>& condition, int milliseconds = 10'000);

struct ThreadLook {
  char state = '?';
  long call = -1;  ///< -1: in none, it runs
  std::array<std::uint64_t, 6> arguments{};
  std::string wchan;
  std::uint64_t switches = 0;  ///< voluntary
};

std::optional<ThreadLook> look_at(pid_t pid, pid_t tid);
/// '?' when there is no such process.
char state_of(pid_t pid);

/// Waits until that thread sleeps in that system call, and has not run for a while.
bool blocks(pid_t pid, pid_t tid, long call);
/// For messages of failed tests.
std::string in_words(pid_t pid, pid_t tid);

/// The sockets of a process: descriptor and inode.
std::vector<std::pair<int, std::uint32_t>> sockets_of(pid_t pid);
/// Inodes of the unix sockets of that path in our network namespace; `listening`, or those that it accepted.
std::vector<std::uint32_t> inodes_at(const std::string& path, bool listening);
/// The descriptor by which a process holds one of these; -1: none, or several.
int descriptor_of(pid_t pid, const std::vector<std::uint32_t>& inodes);

/// How many processes hold that socket.
int holders_of(std::uint32_t inode);

}  // namespace why
