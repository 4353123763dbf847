// Scans that remember, against scans that read everything: whatever processes do in between, both tell the same.
#include "kernel/known_tables.h"

#include <gtest/gtest.h>
#include <linux/sched.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <random>
#include <thread>
#include <tuple>
#include <vector>

#include "kernel/process_scan.h"
#include "puppet.h"

namespace skq::kernel {
namespace {

using test::Puppet;

using Held = std::tuple<Inode, int, int, std::string>;

std::vector<Held> scan(std::vector<Inode> wanted, KnownTables* known) {
  std::sort(wanted.begin(), wanted.end());
  Arena arena;
  const auto scan = scan_owners({.wanted = wanted}, arena, "/proc", nullptr, known);
  std::vector<Held> list;
  if (!scan) return list;
  for (const OwnerScan::Entry& entry : scan->entries)
    for (const Owner& owner : entry.owners.list)
      list.emplace_back(entry.inode, owner.pid, owner.fd, std::string(owner.comm));
  return list;
}

/// Nothing counts for known that was read within the last tick.
void let_ticks_pass() { std::this_thread::sleep_for(std::chrono::milliseconds(25)); }

class Known : public ::testing::Test {
 protected:
  /// As a watch does.
  std::vector<Held> look(const std::vector<Inode>& wanted) {
    let_ticks_pass();
    return scan(wanted, &known);
  }
  /// A socket that the memory believes that process to hold: told only where the process is not read anew.
  void make_believe(int pid, Inode inode) {
    KnownTable* const table = known.find(pid);
    ASSERT_NE(table, nullptr);
    ASSERT_TRUE(table->sockets);
    table->sockets->push_back({static_cast<std::uint32_t>(inode), believed});
  }
  static bool believes(const std::vector<Held>& list, int pid) {
    return std::any_of(list.begin(), list.end(),
                       [&](const Held& held) { return std::get<1>(held) == pid && std::get<2>(held) == believed; });
  }
  void expect_truth(const std::vector<Inode>& wanted) { EXPECT_EQ(look(wanted), scan(wanted, nullptr)); }

