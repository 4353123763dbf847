#include "collect/peers.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "collect/flat_index.h"
#include "model/address_text.h"

namespace skq::collecting {
namespace {

// Both ends in one form: IPv4 as v4-mapped, so that ::ffff:127.0.0.1 and 127.0.0.1 meet.
Address widened(Family family, const Address& address) {
  if (family != Family::inet) return address;
  Address wide;
  wide.bytes[10] = wide.bytes[11] = std::byte{0xFF};
  std::copy_n(address.bytes.begin(), 4, wide.bytes.begin() + 12);
  return wide;
}

struct Endpoint {
  Address address;
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

Endpoint local_of(const Socket& socket, const InetPart& part) {
  return {widened(socket.family, part.local), part.local_port};
}
Endpoint peer_of(const Socket& socket, const InetPart& part) {
  return {widened(socket.family, part.peer), part.peer_port};
}

std::uint64_t hash_of(const Endpoint& endpoint) {
  std::uint64_t halves[2];
  std::memcpy(halves, endpoint.address.bytes.data(), sizeof halves);
  return mix(halves[0] * 31 + halves[1] + (std::uint64_t{endpoint.port} << 48));
}

std::uint64_t hash_of(const Endpoint& from, const Endpoint& to) { return mix(hash_of(from) * 3 + hash_of(to)); }

bool is_joinable(const Socket& socket) {
  return (socket.netid == Netid::tcp || socket.netid == Netid::udp) && socket.inet() != nullptr;
}
bool is_connected(const InetPart& part) { return part.peer_port != 0; }

bool is_loopback(const Address& wide) {
  if (is_v4_mapped(wide)) return wide.bytes[12] == std::byte{127};
  return wide.bytes.back() == std::byte{1} &&
         std::all_of(wide.bytes.begin(), wide.bytes.end() - 1, [](std::byte b) { return b == std::byte{0}; });
}

bool is_on_this_host(const Socket& client, const InetPart& part) {
  const Address to = widened(client.family, part.peer);
  return to == widened(client.family, part.local) || is_loopback(to);
}

/// The unconnected udp sockets, by all that tells which datagrams reach them: of the many that may share a port, for
/// each client only those are looked at that it can mean.
class UdpServers {
 public:
  void add(const Socket* row) { servers_.push_back({key_of(*row), row}); }
  void sort() {
    std::stable_sort(servers_.begin(), servers_.end(), [](const Server& a, const Server& b) { return a.key < b.key; });
  }

  /// The one that this client's datagrams reach; none when several could be meant.
  [[nodiscard]] const Socket* only(const Socket& client) const {
    const InetPart& part = *client.inet();
    const Address to = widened(client.family, part.peer);
    const bool wants_v4 = is_v4_mapped(to);
    Only found;
    // Bound to an interface, it hears only that one (dhclient on eth0 is nobody's peer on lo).
    for (const std::uint32_t interface : {std::uint32_t{0}, part.interface}) {
      Key key{part.peer_port, hash_of_netns(client), interface, false, to.bytes};
      look_for(client, key, found);
      // A wildcard address means every address: v6 "::" serves v4, too, unless v6only.
      for (const Address& any : {widened(Family::inet, {}), Address{}}) {
        const bool of_v4 = is_v4_mapped(any);
        if (any.bytes == to.bytes || (of_v4 && !wants_v4)) continue;
        key.address = any.bytes;
        look_for(client, key, found);
      }
      key.only_v6 = true;
      if (!wants_v4) look_for(client, key, found);
      if (part.interface == 0) break;
    }
    return found.several ? nullptr : found.one;
  }

 private:
  struct Key {
    std::uint16_t port = 0;
    std::uint64_t netns = 0;
    std::uint32_t interface = 0;
    bool only_v6 = false;  ///< "::" that does not serve v4
    decltype(Address::bytes) address{};

    bool operator<(const Key& other) const {
      return std::tie(port, netns, interface, only_v6, address) <
             std::tie(other.port, other.netns, other.interface, other.only_v6, other.address);
    }
  };
  struct Server {
    Key key;
    const Socket* row;
  };
  struct Only {
    const Socket* one = nullptr;
    bool several = false;
  };

  static Key key_of(const Socket& row) {
    const InetPart& part = *row.inet();
    const Address local = widened(row.family, part.local);
    const bool only_v6 = local.bytes == Address{}.bytes && part.v6only.value_or(false);
    return {part.local_port, hash_of_netns(row), part.interface, only_v6, local.bytes};
  }

  void look_for(const Socket& client, const Key& key, Only& found) const {
    auto at = std::lower_bound(servers_.begin(), servers_.end(), key,
                               [](const Server& server, const Key& wanted) { return server.key < wanted; });
    for (; !found.several && at != servers_.end() && !(key < at->key); ++at) {
      if (!same_netns(client, *at->row)) continue;
      found.several = found.one != nullptr;
      found.one = at->row;
    }
  }

  std::vector<Server> servers_;
};

/// The connected sockets by their two ends.
class Connections {
 public:
  explicit Connections(std::size_t count) : within_netns_(count), by_ends_(count) {}

  void add(Socket* row) {
    const Endpoint local = local_of(*row, *row->inet()), peer = peer_of(*row, *row->inet());
    const std::uint64_t hash = hash_of(local, peer);
    const auto has_same_ends = [&](const Socket& s) { return has_ends(s, row->netid, local, peer); };
    within_netns_.insert(mix(hash + hash_of_netns(*row)), row,
                         [&](const Socket& s) { return has_same_ends(s) && same_netns(*row, s); });
    // Two of them: only() has to know that there are several.
    by_ends_.insert(hash, row, has_same_ends, 2);
  }

