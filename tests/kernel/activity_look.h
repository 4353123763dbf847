// A look at one process, and what its threads are expected to do.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "blocked_child.h"
#include "kernel/activity_scan.h"

namespace skq::test {

using kernel::read_activity;

struct Pair {
  explicit Pair(int type) {
    int fds[2] = {-1, -1};
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0) return;
    a = UniqueFd(fds[0]);
    b = UniqueFd(fds[1]);
  }
  UniqueFd a, b;
};

struct Looked {
  Arena arena;
  Activity activity;
  /// Empty where it is not told.
  [[nodiscard]] const ProcessActivity* process() const {
    return activity.processes.size() == 1 ? &activity.processes.front() : nullptr;
  }
  [[nodiscard]] const ThreadActivity* thread(int tid = 0) const {
    if (process() == nullptr) return nullptr;
    for (const ThreadActivity& thread : process()->threads)
      if (thread.tid == (tid == 0 ? process()->pid : tid)) return &thread;
    return nullptr;
  }
};

inline Looked look_at(int pid, std::vector<Inode> sockets = {}) {
  Looked looked;
  std::sort(sockets.begin(), sockets.end());
  const std::array pids{pid};
  auto activity = read_activity({pids, sockets}, looked.arena);
  EXPECT_TRUE(activity) << activity.error().text();
  if (activity) looked.activity = std::move(*activity);
  return looked;
}

inline void fill(int fd) {
  const std::array<char, 4096> bytes{};
  while (::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
  }
  while (::send(fd, bytes.data(), 1, MSG_DONTWAIT) > 0) {
  }
}

struct Expected {
  const char* call;
  int fd;
  WaitFor what;
  WaitBy by = WaitBy::call;
};

/// The only wait of the only thread.
inline void expect_wait(const Looked& looked, const Expected& expected) {
  const ThreadActivity* thread = looked.thread();
  ASSERT_NE(thread, nullptr);
  EXPECT_TRUE(looked.process()->readable);
  EXPECT_TRUE(thread->call_known);
  EXPECT_EQ(thread->call, expected.call);
  EXPECT_EQ(thread->state, ThreadState::sleeping);
  ASSERT_EQ(thread->waits.size(), 1U);
  const SocketWait& wait = thread->waits.front();
  EXPECT_EQ(wait.inode, inode_of(expected.fd));
  EXPECT_EQ(wait.fd, expected.fd);
  EXPECT_EQ(wait.what, expected.what);
  EXPECT_EQ(wait.by, expected.by);
  EXPECT_FALSE(wait.edge_triggered);
  if (expected.by == WaitBy::call) {
    EXPECT_EQ(thread->call_fd, expected.fd);
  }
  EXPECT_THAT(looked.activity.gaps, ::testing::IsEmpty());
}

inline std::string wchan_of(const Looked& looked) {
  return looked.thread() == nullptr ? "" : std::string(looked.thread()->wchan);
}

}  // namespace skq::test
