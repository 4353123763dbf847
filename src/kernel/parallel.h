// A few workers for tasks that have nothing to do with each other.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace skq::kernel {

/// Calls work(0) … work(count - 1), in no order, on this thread and as many others as it pays: one for each `grain`
/// tasks. What one of them throws is thrown here.
inline void run_parallel(std::size_t count, std::size_t grain, const std::function<void(std::size_t)>& work) {
  constexpr std::size_t most_workers = 4;
  const std::size_t processors = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_workers);
  const std::size_t workers = std::min(processors, count / grain);
  std::atomic<std::size_t> next{0};
  std::vector<std::exception_ptr> failures(std::max<std::size_t>(workers, 1));
  const auto run = [&](std::exception_ptr& failure) noexcept {
    try {
      for (std::size_t at = next++; at < count; at = next++) work(at);
    } catch (...) {
      failure = std::current_exception();
      next = count;  // the others need not go on
    }
  };
  {
    std::vector<std::jthread> threads;  // joined when they go out of scope
    try {
      for (std::size_t extra = 1; extra < workers; ++extra)
        threads.emplace_back([&run, &failure = failures[extra]] { run(failure); });
    } catch (const std::system_error&) {
      // No more threads are to be had: those that run share the work.
    } catch (const std::bad_alloc&) {
    }
    run(failures.front());
  }
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace skq::kernel
