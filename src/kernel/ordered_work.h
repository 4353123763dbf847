// Tasks that are made at the same time on several threads, and whose results are taken in the order of the tasks: a
// long answer is turned into text part by part on all processors, and goes out as one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace skq::kernel {

class OrderedWork {
 public:
  /// Takes a task's result. Called for one task after another, in their order, never two at a time; on any thread.
  using Result = std::function<void()>;
  /// Called on any thread, beside others; `worker` is less than workers(), and never two at a time have the same.
  using Task = std::function<Result(std::size_t worker)>;

  OrderedWork();
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;
  /// Tasks that nobody began are dropped.
  ~OrderedWork();

  [[nodiscard]] std::size_t workers() const { return workers_; }

  /// Whether there is a second processor to work on.
  [[nodiscard]] static bool pays();

  /// From one thread only, which works, too, while there is more waiting than the others can do. What a task or a
  /// result throws is thrown here or by finish().
  void add(Task task);
  /// Returns when all results were taken.
  void finish();

 private:
  struct Place {
    Task task;
    Result result;
    bool made = false;
  };

  void start_thread();
  void run(std::size_t worker);
  // With the lock held; they give it up while they work.
  void make_next(std::unique_lock<std::mutex>& lock, std::size_t worker);
  void take_made(std::unique_lock<std::mutex>& lock);
  /// Throws what failed, once nobody works any more.
  void rethrow(std::unique_lock<std::mutex>& lock);

  [[nodiscard]] bool waits() const { return begun_ < places_.size() && !failure_; }

  std::size_t workers_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Place> places_;  ///< not yet taken, in order
  std::size_t begun_ = 0;     ///< so many of them are made or being made
  std::size_t making_ = 0;    ///< so many threads make one
  bool taking_ = false;       ///< some thread takes results
  bool over_ = false;         ///< whoever still waits shall end
  bool no_more_threads_ = false;
  std::exception_ptr failure_;  ///< the first; nothing is begun or taken after it
};

}  // namespace skq::kernel
