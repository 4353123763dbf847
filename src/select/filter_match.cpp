#include <algorithm>
#include <array>
#include <cstring>

#include "select/filter_expression.h"
#include "select/glob.h"

namespace skq::select {
namespace {

/// A vsock port, and 0 for none: so no range above 0 has it, as in ss, whose number for none is negative.
std::uint32_t vsock_port(std::uint32_t port) { return port == VsockPart::any ? 0 : port; }

/// What ss compares as port: an inode for unix, a port id for netlink, an ifindex for packet sockets, a queue for xdp.
/// A filter names the interfaces of the namespace that skq looks from; the same number is another one elsewhere.
std::uint32_t as_seen_here(const Socket& socket, std::uint32_t interface) {
  const bool foreign = socket.netns != nullptr && socket.netns->foreign;
  return foreign && interface != 0 ? UINT32_MAX : interface;
}

/// ss has 0 where there is none, and prints it. It does not filter tipc at all; here the port is compared.
std::uint32_t port_of(const Socket& socket, Side side) {
  const bool local = side == Side::local;
  if (const InetPart* inet = socket.inet()) return local ? inet->local_port : inet->peer_port;
  if (const UnixPart* part = socket.unix_part()) {
    return static_cast<std::uint32_t>(local ? socket.inode : part->peer_inode.value_or(Inode{0}));
  }
  if (const NetlinkPart* part = socket.netlink()) return local ? part->portid : part->dst_portid;
  if (const PacketPart* part = socket.packet()) return local ? as_seen_here(socket, part->interface.value_or(0)) : 0;
  if (const VsockPart* part = socket.vsock()) return vsock_port(local ? part->local_port : part->peer_port);
  if (const XdpPart* part = socket.xdp()) return local ? part->queue.value_or(0) : 0;
  if (const TipcPart* part = socket.tipc()) {
    if (local) return part->ref.value_or(0);
    return part->peer ? part->peer->ref.value_or(0) : 0;
  }
  return 0;
}

std::uint32_t interface_of(const Socket& socket) {
  if (const InetPart* inet = socket.inet()) return as_seen_here(socket, inet->interface);
  if (const PacketPart* part = socket.packet()) return as_seen_here(socket, part->interface.value_or(0));
  if (const XdpPart* part = socket.xdp()) return as_seen_here(socket, part->interface.value_or(0));
  return 0;
}

bool compare(std::uint32_t a, Comparator comparator, std::uint32_t b) {
  switch (comparator) {
    case Comparator::equal:
      return a == b;
    case Comparator::not_equal:
      return a != b;
    case Comparator::less:
      return a < b;
    case Comparator::less_equal:
      return a <= b;
    case Comparator::greater:
      return a > b;
    case Comparator::greater_equal:
      return a >= b;
  }
  return false;
}

/// As ss shows it: an abstract name begins with '@', and so reads every NUL in it.
bool name_matches(std::string_view pattern, std::string_view name) {
  if (name.find('\0') == std::string_view::npos) return glob_matches(pattern, name);
  // sun_path has 108 bytes; a longer name cannot come from the kernel and is cut.
  std::array<char, 256> shown{};
  const std::size_t length = std::min(name.size(), shown.size());
  std::replace_copy(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length), shown.begin(), '\0', '@');
  return glob_matches(pattern, {shown.data(), length});
}

/// net/unix/af_unix.c unix_autobind: a NUL and five hexadecimal digits.
bool is_autobound_name(std::string_view name) {
  return name.size() == 6 && name.front() == '\0' && std::all_of(name.begin() + 1, name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

struct Matcher {
  const Socket& socket;

  bool operator()(const And& all) const {
    return std::all_of(all.terms.begin(), all.terms.end(), [&](const auto& term) { return matches(term, socket); });
  }
  bool operator()(const Or& any) const {
    return std::any_of(any.terms.begin(), any.terms.end(), [&](const auto& term) { return matches(term, socket); });
  }
  bool operator()(const Not& negation) const { return !matches(*negation.term, socket); }

  bool operator()(const InetHost& host) const {
    if (!host.families.empty() && !host.families.has(socket.family)) return false;
    if (host.port && *host.port != port_of(socket, host.side)) return false;
    if (host.interface && *host.interface != interface_of(socket)) return false;
    if (!host.prefix) return true;
    const InetPart* inet = socket.inet();
    return inet != nullptr && holds(*host.prefix, socket.family, host.side == Side::local ? inet->local : inet->peer);
  }
  bool operator()(const UnixName& name) const {
    const UnixPart* part = socket.unix_part();
    if (part == nullptr) return false;
    if (name.side == Side::local) return name_matches(name.pattern, part->name);
    const UnixPart* other = socket.other_end != nullptr ? socket.other_end->unix_part() : nullptr;
    return name_matches(name.pattern, other != nullptr ? other->name : std::string_view{});
  }
  bool operator()(const LinkHost& host) const {
    const PacketPart* part = socket.packet();
    if (part == nullptr) return false;
    if (host.protocol && (host.side == Side::peer || *host.protocol != part->protocol)) return false;
    return !host.interface || *host.interface == port_of(socket, host.side);
  }
  bool operator()(const NetlinkHost& host) const {
    const NetlinkPart* part = socket.netlink();
    if (part == nullptr || (host.protocol && *host.protocol != part->protocol)) return false;
    if (host.side == Side::peer && !part->connected) return false;
    return !host.portid || *host.portid == port_of(socket, host.side);
  }
  bool operator()(const VsockHost& host) const {
    const VsockPart* part = socket.vsock();
    if (part == nullptr) return false;
    const bool local = host.side == Side::local;
    if (host.cid && *host.cid != (local ? part->local_cid : part->peer_cid)) return false;
    return !host.port || *host.port == port_of(socket, host.side);
  }
  bool operator()(const PortTest& test) const {
    if (!test.families.empty() && !test.families.has(socket.family)) return test.comparator == Comparator::not_equal;
    if (!test.port) return test.comparator == Comparator::equal;
    return compare(port_of(socket, test.side), test.comparator, *test.port);
  }
  bool operator()(const DeviceTest& test) const { return (interface_of(socket) == test.interface) != test.negated; }
  bool operator()(const MarkTest& test) const {
    const InetPart* inet = socket.inet();
    const bool equal = inet != nullptr && inet->mark && (*inet->mark & test.mask) == test.value;
    return equal != test.negated;
  }
  bool operator()(const CgroupTest& test) const {
    const InetPart* inet = socket.inet();
    const bool equal = inet != nullptr && inet->cgroup_id == test.id;
    return equal != test.negated;
  }
  bool operator()(const Autobound& test) const {
    if (const UnixPart* part = socket.unix_part()) return part->name.empty() || is_autobound_name(part->name);
    if (const PacketPart* part = socket.packet()) return part->protocol == 0 && part->interface.value_or(0) == 0;
    // The kernel takes negative numbers once the pid is in use (net/netlink/af_netlink.c netlink_autobind).
    if (const NetlinkPart* part = socket.netlink()) return static_cast<std::int32_t>(part->portid) < 0;
    // The kernel starts above the ports that only root may take (net/vmw_vsock/af_vsock.c, LAST_RESERVED_PORT).
    if (const VsockPart* part = socket.vsock()) return vsock_port(part->local_port) > 1023;
    const InetPart* inet = socket.inet();
    return inet != nullptr && inet->local_port >= test.ports.first && inet->local_port <= test.ports.last;
  }
};

}  // namespace

bool matches(const Filter::Expression& expression, const Socket& socket) {
  return std::visit(Matcher{socket}, expression.node);
}

}  // namespace skq::select
