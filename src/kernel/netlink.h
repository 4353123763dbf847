// A sock_diag netlink socket: sends a request, receives raw datagrams. The only user of libmnl.
#pragma once

#include <memory>
#include <optional>

#include "kernel/bytes.h"
#include "skq/result.h"

struct mnl_socket;

namespace skq::kernel {

/// A dump comes in chunks of at most this much, however large the buffer is (net/netlink/af_netlink.c,
/// netlink_recvmsg).
inline constexpr std::size_t chunk_size = 32768;

class NetlinkSocket {
 public:
  /// Bound to the network namespace of the calling thread, for good.
  static Result<NetlinkSocket> open();

  [[nodiscard]] std::uint32_t portid() const;
  [[nodiscard]] Status send(ByteSpan request) const;

  enum class Wait : std::uint8_t { yes, no };

  struct Received {
    std::size_t size = 0;      ///< bytes in the buffer
    bool cut = false;          ///< the datagram was longer than the buffer
    bool from_kernel = false;  ///< else it is to be ignored
    int error = 0;             ///< errno; then nothing was received
  };
  [[nodiscard]] Received receive(std::span<std::byte> buffer, Wait wait) const;

  /// For poll(2).
  [[nodiscard]] int fd() const;
  /// From now on messages to that multicast group arrive, too.
  [[nodiscard]] Status join(std::uint32_t group) const;
  /// As much room as is permitted, up to that many bytes.
  void enlarge_receive_buffer(int bytes) const;
  /// How many messages found no room since the socket was opened; empty before Linux 4.12.
  [[nodiscard]] std::optional<std::uint32_t> dropped() const;

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit NetlinkSocket(mnl_socket* socket) : socket_(socket) {}
  void prime() const;

  std::unique_ptr<mnl_socket, Close> socket_;
};

}  // namespace skq::kernel
