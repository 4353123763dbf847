#include "kernel/ordered_work.h"

#include <algorithm>
#include <csignal>
#include <new>
#include <system_error>
#include <utility>

namespace skq::kernel {
namespace {

constexpr std::size_t most_threads = 4;

std::size_t processors() { return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_threads); }

/// Signals are for the thread that knows what to do with them; but a write to a closed pipe ends us wherever it is.
class SignalsElsewhere {
 public:
  SignalsElsewhere() {
    sigset_t mask;
    sigfillset(&mask);
    pthread_sigmask(SIG_SETMASK, nullptr, &before_);
    if (sigismember(&before_, SIGPIPE) == 0) sigdelset(&mask, SIGPIPE);
    pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  }
  SignalsElsewhere(const SignalsElsewhere&) = delete;
  SignalsElsewhere& operator=(const SignalsElsewhere&) = delete;
  ~SignalsElsewhere() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

OrderedWork::OrderedWork() : workers_(processors()) {}

bool OrderedWork::pays() { return processors() > 1; }

OrderedWork::~OrderedWork() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

// The first task may be the only one: a thread is made when another waits beside it.
void OrderedWork::add(Task task) {
  std::unique_lock lock(mutex_);
  if (waits() && threads_.size() + 1 < workers_ && !no_more_threads_) start_thread();
  places_.push_back({std::move(task), {}, false});
  changed_.notify_one();
  // What is made holds memory until it is taken.
  const std::size_t most = 2 * workers_ + 1;
  while (places_.size() > most && !failure_) {
    if (waits())
      make_next(lock, 0);
    else
      changed_.wait(lock);
  }
  if (failure_) rethrow(lock);
}

void OrderedWork::finish() {
  std::unique_lock lock(mutex_);
  while ((!places_.empty() || taking_) && !failure_) {
    if (waits())
      make_next(lock, 0);
    else
      changed_.wait(lock);
  }
  if (failure_) rethrow(lock);
}

void OrderedWork::start_thread() {
  const SignalsElsewhere masked;
  try {
    threads_.emplace_back([this, worker = threads_.size() + 1] { run(worker); });
  } catch (const std::system_error&) {
    no_more_threads_ = true;  // those that run share the work
  } catch (const std::bad_alloc&) {
    no_more_threads_ = true;
  }
}

void OrderedWork::run(std::size_t worker) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return over_ || waits(); });
    if (over_) return;
    make_next(lock, worker);
  }
}

void OrderedWork::make_next(std::unique_lock<std::mutex>& lock, std::size_t worker) {
  Place& place = places_[begun_++];  // stays where it is while others come and go
  const Task task = std::move(place.task);
  ++making_;
  lock.unlock();
  Result result;
  std::exception_ptr failure;
  try {
    result = task(worker);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  --making_;
  if (failure && !failure_) failure_ = failure;
  place.result = std::move(result);
  place.made = true;
  take_made(lock);
  changed_.notify_all();
}

void OrderedWork::take_made(std::unique_lock<std::mutex>& lock) {
  if (taking_) return;  // that thread will find it
  taking_ = true;
  while (!places_.empty() && places_.front().made && !failure_) {
    const Result result = std::move(places_.front().result);
    places_.pop_front();
    --begun_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      result();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure && !failure_) failure_ = failure;
  }
  taking_ = false;
}

void OrderedWork::rethrow(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [this] { return making_ == 0 && !taking_; });
  std::rethrow_exception(failure_);
}

}  // namespace skq::kernel
