// The names that numbers have outside the kernel: services, hosts, interfaces, users. A seam, so that everything that
// prints or parses can be tested without a name service; src/kernel/host_names.h has the real one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "skq/socket.h"

namespace skq {

/// An empty view means: has no name, print the number. Views live as long as the NameService.
class NameService {
 public:
  virtual ~NameService() = default;
  /// Service of a port; empty under -n and for ports of the ephemeral range.
  virtual std::string_view service(Netid netid, std::uint16_t port) = 0;
  /// Name of an address; empty unless -r.
  virtual std::string_view host(Family family, const Address& address) = 0;
  virtual std::string_view interface(std::uint32_t index) = 0;
  virtual std::string_view user(std::uint32_t uid) = 0;
  virtual std::string_view netlink_protocol(std::uint8_t protocol) = 0;
  virtual std::string_view ethernet_protocol(std::uint16_t protocol) = 0;
  virtual std::string_view ip_protocol(std::uint8_t protocol) = 0;
  /// Comm of a pid, for netlink port ids that are pids.
  virtual std::string_view process(std::uint32_t pid) = 0;
  /// Path of a cgroup by its id; empty: not found.
  virtual std::string_view cgroup(std::uint64_t id) = 0;
};

/// One address that a host name stands for.
struct HostAddress {
  Family family{};
  Address address;
};

/// First and last port of a range; the kernel's own default.
struct PortRange {
  std::uint16_t first = 32768, last = 60999;
};

/// Turns host names and interface names of filters into addresses and indexes.
class Resolver {
 public:
  virtual ~Resolver() = default;
  /// All A and AAAA records; empty: the name is unknown.
  virtual std::vector<HostAddress> addresses(std::string_view host) = 0;
  virtual std::optional<std::uint16_t> port(std::string_view service, std::string_view protocol) = 0;
  virtual std::optional<std::uint32_t> interface(std::string_view name) = 0;
  virtual std::optional<std::uint64_t> cgroup(std::string_view path) = 0;
  /// The ports that the kernel hands out by itself, for `autobound` (net.ipv4.ip_local_port_range).
  virtual PortRange ephemeral_ports() { return {}; }
};

}  // namespace skq
