// The families that skq asks sock_diag for: how each is asked and how its rows are read. A new family is one row here.
#pragma once

#include "kernel/bytes.h"
#include "skq/arena.h"
#include "skq/socket.h"
#include "skq/source.h"

namespace skq::kernel {

/// AF_XDP is younger than some C libraries.
inline constexpr std::uint8_t af_xdp = 44;

struct FamilyRow {
  Family family{};
  std::uint8_t number = 0;  ///< AF_…, which is also sdiag_family
  /// The request after the netlink header.
  void (*request)(const DumpRequest&, std::uint8_t number, std::vector<std::byte>& to) = nullptr;
  bool (*decode)(Netid asked, ByteSpan payload, Arena& arena, Socket& to) = nullptr;
  /// The kernel filters rows by state; where it does not, every row is sent and skq filters.
  bool has_states = false;
};

const FamilyRow& row_of(Family family);

}  // namespace skq::kernel
