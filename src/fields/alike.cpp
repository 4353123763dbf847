#include "fields/alike.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace skq::fields {
namespace {

using namespace std::string_view_literals;

constexpr std::array names{
    "family"sv,       "netid"sv,        "state"sv,       "recv_q"sv,     "send_q"sv,     "uid"sv,
    "user"sv,         "shutdown"sv,     "rmem_alloc"sv,  "rcvbuf"sv,     "wmem_alloc"sv, "sndbuf"sv,
    "fwd_alloc"sv,    "wmem_queued"sv,  "optmem"sv,      "sk_backlog"sv, "drops"sv,      "send_mem"sv,
    "send_fill"sv,    "writable"sv,     "recv_mem"sv,    "recv_limit"sv, "recv_fill"sv,  "payload_percent"sv,
    "accept_queue"sv, "accept_limit"sv, "accept_fill"sv, "fill"sv,       "mem"sv,
};

// An association has states of its own, and a datagram queue fills: few rows have either. A connected datagram socket
// may be writable or not by whom its other end is connected to.
bool is_unlike_all(const Socket& row) {
  if (const UnixPart* part = row.unix_part())
    return part->queue != nullptr || (row.netid == Netid::u_dgr && part->peer_inode);
  const InetPart* inet = row.inet();
  return inet != nullptr && inet->association;
}

}  // namespace

bool hangs_on_common(const Field& field) {
  // A field of the same name that is not the catalogue's may be anything.
  return std::find(names.begin(), names.end(), field.name) != names.end() && find_field(field.name) == &field;
}

bool Alike::as_before(const Socket& row) {
  const Socket* const other = row.other_end;
  const bool same = known_ && row.family == last_.family && row.netid == last_.netid && row.state == last_.state &&
                    (other != nullptr) == last_.joined && row.shutdown == last_.shutdown &&
                    row.recv_q == last_.recv_q && row.send_q == last_.send_q && row.uid == last_.uid &&
                    row.memory == last_.memory && !is_unlike_all(row) &&
                    (other == nullptr || (other->memory == last_.other_memory && other->recv_q == last_.other_recv_q));
  if (same) return true;
  known_ = !is_unlike_all(row);
  if (!known_) return false;
  last_ = {row.family,
           row.netid,
           row.state,
           other != nullptr,
           row.shutdown,
           row.recv_q,
           row.send_q,
           row.uid,
           other != nullptr ? other->recv_q : std::nullopt,
           row.memory,
           other != nullptr ? other->memory : Memory{}};
  return false;
}

}  // namespace skq::fields