  /// The other end of a connection within one network namespace, or between two of them where it cannot be another.
  [[nodiscard]] const Socket* other_end_of(const Socket& row) const {
    const Endpoint local = local_of(row, *row.inet()), peer = peer_of(row, *row.inet());
    const Socket* found = within_netns_.find(mix(hash_of(peer, local) + hash_of_netns(row)), [&](const Socket& s) {
      return has_ends(s, row.netid, peer, local) && same_netns(row, s);
    });
    // Each namespace has a loopback of its own. And each may have the same addresses as another: containers of two
    // networks often do.
    if (found != nullptr || is_loopback(local.address) || is_loopback(peer.address)) return found;
    found = only(row.netid, peer, local);
    return found != nullptr && only(row.netid, local, peer) == &row ? found : nullptr;
  }

 private:
  static bool has_ends(const Socket& s, Netid netid, const Endpoint& from, const Endpoint& to) {
    return s.netid == netid && local_of(s, *s.inet()) == from && peer_of(s, *s.inet()) == to;
  }

  /// Null also when there are several.
  [[nodiscard]] const Socket* only(Netid netid, const Endpoint& from, const Endpoint& to) const {
    const Socket* first = nullptr;
    const Socket* second = by_ends_.find(hash_of(from, to), [&](const Socket& s) {
      if (!has_ends(s, netid, from, to)) return false;
      if (first != nullptr) return true;
      first = &s;
      return false;
    });
    return second == nullptr ? first : nullptr;
  }

  FlatIndex<Socket> within_netns_;
  FlatIndex<Socket> by_ends_;
};

}  // namespace

void join_unix_peers(std::span<Socket* const> rows) {
  FlatIndex<Socket> by_inode(rows.size());
  for (Socket* row : rows) {
    if (row->unix_part() == nullptr || row->inode == Inode{0}) continue;
    by_inode.insert(hash_of(row->inode), row, [&](const Socket& s) { return s.inode == row->inode; });
  }
  for (Socket* row : rows) {
    const UnixPart* part = row->unix_part();
    if (part == nullptr || part->peer_inode.value_or(Inode{0}) == Inode{0}) continue;
    const Inode peer = *part->peer_inode;
    row->other_end = by_inode.find(hash_of(peer), [&](const Socket& s) { return s.inode == peer; });
  }
}

void join_inet_peers(std::span<Socket* const> rows) {
  Connections connections(rows.size());
  UdpServers servers;
  for (Socket* row : rows) {
    if (!is_joinable(*row)) continue;
    if (is_connected(*row->inet()))
      connections.add(row);
    else if (row->netid == Netid::udp)
      servers.add(row);
  }
  servers.sort();
  for (Socket* row : rows) {
    if (!is_joinable(*row) || !is_connected(*row->inet())) continue;
    row->other_end = connections.other_end_of(*row);
    if (row->other_end == nullptr && row->netid == Netid::udp && is_on_this_host(*row, *row->inet()))
      row->other_end = servers.only(*row);
  }
}

std::size_t join_pending_lists(std::span<Socket* const> rows, std::span<const Socket* const> lists) {
  FlatIndex<const Socket> by_cookie(lists.size());
  const auto hash = [](const Socket& row) { return mix(static_cast<std::uint64_t>(row.cookie) + hash_of_netns(row)); };
  for (const Socket* list : lists) {
    by_cookie.insert(hash(*list), list,
                     [&](const Socket& s) { return s.cookie == list->cookie && same_netns(s, *list); });
  }
  std::size_t missing = 0;
  for (Socket* row : rows) {
    if (row->unix_part() == nullptr || row->state != State::listen) continue;
    auto& part = std::get<UnixPart>(row->part);
    const Socket* list =
        by_cookie.find(hash(*row), [&](const Socket& s) { return s.cookie == row->cookie && same_netns(s, *row); });
    if (list != nullptr && list->unix_part()->pending_known) {
      part.pending = list->unix_part()->pending;
      part.pending_known = true;
    } else if (row->recv_q == 0U) {
      part.pending_known = true;  // the kernel leaves the attribute out when nobody waits
    } else {
      ++missing;
    }
  }
  return missing;
}

std::vector<Inode> clients_of(std::span<const Socket* const> lists) {
  std::vector<Inode> waiting;
  for (const Socket* list : lists) {
    const auto& pending = list->unix_part()->pending;
    waiting.insert(waiting.end(), pending.begin(), pending.end());
  }
  std::sort(waiting.begin(), waiting.end());
  return waiting;
}

void join_pending_clients(std::span<Socket* const> rows, std::span<const Inode> waiting) {
  for (Socket* row : rows) {
    if (row->unix_part() == nullptr || row->unix_part()->peer_inode != Inode{0}) continue;
    std::get<UnixPart>(row->part).in_pending_list = std::binary_search(waiting.begin(), waiting.end(), row->inode);
  }
}

bool has_doubtful_peer(const Socket& row) {
  return row.unix_part() != nullptr && row.unix_part()->peer_inode == Inode{0} && row.shutdown == Shutdown::rdwr &&
         row.netid != Netid::u_dgr;
}

bool has_doubtful_peers(std::span<Socket* const> rows) {
  return std::any_of(rows.begin(), rows.end(), [](const Socket* row) { return has_doubtful_peer(*row); });
}

}  // namespace skq::collecting
