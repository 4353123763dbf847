#include "kernel/host_names.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>

#include "kernel/cgroup_tree.h"
#include "kernel/name_entry.h"
#include "kernel/proc_dir.h"
#include "kernel/protocol_names.h"
#include "model/address_text.h"

namespace skq::kernel {
namespace {

constexpr std::size_t small_file = std::size_t{1} << 20;

/// The protocol's name in /etc/services; null for kinds of sockets that have no ports with names.
const char* service_protocol(Netid netid) {
  switch (netid) {
    case Netid::tcp:
    case Netid::mptcp:
      return "tcp";
    case Netid::udp:
      return "udp";
    case Netid::sctp:
      return "sctp";
    case Netid::dccp:
      return "dccp";
    case Netid::u_str:
    case Netid::u_dgr:
    case Netid::u_seq:
    case Netid::raw:
    case Netid::nl:
    case Netid::p_raw:
    case Netid::p_dgr:
    case Netid::v_str:
    case Netid::v_dgr:
    case Netid::v_seq:
    case Netid::xdp:
    case Netid::ti_st:
    case Netid::ti_dg:
    case Netid::ti_rd:
    case Netid::ti_sq:
      return nullptr;
  }
  return nullptr;
}

/// Names come from DNS, directories and other users' files; one with a NUL cannot be asked for.
std::optional<std::string> as_question(std::string_view text) {
  if (text.empty() || text.find('\0') != std::string_view::npos) return std::nullopt;
  return std::string(text);
}

std::string resolve_host(Family family, const Address& address) {
  sockaddr_storage where{};
  socklen_t size = 0;
  // The name of a v4-mapped address is that of the IPv4 address within it.
  const std::size_t v4_at = family == Family::inet ? 0 : is_v4_mapped(address) ? 12 : address.bytes.size();
  if (v4_at < address.bytes.size()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, address.bytes.data() + v4_at, sizeof v4.sin_addr);
    std::memcpy(&where, &v4, size = sizeof v4);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    std::memcpy(&v6.sin6_addr, address.bytes.data(), sizeof v6.sin6_addr);
    std::memcpy(&where, &v6, size = sizeof v6);
  }
  std::array<char, NI_MAXHOST> name{};
  const int error =
      ::getnameinfo(reinterpret_cast<const sockaddr*>(&where), size, name.data(), name.size(), nullptr, 0, NI_NAMEREQD);
  return error == 0 ? std::string(name.data()) : std::string();
}

/// The answer remembered for this key, or the one that `ask` gives now.
template <class Cache, class Ask>
std::string_view remembered(Cache& cache, const typename Cache::key_type& key, const Ask& ask) {
  const auto at = cache.find(key);
  if (at != cache.end()) return at->second;
  return cache.emplace(key, ask()).first->second;
}

std::optional<HostAddress> from_socket_address(const addrinfo& info) {
  HostAddress result;
  if (info.ai_family == AF_INET && info.ai_addrlen >= sizeof(sockaddr_in)) {
    sockaddr_in v4{};
    std::memcpy(&v4, info.ai_addr, sizeof v4);
    result.family = Family::inet;
    std::memcpy(result.address.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
    return result;
  }
  if (info.ai_family != AF_INET6 || info.ai_addrlen < sizeof(sockaddr_in6)) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, info.ai_addr, sizeof v6);
  result.family = Family::inet6;
  std::memcpy(result.address.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
  return result;
}

/// net.ipv4.ip_local_port_range, or what ss takes when it cannot be read.
PortRange read_ephemeral_range() {
  constexpr PortRange otherwise{1024, 4999};
  std::string text;
  if (read_file_at(AT_FDCWD, "/proc/sys/net/ipv4/ip_local_port_range", 64, text) != 0) return otherwise;
  const std::size_t gap = text.find_first_of(" \t");
  const std::size_t second = text.find_first_not_of(" \t", gap);
  if (gap == std::string::npos || second == std::string::npos) return otherwise;
  const auto low = to_number<std::uint16_t>(std::string_view(text).substr(0, gap));
  const auto high =
      to_number<std::uint16_t>(std::string_view(text).substr(second, text.find_first_of(" \t\n", second) - second));
  return low && high ? PortRange{*low, *high} : otherwise;
}

}  // namespace

PortRange HostNames::ephemeral_ports() {
  if (!ephemeral_) ephemeral_ = read_ephemeral_range();
  return *ephemeral_;
}

bool HostNames::is_ephemeral(std::uint16_t port) {
  const PortRange range = ephemeral_ports();
  return port >= range.first && port <= range.last;
}

std::string_view HostNames::service(Netid netid, std::uint16_t port) {
  const char* protocol = service_protocol(netid);
  if (options_.numeric || port == 0 || protocol == nullptr || is_ephemeral(port)) return {};
  return services_.name(port, protocol);
}

std::string_view HostNames::host(Family family, const Address& address) {
  if (!options_.resolve || address == Address{} || (family != Family::inet && family != Family::inet6)) return {};
  std::string key(address.bytes.size() + 1, static_cast<char>(family));
  std::memcpy(key.data(), address.bytes.data(), address.bytes.size());
  return remembered(hosts_, key, [&] { return resolve_host(family, address); });
}

std::string_view HostNames::interface(std::uint32_t index) {
  if (index == 0) return {};
  // lo is the first of every network namespace (include/net/net_namespace.h, LOOPBACK_IFINDEX).
  if (options_.recorded) return index == 1 ? "lo" : std::string_view();
  return remembered(interfaces_, index, [&] {
    std::array<char, IF_NAMESIZE> name{};
    return ::if_indextoname(index, name.data()) != nullptr ? std::string(name.data()) : std::string();
  });
}

std::string_view HostNames::user(std::uint32_t uid) {
  if (options_.recorded) return {};
  return remembered(users_, uid, [&] {
    return look_up<passwd>([&](passwd* entry, char* buffer, std::size_t size,
                               passwd** found) { return ::getpwuid_r(uid, entry, buffer, size, found); },
                           &passwd::pw_name);
  });
}

std::string_view HostNames::netlink_protocol(std::uint8_t protocol) {
  if (options_.numeric) return {};
  if (!netlink_protocols_) {
    netlink_protocols_ = netlink_protocol_names();
    // Newer releases of iproute2 have their own files in /usr and leave /etc to the administrator.
    for (const char* file : {"/usr/share/iproute2/nl_protos", "/etc/iproute2/nl_protos"}) {
      std::string text;
      if (read_file_at(AT_FDCWD, file, small_file, text) == 0) read_netlink_names(text, *netlink_protocols_);
    }
  }
  const auto at = netlink_protocols_->find(protocol);
  return at == netlink_protocols_->end() ? std::string_view() : at->second;
}

std::string_view HostNames::ethernet_protocol(std::uint16_t protocol) {
  constexpr std::uint16_t every_protocol = 3;  // ETH_P_ALL
  if (options_.numeric && protocol != every_protocol) return {};
  return ethernet_protocol_name(protocol);
}

std::string_view HostNames::ip_protocol(std::uint8_t protocol) {
  if (options_.numeric) return {};
  return remembered(ip_protocols_, protocol, [&] {
    std::string name =
        look_up<protoent>([&](protoent* entry, char* buffer, std::size_t size,
                              protoent** found) { return ::getprotobynumber_r(protocol, entry, buffer, size, found); },
                          &protoent::p_name);
    return name.empty() ? "ipproto-" + std::to_string(protocol) : name;
  });
}

std::string_view HostNames::process(std::uint32_t pid) {
  if (options_.numeric || pid > INT_MAX) return {};
  if (pid == 0) return "kernel";
  if (options_.recorded) return {};
  return remembered(processes_, pid, [&] {
    std::string comm;
    if (read_file_at(AT_FDCWD, ProcPath("/proc/", static_cast<int>(pid), "/comm").c_str(), small_file, comm) != 0) {
      return std::string();
    }
    if (comm.ends_with('\n')) comm.pop_back();
    return comm;
  });
}

std::string_view HostNames::cgroup(std::uint64_t id) {
  if (options_.recorded) return {};
  if (!cgroups_) cgroups_ = read_cgroup_tree(current_cgroup2_mount());
  const auto at = cgroups_->find(id);
  return at == cgroups_->end() ? std::string_view() : at->second;
}

std::vector<HostAddress> HostNames::addresses(std::string_view host) {
  std::vector<HostAddress> found;
  const auto question = as_question(host);
  if (!question) return found;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // else each address comes once for each kind of socket
  addrinfo* list = nullptr;
  if (::getaddrinfo(question->c_str(), nullptr, &hints, &list) != 0) return found;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, ::freeaddrinfo);
  for (const addrinfo* info = list; info != nullptr; info = info->ai_next) {
    const auto address = from_socket_address(*info);
    if (!address) continue;
    const bool known = std::any_of(found.begin(), found.end(), [&](const HostAddress& other) {
      return other.family == address->family && other.address == address->address;
    });
    if (!known) found.push_back(*address);
  }
  return found;
}

