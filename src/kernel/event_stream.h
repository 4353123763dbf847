// The kernel's multicast of destroyed sockets: SKNLGRP_INET_TCP_DESTROY and its three siblings. Anybody may listen;
// told are the sockets of the network namespace that the stream was opened in.
//
// A message is an inet_diag_msg without inode and uid (net/ipv4/inet_diag.c, inet_diag_handler_get_info), told when the
// full socket is freed: of a tcp connection in TIME-WAIT that was when TIME-WAIT began, and its state is always closed.
#pragma once

#include <functional>
#include <optional>

#include "kernel/netlink.h"
#include "skq/arena.h"
#include "skq/socket.h"

namespace skq::kernel {

/// Fills a fresh Socket from one message of the multicast; false: it cannot be decoded. Pure, for tests.
bool decode_event(ByteSpan payload, Arena& arena, Socket& to);

class EventStream {
 public:
  /// Kinds that have events.
  static constexpr NetidSet tables{Netid::tcp, Netid::udp};

  /// Listening begins here: what is destroyed from now on waits to be read.
  static Result<EventStream> open();
  [[nodiscard]] Status join(Family family, Netid netid) const;

  [[nodiscard]] int fd() const { return socket_.fd(); }

  enum class Heard : std::uint8_t {
    event,    ///< `to` was filled
    nothing,  ///< no message waits
    other,    ///< a message that is no event, or cannot be decoded: see malformed()
    overrun,  ///< messages were lost since the last one: see lost()
    failed    ///< see error()
  };
  /// Reads one message, never waits.
  Heard read(Arena& arena, Socket& to);

  /// How many events found no room in the socket's buffer since it was opened; where the kernel does not count, how
  /// often there was no room.
  [[nodiscard]] std::uint64_t lost() const;
  [[nodiscard]] std::uint64_t malformed() const { return malformed_; }
  [[nodiscard]] int error() const { return error_; }

 private:
  explicit EventStream(NetlinkSocket socket) : socket_(std::move(socket)) {}

  NetlinkSocket socket_;
  std::unique_ptr<std::byte[]> buffer_;
  std::uint64_t overruns_ = 0, malformed_ = 0;
  int error_ = 0;
};

}  // namespace skq::kernel
