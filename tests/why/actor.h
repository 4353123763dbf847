// A process that plays a part: it does as told until the object goes away, and tells the test from when on.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace why {

/// In memory that actor and test share.
struct Told {
  std::atomic<int> tid{0};                ///< thread that will block; 0: none has said so yet
  std::atomic<std::int64_t> since_ns{0};  ///< CLOCK_MONOTONIC just before its call
  std::atomic<std::int64_t> seen_ns{0};   ///< when it was first seen to sleep in it: on a busy host that is later
  std::atomic<int> fd{-1};                ///< what it made itself
  std::atomic<int> second_tid{0};
  std::atomic<bool> failed{false};

  /// Called by the thread itself, right before it blocks.
  void will_block();
};

/// A thread that waits, as the test knows it.
struct Waiting {
  int pid = 0, tid = 0, fd = -1;
  std::string comm, syscall;
  std::int64_t since_ns = 0;  ///< not before this
  std::int64_t seen_ns = 0;   ///< and not after; 0: since_ns is exact
};

/// Who causes it.
struct Cause {
  int pid = 0, fd = -1;
  std::string comm, doing;
};

class Actor {
 public:
  using Part = std::function<void(Told&)>;
  /// Plays `part` in a fork that has only the descriptors of `keep` (and 0, 1, 2), and then pauses.
  Actor(const std::string& comm, const std::vector<int>& keep, const Part& part);
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;
  Actor(Actor&& other) noexcept;
  Actor& operator=(Actor&&) = delete;
  ~Actor();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] const std::string& comm() const { return comm_; }
  [[nodiscard]] Told& told() const { return *told_; }

  /// Waits until the thread that said so sleeps in that call.
  [[nodiscard]] bool blocks_in(long call) const;
  [[nodiscard]] std::string in_words() const;
  [[nodiscard]] Waiting waits(int fd, const std::string& syscall) const;
  [[nodiscard]] Cause causes(int fd, const std::string& doing) const { return {pid_, fd, comm_, doing}; }

  /// Sends SIGSTOP and waits until it is stopped.
  [[nodiscard]] bool stop() const;
  void go_on() const;
  void end();

 private:
  pid_t pid_ = -1;
  std::string comm_;
  Told* told_ = nullptr;
};

/// An actor that does nothing but hold descriptors; it sleeps in pause().
Actor holder(const std::string& comm, const std::vector<int>& keep);
/// The same, stopped.
Actor stopped_holder(const std::string& comm, const std::vector<int>& keep);

void close_all_but(std::vector<int> keep);

}  // namespace why
