// What of a filter the kernel may decide before it sends a row: plain data between select, which makes it of FILTER,
// and kernel, which encodes it for sock_diag. Only inet dumps know such tests (net/ipv4/inet_diag.c, inet_diag_bc_run).
//
// It never replaces the filter: it lets through at least the rows that the filter wants, often more.
//
// To add a test: a kind here, its leaf in src/select/push_down.cpp, its instruction in src/kernel/bytecode.cpp; where
// not every kernel knows it, its place among the kinds that are given up in src/kernel/live_source.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "skq/socket.h"

namespace skq {

/// One node of a tree that is written down from the root: a group is followed by its members.
struct KernelTest {
  enum class Kind : std::uint8_t {
    all,       ///< every one of `count` tests that follow; of none: true
    any,       ///< one of them; of none: false
    at_least,  ///< a port, compared with `port`
    at_most,
    host,      ///< an address, a port, or both
    device,    ///< the interface that the socket is bound to is `value`
    mark,      ///< mark & mask == value
    cgroup,    ///< cgroup id
    anything,  ///< what the kernel cannot decide: true
  };

  Kind kind{};
  bool negated = false;  ///< host, device, cgroup: the opposite
  bool peer = false;     ///< ports and addresses: of the other end
  std::uint8_t bits = 0;
  std::optional<std::uint16_t> port;
  std::optional<Family> family;  ///< of the address; empty: any address
  std::uint32_t count = 0;
  std::uint32_t value = 0, mask = 0;
  std::uint64_t cgroup = 0;
  Address address;
  bool operator==(const KernelTest&) const = default;
};

using KernelTestKinds = EnumSet<KernelTest::Kind>;

/// The tests of one filter. They differ by IP version: each is dumped apart, and an address decides much by its own.
/// Nothing: every row.
struct KernelTests {
  std::vector<KernelTest> v4, v6;
};

/// The same tree without tests of the given kinds, which become true, and without what is decided by that. Nothing:
/// every row passes; a sole `any` of none: no row does. Negation stands only at the leaves, so a test that becomes true
/// can only let more through.
std::vector<KernelTest> simplified(std::span<const KernelTest> tests, KernelTestKinds without = {});

}  // namespace skq
