#include "diagnose/named_address.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

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

struct BoundSockets {
  using Sockets = std::vector<const Socket*>;
  std::unordered_map<std::string_view, Sockets> by_name;  ///< unix
  std::unordered_map<std::uint64_t, Sockets> by_file;     ///< unix, by the file's inode alone
  std::unordered_map<std::uint16_t, Sockets> by_port;     ///< inet
};

const BoundSockets& SceneIndex::bound() const {
  if (bound_ != nullptr) return *bound_;
  auto made = std::make_shared<BoundSockets>();
  for (const Socket* socket : now_.sockets) {
    const bool receives =
        socket->state == State::listen || socket->netid == Netid::u_dgr || socket->netid == Netid::udp;
    if (!receives) continue;
    if (const InetPart* inet = socket->inet()) made->by_port[inet->local_port].push_back(socket);
    const UnixPart* part = socket->unix_part();
    if (part == nullptr || !part->has_name) continue;
    made->by_name[part->name].push_back(socket);
    if (part->vfs) made->by_file[part->vfs->inode].push_back(socket);
  }
  bound_ = std::move(made);
  return *bound_;
}

namespace {

template <class Map, class Key>
std::span<const Socket* const> those_of(const Map& map, const Key& key) {
  const auto at = map.find(key);
  if (at == map.end()) return {};
  return at->second;
}

// Who sleeps in recv() or poll() there has found the queue empty.
bool is_awaited(const SceneIndex& scene, const Socket& bound) {
  const auto waits = scene.waits_on(bound);
  return std::any_of(waits.begin(), waits.end(), [](const Waiting* waiting) {
    return waiting->wait->what == WaitFor::receive && !waiting->wait->edge_triggered &&
           waiting->thread->state == ThreadState::sleeping && is_asleep(*waiting);
  });
}

enum class Fullness : std::uint8_t { full, unknown, refuted };

// Whether somebody can wait there to be let in, or for room.
Fullness fullness(const SceneIndex& scene, const Socket& bound) {
  if (bound.state == State::listen) {
    const auto fill = accept_fill(bound);
    if (!fill) return Fullness::unknown;
    return fill->value >= 100 ? Fullness::full : Fullness::refuted;
  }
  if (bound.recv_q == 0U || is_awaited(scene, bound)) return Fullness::refuted;
  return bound.recv_q ? Fullness::full : Fullness::unknown;
}

constexpr std::string_view is_not_full =
    "the socket that has the name now is not full: the call waits for one that had the name when it began";
constexpr std::string_view several_have_it =
    "several sockets have that name, and which of them is meant is not to be seen";

/// The socket that a path names. The path is looked up now, and the call did so when it began: a server that was
/// started since has the name, and nobody waits for it. A socket whose file is gone still has the path's text.
class PathSearch {
 public:
  PathSearch(const SceneIndex& scene, const BoundSockets& bound, const Waiting& waiting, std::string_view path)
      : scene_(scene), bound_(bound), waiting_(waiting), path_(path) {}

  OtherSide find() {
    const auto& file = waiting_.wait->address_file;
    if (file) find_by_file(*file);
    if (has_file_ && fullness(scene_, *has_file_) != Fullness::refuted) return {has_file_, true, {}};
    add_like(path_);
    if (has_file_ != nullptr && has_file_->unix_part()->name != path_) add_like(has_file_->unix_part()->name);
    if (like_.size() == 1) return {like_.front(), false, {}};
    if (like_.size() > 1) return {nullptr, false, several_have_it};
    return {nullptr, false, has_file_ != nullptr || refuted_ ? is_not_full : std::string_view()};
  }

 private:
  void find_by_file(const VfsObject& file) {
    for (const Socket* socket : those_of(bound_.by_file, file.inode))
      if (socket->unix_part()->vfs == file && may_receive(*socket, *waiting_.socket)) has_file_ = socket;
  }

