// A sock_diag netlink socket: sends a request, receives raw datagrams. The only user of libmnl.
#pragma once

#include <memory>

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

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit NetlinkSocket(mnl_socket* socket) : socket_(socket) {}
  void prime() const;

  std::unique_ptr<mnl_socket, Close> socket_;
};

}  // namespace skq::kernel
