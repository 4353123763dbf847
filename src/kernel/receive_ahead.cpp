#include "kernel/receive_ahead.h"

#include <cerrno>
#include <csignal>
#include <new>
#include <system_error>

namespace skq::kernel {

ReceiveAhead::ReceiveAhead(const NetlinkSocket& socket) : socket_(socket) {
  // Signals are for the thread that knows what to do with them; the new one inherits this mask.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    ended_ = true;  // no thread to be had: the dump goes on without one
  } catch (const std::bad_alloc&) {
    ended_ = true;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ReceiveAhead::~ReceiveAhead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  room_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::optional<ReceiveAhead::Chunk> ReceiveAhead::next() {
  std::unique_lock lock(mutex_);
  if (handed_out_) {
    handed_out_ = false;
    ++released_;
    if (filled() <= slot_count - at_once) room_.notify_one();
  }
  if (filled() == 0) filled_.wait(lock, [this] { return filled() >= at_once || ended_; });
  if (filled() == 0) return std::nullopt;
  handed_out_ = true;
  const Slot& slot = slots_[released_ % slot_count];
  return Chunk{slot.received, ByteSpan(slot.buffer.get(), slot.received.size)};
}

void ReceiveAhead::run() {
  while (wait_for_room()) {
    // Only this thread touches the slot until it is published.
    Slot& slot = slots_[received_ % slot_count];
    slot.received = socket_.receive({slot.buffer.get(), chunk_size}, NetlinkSocket::Wait::no);
    if (slot.received.error == EAGAIN) break;
    const bool failed = slot.received.error != 0;
    publish(failed);
    if (failed) return;
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  filled_.notify_one();
}

bool ReceiveAhead::wait_for_room() {
  std::unique_lock lock(mutex_);
  if (filled() == slot_count) room_.wait(lock, [this] { return stop_ || filled() <= slot_count - at_once; });
  return !stop_;
}

void ReceiveAhead::publish(bool last) {
  const std::lock_guard lock(mutex_);
  ++received_;
  ended_ = last;
  if (last || filled() >= at_once) filled_.notify_one();
}

}  // namespace skq::kernel