  // A relative name is another file in every directory.
  void add_like(std::string_view text) {
    if (text.substr(0, 1) != "/") return;
    for (const Socket* socket : those_of(bound_.by_name, text)) {
      if (socket == has_file_ || !may_receive(*socket, *waiting_.socket)) continue;
      if (!same_netns(*socket, *waiting_.socket)) continue;
      const Fullness full = fullness(scene_, *socket);
      refuted_ |= full == Fullness::refuted;
      // Where there is a file, and it is not that one's, only its own numbers speak for it.
      if (full == Fullness::full || (full == Fullness::unknown && !waiting_.wait->address_file))
        like_.push_back(socket);
    }
  }

  const SceneIndex& scene_;
  const BoundSockets& bound_;
  const Waiting& waiting_;
  std::string_view path_;
  const Socket* has_file_ = nullptr;
  bool refuted_ = false;
  std::vector<const Socket*> like_;
};

OtherSide find_abstract(const BoundSockets& bound, const Waiting& waiting, std::string_view name) {
  OtherSide found;
  for (const Socket* socket : those_of(bound.by_name, name)) {
    if (!may_receive(*socket, *waiting.socket) || !same_netns(*socket, *waiting.socket)) continue;
    if (found.socket != nullptr) return {nullptr, false, several_have_it};
    found.socket = socket;
  }
  return found;
}

OtherSide find_inet(const BoundSockets& all, const Socket& sender, const NamedAddress& address) {
  OtherSide found;
  int best = 0;
  for (const Socket* bound : those_of(all.by_port, address.port)) {
    if (!may_receive(*bound, sender) || !same_netns(*bound, sender)) continue;
    const int fit = fit_of(*bound, address);
    if (fit > best) found = {bound, true, {}};
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
  if (!is_new) return at->second;
  if (address->family != Family::unix_domain) return at->second = find_inet(bound(), *waiting.socket, *address);
  if (address->abstract) return at->second = find_abstract(bound(), waiting, address->name);
  return at->second = PathSearch(*this, bound(), waiting, address->name).find();
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
  return find_inet(bound(), client, inet_address(client.family, inet->peer, inet->peer_port)).socket;
}

namespace {

constexpr std::string_view one_of_several =
    "the call sends several messages to different addresses, and which of them waits is not to be seen";

// A connected stream takes no notice of an address (net/unix/af_unix.c: unix_stream_sendmsg; tcp likewise).
bool heeds_address(const Waiting& waiting) {
  const Netid netid = waiting.socket->netid;
  return waiting.wait->what == WaitFor::connect || netid == Netid::u_dgr || netid == Netid::udp;
}

}  // namespace

OtherSide SceneIndex::other_side(const Waiting& waiting) const {
  const Socket& socket = *waiting.socket;
  if (heeds_address(waiting) && waiting.wait->address_unknown) return {nullptr, false, one_of_several};
  if (heeds_address(waiting) && parse_address(waiting.wait->address)) return find_named(waiting);
  if (const Socket* listener = listener_of(socket)) return {listener, true, {}};
  return {socket.other_end, true, {}};
}

DatagramsSent SceneIndex::datagrams_to(const Socket& receiver) const {
  if (!datagrams_) {
    datagrams_.emplace();
    for (const Socket* sender : now_.sockets) {
      if (sender->netid != Netid::u_dgr || sender->other_end == nullptr || sender->other_end == sender) continue;
      DatagramsSent& sent = (*datagrams_)[sender->other_end];
      sent.bytes += send_mem(*sender).value_or(Bytes{}).value;
      sent.was_read |= progress(*sender) == Progress::made;
    }
    // Whose call ended, or who has less in the queue than before, had something read: also one that is not connected.
    for (const Waiting& sender : waits()) {
      if (sender.wait->by != WaitBy::call || sender.wait->what != WaitFor::send) continue;
      if (sender.socket->netid != Netid::u_dgr) continue;
      if (!woke_between(sender) && progress(*sender.socket) != Progress::made) continue;
      if (const Socket* named = other_side(sender).socket) (*datagrams_)[named].was_read = true;
    }
  }
  const auto at = datagrams_->find(&receiver);
  return at == datagrams_->end() ? DatagramsSent{} : at->second;
}

}  // namespace skq::diagnosing
