#include "diagnose/named_address.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "diagnose/scene_index.h"
#include "model/derived.h"

namespace skq::diagnosing {
namespace {

// The numbers of <sys/socket.h> on Linux, of every architecture.
constexpr std::uint16_t af_unix = 1;
constexpr std::uint16_t af_inet = 2;
constexpr std::uint16_t af_inet6 = 10;
constexpr std::size_t path_limit = 108;  // sun_path

std::uint16_t big_endian(std::span<const std::byte> bytes) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[0]) << 8U | std::to_integer<unsigned>(bytes[1]));
}

std::optional<NamedAddress> unix_address(std::span<const std::byte> path) {
  path = path.first(std::min(path.size(), path_limit));
  if (path.empty()) return std::nullopt;
  std::string_view name(reinterpret_cast<const char*>(path.data()), path.size());
  const bool abstract = name.front() == '\0';
  if (!abstract) name = name.substr(0, name.find('\0'));
  NamedAddress found;
  found.family = Family::unix_domain;
  found.name = name;
  found.abstract = abstract;
  return found;
}

bool is_wildcard(const NamedAddress& address) { return address.address == Address{}; }

// How well a bound socket fits: an exact address before a wildcard, as the kernel scores listeners.
int fit_of(const Socket& bound, const NamedAddress& address) {
  const InetPart* inet = bound.inet();
  if (inet == nullptr || inet->local_port != address.port) return 0;
  const NamedAddress local = inet_address(bound.family, inet->local, inet->local_port);
  if (local.family == address.family && local.address == address.address) return 3;
  if (!is_wildcard(local)) return 0;
  if (bound.family == address.family) return 2;
  return bound.family == Family::inet6 && inet->v6only != true ? 1 : 0;
}

}  // namespace

std::optional<NamedAddress> parse_address(std::span<const std::byte> bytes) {
  std::uint16_t family = 0;
  if (bytes.size() <= sizeof family) return std::nullopt;
  std::memcpy(&family, bytes.data(), sizeof family);
  if (family == af_unix) return unix_address(bytes.subspan(sizeof family));
  const bool is_v4 = family == af_inet && bytes.size() >= 8;
  const bool is_v6 = family == af_inet6 && bytes.size() >= 24;
  if (!is_v4 && !is_v6) return std::nullopt;
  Address address;
  const auto from = is_v4 ? bytes.subspan(4, 4) : bytes.subspan(8, 16);
  std::copy(from.begin(), from.end(), address.bytes.begin());
  return inet_address(is_v4 ? Family::inet : Family::inet6, address, big_endian(bytes.subspan(2, 2)));
}

NamedAddress inet_address(Family family, const Address& address, std::uint16_t port) {
  constexpr std::array mapped{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0},    std::byte{0},
                              std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0xff}, std::byte{0xff}};
  NamedAddress found;
  found.family = family;
  found.address = address;
  found.port = port;
  if (family == Family::inet6 && std::equal(mapped.begin(), mapped.end(), address.bytes.begin())) {
    found.family = Family::inet;
    found.address = {};
    std::copy(address.bytes.begin() + mapped.size(), address.bytes.end(), found.address.bytes.begin());
  }
  return found;
}

bool takes(const Socket& bound, const NamedAddress& address) {
  if (address.family != Family::unix_domain) return fit_of(bound, address) > 0;
  const UnixPart* part = bound.unix_part();
  return part != nullptr && part->has_name && part->name == address.name;
}

bool may_receive(const Socket& bound, const Socket& sender) {
  if (bound.netid != sender.netid) return false;
  const bool datagrams = bound.netid == Netid::u_dgr || bound.netid == Netid::udp;
  return datagrams ? bound.inode != sender.inode : bound.state == State::listen;
}

bool same_netns(const Socket& a, const Socket& b) {
  if (a.netns == nullptr || b.netns == nullptr) return true;
  return a.netns == b.netns || a.netns->inode == b.netns->inode;
}

namespace {

// Socket files are seen from every network namespace, abstract names and inet addresses from their own only.
OtherSide find_unix(const Scene& scene, const Waiting& waiting, const NamedAddress& address) {
  const auto& file = waiting.wait->address_file;
  OtherSide found{nullptr, address.abstract || file.has_value()};
  for (const Socket* bound : scene.sockets) {
    const UnixPart* part = bound->unix_part();
    if (part == nullptr || !part->has_name || !may_receive(*bound, *waiting.socket)) continue;
    const bool by_file = !address.abstract && file;
    const bool fits = by_file ? part->vfs == file : takes(*bound, address) && same_netns(*bound, *waiting.socket);
    if (!fits) continue;
    // Two servers of one name, and no file to tell them apart: better none than the wrong one.
    if (found.socket != nullptr) return {nullptr, false};
    found.socket = bound;
  }
  return found;
}

OtherSide find_inet(const Scene& scene, const Socket& sender, const NamedAddress& address) {
  OtherSide found;
  int best = 0;
  for (const Socket* bound : scene.sockets) {
    if (bound->inet() == nullptr || !may_receive(*bound, sender) || !same_netns(*bound, sender)) continue;
    const int fit = fit_of(*bound, address);
    if (fit > best) found = {bound, true};
    best = std::max(best, fit);
  }
  return found;
}

std::string cache_key(const Waiting& waiting, const NamedAddress& address) {
  std::string key(reinterpret_cast<const char*>(waiting.wait->address.data()), waiting.wait->address.size());
  key += '/' + std::to_string(static_cast<int>(waiting.socket->netid)) + '/' + std::to_string(address.port);
  if (waiting.socket->netns != nullptr) key += '/' + std::to_string(waiting.socket->netns->inode);
  if (const auto& file = waiting.wait->address_file)
    key += '/' + std::to_string(file->inode) + ',' + std::to_string(file->major) + ',' + std::to_string(file->minor);
  return key;
}

bool is_not_accepted(const Socket& client) {
  const auto status = peer_status(client);
  return status == PeerStatus::pending ||
         (client.unix_part() != nullptr && client.unix_part()->in_pending_list == true);
}

}  // namespace

OtherSide SceneIndex::find_named(const Waiting& waiting) const {
  const auto address = parse_address(waiting.wait->address);
  if (!address) return {};
  const auto [at, is_new] = named_.try_emplace(cache_key(waiting, *address));
  if (is_new)
    at->second = address->family == Family::unix_domain ? find_unix(now_, waiting, *address)
                                                        : find_inet(now_, *waiting.socket, *address);
  return at->second;
}

const Socket* SceneIndex::listener_of(const Socket& client) const {
  if (client.unix_part() != nullptr) {
    if (!is_not_accepted(client)) return nullptr;
    const auto at = pending_.find(static_cast<std::uint32_t>(client.inode));
    return at == pending_.end() ? nullptr : at->second;
  }
  const InetPart* inet = client.inet();
  if (inet == nullptr || client.netid != Netid::tcp || client.state == State::listen) return nullptr;
  const bool waits = client.state == State::syn_sent;
  const bool queued = client.other_end != nullptr && client.other_end->inode == Inode{};
  if (!waits && !queued) return nullptr;
  return find_inet(now_, client, inet_address(client.family, inet->peer, inet->peer_port)).socket;
}

OtherSide SceneIndex::other_side(const Waiting& waiting) const {
  const Socket& socket = *waiting.socket;
  if (!waiting.wait->address.empty()) {
    if (const OtherSide named = find_named(waiting); named.socket != nullptr || socket.other_end == nullptr)
      return named;
  }
  if (const Socket* listener = listener_of(socket)) return {listener, true};
  return {socket.other_end, true};
}

}  // namespace skq::diagnosing