  static constexpr int believed = 7777;
  KnownTables known;
};

TEST_F(Known, WhoDidNotRunIsNotReadAgain) {
  Puppet idle, busy;
  const Inode one = idle.open().inode, other = busy.open().inode;
  look({one, other});
  EXPECT_FALSE(known.relies());
  make_believe(idle.pid(), other);
  make_believe(busy.pid(), one);
  const auto fd = busy.open().fd;
  busy.close(fd);
  const auto list = look({one, other});
  EXPECT_TRUE(known.relies());
  EXPECT_TRUE(believes(list, idle.pid()));
  EXPECT_FALSE(believes(list, busy.pid())) << "as many descriptors as before, but it ran";
}

TEST_F(Known, NothingIsBelievedForEver) {
  Puppet idle;
  const Inode inode = idle.open().inode;
  look({inode});
  make_believe(idle.pid(), inode);
  int scans = 0;
  while (believes(look({inode}), idle.pid())) ASSERT_LT(++scans, 10);
  EXPECT_EQ(scans, 9);
}

TEST_F(Known, WhatWasReadWithinATickIsReadAgain) {
  const Puppet idle;
  const std::vector<int> pids{idle.pid()};
  const UniqueFd proc = open_place(AT_FDCWD, "/proc");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  bool quick = false;
  while (!quick && std::chrono::steady_clock::now() < deadline) {
    const auto begun = std::chrono::steady_clock::now();
    KnownTables fresh;
    fresh.begin(proc.get(), pids);
    fresh.find(idle.pid())->sockets.emplace();
    fresh.begin(proc.get(), pids);
    const bool recalled = fresh.find(idle.pid())->sockets.has_value();
    quick = std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(20);
    if (quick) {
      EXPECT_FALSE(recalled);
    }
  }
  EXPECT_TRUE(quick);
}

TEST_F(Known, AnotherSocketAtTheSameNumber) {
  Puppet puppet;
  const auto before = puppet.open();
  look({before.inode});
  const auto after = puppet.swap(before.fd);
  ASSERT_EQ(after.fd, before.fd);
  const auto list = look({before.inode, after.inode});
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(std::get<0>(list.front()), after.inode);
}

TEST_F(Known, OneMoreHolderWithAsManyDescriptorsAsBefore) {
  Puppet puppet;
  const UniqueFd ours(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto own = puppet.open();
  struct stat status {};
  ASSERT_EQ(::fstat(ours.get(), &status), 0);
  const Inode shared{static_cast<std::uint32_t>(status.st_ino)};
  EXPECT_EQ(look({shared, own.inode}).size(), 2U);
  ASSERT_EQ(puppet.take(ours.get(), own.fd).inode, shared);
  EXPECT_EQ(look({shared}).size(), 2U);
  expect_truth({shared, own.inode});
}

TEST_F(Known, ForkAndExec) {
  Puppet puppet;
  const auto socket = puppet.open();
  EXPECT_EQ(look({socket.inode}).size(), 1U);
  const int child = puppet.fork().pid;
  const auto forked = look({socket.inode});
  ASSERT_EQ(forked.size(), 2U);
  EXPECT_TRUE(std::get<1>(forked.front()) == child || std::get<1>(forked.back()) == child);
  puppet.exec();
  const auto executed = look({socket.inode});
  ASSERT_EQ(executed.size(), 1U) << "closed by exec";
  EXPECT_EQ(std::get<1>(executed.front()), child);
}

TEST_F(Known, ATableThatTwoProcessesShare) {
  Puppet puppet;
  const auto before = puppet.open();
  ASSERT_GT(puppet.share().pid, 0);
  EXPECT_EQ(look({before.inode}).size(), 2U);
  EXPECT_EQ(look({before.inode}).size(), 2U);
  const auto after = puppet.swap_by_other(before.fd);
  ASSERT_NE(after.inode, before.inode);
  expect_truth({before.inode, after.inode});
}

TEST_F(Known, AThreadWithATableOfItsOwn) {
  Puppet puppet;
  const auto socket = puppet.thread();
  for (int round = 0; round < 3; ++round) {
    const auto list = look({socket.inode});
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(std::get<2>(list.front()), socket.fd);
  }
}

/// A child with that very pid; 0: not to be had.
int fork_as(int pid) {
  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  arguments.set_tid = reinterpret_cast<std::uint64_t>(&pid);
  arguments.set_tid_size = 1;
  const auto child = static_cast<int>(::syscall(SYS_clone3, &arguments, sizeof arguments));
  if (child == 0)
    for (;;) ::pause();
  return std::max(child, 0);
}

TEST_F(Known, AnotherProcessOfTheSameNumber) {
  auto puppet = std::make_unique<Puppet>();
  const auto socket = puppet->open();
  const int pid = puppet->pid();
  const UniqueFd ours(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  look({socket.inode});
  make_believe(pid, socket.inode);
  puppet.reset();
  if (fork_as(pid) != pid) GTEST_SKIP() << "no process of a number that was asked for: " << std::strerror(errno);
  const auto list = look({socket.inode});
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  EXPECT_TRUE(list.empty());
}

/// One after the other, whatever they do, at random.
TEST_F(Known, IsAsTrueAsReadingEverything) {
  std::mt19937 random(71);
  std::vector<std::unique_ptr<Puppet>> puppets;
  std::vector<std::vector<int>> fds;
  std::vector<Inode> inodes{Inode{1}};
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  for (int step = 0; step < 120; ++step) {
    for (auto more = below(4); more > 0; --more) {
      if (puppets.size() < 5 || below(12) == 0) {
        puppets.push_back(std::make_unique<Puppet>());
        fds.emplace_back();
      }
      const auto which = below(puppets.size());
      Puppet& puppet = *puppets[which];
      std::vector<int>& own = fds[which];
      const auto what = below(10);
      Puppet::Done done;
      if (own.empty() || what < 2)
        own.push_back((done = puppet.open()).fd);
      else if (what < 5)
        done = puppet.swap(own[below(own.size())]);
      else if (what < 6)
        puppet.close(own.back()), own.pop_back();
      else if (what < 8) {
        const UniqueFd ours(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        done = puppet.take(ours.get(), own[below(own.size())]);
        puppets[below(puppets.size())]->take(ours.get(), -1);
      } else if (what < 9) {
        puppet.fork();
      } else {
        puppets.erase(puppets.begin() + static_cast<std::ptrdiff_t>(which));
        fds.erase(fds.begin() + static_cast<std::ptrdiff_t>(which));
      }
      if (done.inode != Inode{}) inodes.push_back(done.inode);
    }
    std::sort(inodes.begin(), inodes.end());
    inodes.erase(std::unique(inodes.begin(), inodes.end()), inodes.end());
    const auto remembered = look(inodes), read = scan(inodes, nullptr);
    std::vector<Held> differences;
    std::set_symmetric_difference(remembered.begin(), remembered.end(), read.begin(), read.end(),
                                  std::back_inserter(differences));
    ASSERT_TRUE(differences.empty()) << "step " << step << ", of " << read.size() << ": "
                                     << ::testing::PrintToString(differences);
  }
}

}  // namespace
}  // namespace skq::kernel