std::optional<std::uint16_t> HostNames::port(std::string_view service, std::string_view protocol) {
  const auto name = as_question(service);
  if (!name || protocol.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string kind(protocol);
  std::vector<char> buffer(1024);
  for (;;) {
    servent entry{};
    servent* found = nullptr;
    const int error = ::getservbyname_r(name->c_str(), kind.empty() ? nullptr : kind.c_str(), &entry, buffer.data(),
                                        buffer.size(), &found);
    if (error == ERANGE && buffer.size() < largest_entry) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (error != 0 || found == nullptr) return std::nullopt;
    return ntohs(static_cast<std::uint16_t>(found->s_port));
  }
}

std::optional<std::uint32_t> HostNames::interface(std::string_view name) {
  const auto question = as_question(name);
  if (!question) return std::nullopt;
  if (options_.recorded) return name == "lo" ? std::optional<std::uint32_t>(1) : to_number<std::uint32_t>(name);
  if (const unsigned index = ::if_nametoindex(question->c_str()); index != 0) return index;
  return to_number<std::uint32_t>(name);
}

std::optional<std::uint64_t> HostNames::cgroup(std::string_view path) {
  if (options_.recorded) return std::nullopt;
  return find_cgroup_id(current_cgroup2_mount(), path);
}

}  // namespace skq::kernel
