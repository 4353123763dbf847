// The running system's names for numbers, and numbers for names.
//
// As ss prints them, found by experiment with ss 6.1:
// - service: none under -n; none for ports inside net.ipv4.ip_local_port_range (1024-4999 when that cannot be read),
//   whatever /etc/services says; mptcp has tcp's names. (ss -r also asks rpcbind; this does not.)
// - netlink_protocol: a built-in table, and what /etc/iproute2/nl_protos says instead. None under -n.
// - ethernet_protocol: ss's own names, not those of /etc/ethertypes; "*" for ETH_P_ALL, also under -n. Others none
// under -n.
// - ip_protocol: /etc/protocols; "ipproto-N" for a number without a name. None under -n.
// - process: "kernel" for 0; the comm of a live process; none under -n, for a pid that does not exist, for a negative
// one.
//   (ss cuts the comm at a ')'; this does not.)
// - cgroup: the path below the cgroup2 mount, "/" for its root.
// - Resolver::cgroup: a path that exists in a cgroup2 file system, else one below its mount, with or without "/".
// Not ss's: host has no name for the unspecified address, so that -r does not wait for a name server that cannot know;
// interface is empty for an index that does not exist, where ss makes up "ifN"; user does not exist in ss.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kernel/service_names.h"
#include "skq/names.h"

namespace skq::kernel {

struct HostNamesOptions {
  bool numeric = false;  ///< -n
  bool resolve = false;  ///< -r
  /// The numbers are another host's, or of another time: interfaces, cgroups, users and processes have no names here.
  bool recorded = false;
};

/// Every answer is remembered, also that there is none. Nothing is opened or read before the first question. One thread
/// only.
class HostNames : public NameService, public Resolver {
 public:
  explicit HostNames(HostNamesOptions options) : options_(options) {}

  std::string_view service(Netid netid, std::uint16_t port) override;
  std::string_view host(Family family, const Address& address) override;
  std::string_view interface(std::uint32_t index) override;
  std::string_view user(std::uint32_t uid) override;
  std::string_view netlink_protocol(std::uint8_t protocol) override;
  std::string_view ethernet_protocol(std::uint16_t protocol) override;
  std::string_view ip_protocol(std::uint8_t protocol) override;
  std::string_view process(std::uint32_t pid) override;
  std::string_view cgroup(std::uint64_t id) override;

  std::vector<HostAddress> addresses(std::string_view host) override;
  std::optional<std::uint16_t> port(std::string_view service, std::string_view protocol) override;
  std::optional<std::uint32_t> interface(std::string_view name) override;
  std::optional<std::uint64_t> cgroup(std::string_view path) override;
  PortRange ephemeral_ports() override;

 private:
  template <class Key>
  using Cache = std::unordered_map<Key, std::string>;

  bool is_ephemeral(std::uint16_t port);

  HostNamesOptions options_;
  std::optional<PortRange> ephemeral_;
  ServiceNames services_;
  Cache<std::uint32_t> interfaces_, users_, processes_, ip_protocols_;
  Cache<std::string> hosts_;
  std::optional<Cache<std::uint8_t>> netlink_protocols_;
  std::optional<Cache<std::uint64_t>> cgroups_;
};

}  // namespace skq::kernel
