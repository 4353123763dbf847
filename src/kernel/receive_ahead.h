// Receives a long dump on a thread of its own, so that the kernel makes the next chunk while the one before is decoded,
// selected and printed: on two cores the work of skq then hides behind the kernel's.
//
// Waits for nothing: the kernel makes each chunk while the one before is received (net/netlink/af_netlink.c,
// netlink_recvmsg), so the first moment with nothing to receive is the end of the dump, or a reason to go on without
// us.
#pragma once

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "kernel/netlink.h"

namespace skq::kernel {

class ReceiveAhead {
 public:
  /// Nobody else may receive from `socket` while this lives.
  explicit ReceiveAhead(const NetlinkSocket& socket);
  ~ReceiveAhead();
  ReceiveAhead(const ReceiveAhead&) = delete;
  ReceiveAhead& operator=(const ReceiveAhead&) = delete;

  struct Chunk {
    NetlinkSocket::Received received;
    ByteSpan bytes;
  };
  /// The next datagram or failure, good until the next call. Empty: no more came, go on without the thread.
  std::optional<Chunk> next();

 private:
  static constexpr std::size_t slot_count = 8;
  /// To wake a thread takes about as long as a chunk: who has to wait does so for more than one.
  static constexpr std::size_t at_once = 4;

  struct Slot {
    std::unique_ptr<std::byte[]> buffer = std::make_unique_for_overwrite<std::byte[]>(chunk_size);
    NetlinkSocket::Received received;
  };

  void run();
  [[nodiscard]] std::size_t filled() const { return received_ - released_; }
  bool wait_for_room();
  void publish(bool last);

  const NetlinkSocket& socket_;
  std::array<Slot, slot_count> slots_;
  std::mutex mutex_;
  std::condition_variable filled_, room_;
  std::size_t received_ = 0;  ///< slots filled so far
  std::size_t released_ = 0;  ///< slots given back so far
  bool handed_out_ = false;   ///< the slot at released_ is in the reader's hands
  bool ended_ = false;        ///< the thread fills no more
  bool stop_ = false;         ///< nobody wants more
  std::thread thread_;
};

}  // namespace skq::kernel
