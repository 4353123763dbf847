#include "skq/destroy.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "kernel/destroy_request.h"
#include "kernel/netlink.h"

namespace skq {
namespace {

using kernel::NetlinkSocket;

// An answer carries the request back: well below this.
constexpr std::size_t answer_size = 4096;

// Members of a group share the look-up by a hash of the asker's address. So many ports find every one of some hundred.
constexpr std::uint16_t most_probes = 4096;

struct ErrorRow {
  int error;
  DestroyResult result;
};
constexpr std::array results{
    ErrorRow{0, DestroyResult::killed},
    // No such address, or another cookie there (net/ipv4/inet_diag.c, inet_diag_find_one_icsk).
    ErrorRow{ENOENT, DestroyResult::gone},
    ErrorRow{ESTALE, DestroyResult::gone},
    ErrorRow{EPERM, DestroyResult::not_permitted},
    ErrorRow{EACCES, DestroyResult::not_permitted},
    ErrorRow{EOPNOTSUPP, DestroyResult::not_supported},
};

Destruction destruction(int error) {
  const auto* const row = std::find_if(results.begin(), results.end(), [&](ErrorRow r) { return r.error == error; });
  return {row == results.end() ? DestroyResult::failed : row->result, error};
}

/// Asks the kernel, one socket at a time.
class Destroyer {
 public:
  Destroyer(NetlinkSocket socket, const std::function<bool()>& stop) : socket_(std::move(socket)), stop_(stop) {}

  Destruction destroy(const Socket& socket) {
    if (stopped()) return {DestroyResult::not_tried, 0};
    if (is_inactive(socket)) return {DestroyResult::not_supported, EOPNOTSUPP};
    const InetPart* const part = socket.inet();
    return destroy_at(socket, part == nullptr ? std::uint16_t{0} : part->peer_port);
  }

  // Of sockets that share an address by SO_REUSEPORT, the kernel finds the one that a packet from the given peer would
  // go to (inet_lookup_reuseport). An unconnected socket has no peer, so any may be named; the cookie says when the
  // right member was hit, and no other is touched.
  Destruction reach_in_group(const Socket& socket) {
    const InetPart* const part = socket.inet();
    if (part == nullptr || part->peer_port != 0) return {DestroyResult::unreachable, ENOENT};
    for (std::uint16_t port = 1; port <= most_probes; ++port) {
      if (stopped()) return {DestroyResult::not_tried, 0};
      const Destruction tried = destroy_at(socket, port);
      if (tried.result != DestroyResult::gone) return tried;
    }
    return {DestroyResult::unreachable, ENOENT};
  }

 private:
  [[nodiscard]] bool stopped() const { return stop_ && stop_(); }

  Destruction destroy_at(const Socket& socket, std::uint16_t peer_port) {
    const auto bytes = kernel::destroy_bytes(socket, peer_port, ++sequence_);
    if (!bytes) return {DestroyResult::not_supported, EOPNOTSUPP};
    if (const Status sent = socket_.send(*bytes); !sent) return destruction(sent.error().code);
    for (;;) {
      const auto received = socket_.receive(buffer_, NetlinkSocket::Wait::yes);
      if (received.error != 0) return {DestroyResult::failed, received.error};
      if (!received.from_kernel) continue;
      const auto error =
          kernel::destroy_answer(kernel::ByteSpan(buffer_).first(std::min(received.size, answer_size)), sequence_);
      if (error) return destruction(*error);
    }
  }

  NetlinkSocket socket_;
  const std::function<bool()>& stop_;
  std::uint32_t sequence_ = 0;
  std::array<std::byte, answer_size> buffer_{};
};

/// One dump, and what it shows to be alive.
struct Look {
  Family family{};
  Netid netid{};
  bool whole = false;
  std::vector<Cookie> alive;  ///< sorted
};

Look look_at(Family family, Netid netid, Source& source) {
  Look look{family, netid, false, {}};
  Arena arena;
  const DumpRequest request{.family = family, .netid = netid, .states = ~StateSet(), .needs = {}};
  const auto end = source.dump(request, arena, [&](Socket& row) {
    look.alive.push_back(row.cookie);
    return true;
  });
  look.whole = end && end->error == 0 && !end->interrupted && !end->truncated;
  std::sort(look.alive.begin(), look.alive.end());
  return look;
}

/// Sockets that the kernel did not find are either gone or out of its look-up's reach: the tables say which.
class SecondLook {
 public:
  explicit SecondLook(Source& source) : source_(source) {}

  /// Empty: nobody knows.
  std::optional<bool> is_alive(const Socket& socket) {
    const Look& look = look_of(socket);
    if (std::binary_search(look.alive.begin(), look.alive.end(), socket.cookie)) return true;
    if (!look.whole) return std::nullopt;
    return false;
  }

 private:
  const Look& look_of(const Socket& socket) {
    for (const Look& look : looks_)
      if (look.family == socket.family && look.netid == socket.netid) return look;
    return looks_.emplace_back(look_at(socket.family, socket.netid, source_));
  }

  Source& source_;
  std::vector<Look> looks_;
};

using Sockets = std::span<const Socket* const>;

void reach_hidden(Sockets sockets, Destroyer& destroyer, Source& source, std::vector<Destruction>& all) {
  SecondLook look(source);
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (all[at].result != DestroyResult::gone) continue;
    const auto alive = look.is_alive(*sockets[at]);
    if (!alive) all[at].result = DestroyResult::failed;
    if (alive && *alive) all[at] = destroyer.reach_in_group(*sockets[at]);
  }
}

void find_survivors(Sockets sockets, Source& source, std::vector<Destruction>& all) {
  SecondLook look(source);
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (all[at].result != DestroyResult::killed || sockets[at]->netid == Netid::tcp) continue;
    if (look.is_alive(*sockets[at]).value_or(false)) all[at].result = DestroyResult::survived;
  }
}

}  // namespace

Result<std::vector<Destruction>> destroy_sockets(std::span<const Socket* const> sockets, Source& source,
                                                 const std::function<bool()>& stop) {
  Result<NetlinkSocket> opened = NetlinkSocket::open();
  if (!opened) return opened.error();
  Destroyer destroyer(std::move(*opened), stop);
  std::vector<Destruction> all;
  all.reserve(sockets.size());
  for (const Socket* const socket : sockets) all.push_back(destroyer.destroy(*socket));

  reach_hidden(sockets, destroyer, source, all);
  find_survivors(sockets, source, all);
  return all;
}

}  // namespace skq
