// Sums over sockets by kind, made while they stream by: no row is kept.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "skq/fields.h"
#include "skq/socket.h"

namespace skq::cli {

/// The fullest socket of a kind.
struct Fullest {
  double percent = 0;
  std::string local;
  Inode inode{};
  Cookie cookie{};
};

struct KindTotals {
  std::string name;  ///< unix_stream, tcp4 …
  std::uint64_t sockets = 0, listening = 0;
  std::uint64_t recv_q = 0, send_q = 0;  ///< as the kernel reports them, without listeners, whose queues are counts
  std::uint64_t with_memory = 0;         ///< sockets that told the following
  std::uint64_t send_mem = 0, recv_mem = 0, fwd_alloc = 0, drops = 0;
  std::optional<Fullest> fullest;
};

class SummaryTotals {
 public:
  /// `context` prints the name of the fullest. The netlink socket of that port, by which the sums are asked for, is
  /// left out: its queue is the very dump that is being read.
  SummaryTotals(TextContext& context, std::uint32_t own_portid);
  void add(const Socket& socket);
  /// Those that have any sockets, in the order in which ss lists tables.
  [[nodiscard]] std::vector<KindTotals> kinds() const;

 private:
  static constexpr std::size_t most_netids = 32;
  void compare_fill(const Socket& socket, KindTotals& totals);

  TextContext& context_;
  std::uint32_t own_portid_;
  const Field* fill_;
  const Field* local_;
  std::array<std::array<KindTotals, 2>, most_netids> totals_;  ///< by netid, then IPv4 (and all else) and IPv6
};

}  // namespace skq::cli
