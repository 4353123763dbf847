#include "store/change.h"

#include <algorithm>
#include <array>

namespace skq::store {

/// What may grow. `held`: bytes that are held now, so that their growth tells who gets into trouble. What is not held
/// counts up.
struct Growing {
  std::string_view name;
  bool held = false;
};

namespace {

constexpr auto growing = std::to_array<Growing>({
    {"recv_q", true},
    {"send_q", true},
    {"rmem_alloc", true},
    {"wmem_alloc", true},
    {"wmem_queued", true},
    {"fwd_alloc", true},
    {"optmem", true},
    {"sk_backlog", true},
    {"drops"},
    {"tcp_notsent_bytes", true},
    {"tcp_bytes_acked"},
    {"tcp_bytes_received"},
    {"tcp_bytes_sent"},
    {"tcp_bytes_retrans"},
    {"tcp_segs_out"},
    {"tcp_segs_in"},
    {"tcp_total_retrans"},
    {"tcp_rwnd_limited"},
    {"tcp_sndbuf_limited"},
    {"mptcp_bytes_sent"},
    {"mptcp_bytes_received"},
    {"xdp_rx_dropped"},
    {"tipc_drops"},
});

std::optional<std::uint64_t> value_of(const Field& field, const Socket& socket, TextContext& context) {
  const Value value = field.get(socket, context);
  const auto* number = std::get_if<std::uint64_t>(&value);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

bool same_state(const Socket& a, const Socket& b) {
  const auto association = [](const Socket& s) { return s.inet() != nullptr ? s.inet()->association : std::nullopt; };
  // What one of them does not say is no change.
  const bool same_shutdown = !a.shutdown || !b.shutdown || a.shutdown == b.shutdown;
  return a.state == b.state && same_shutdown && association(a) == association(b);
}

/// The second column of a listener is how many clients may wait, not how many do.
bool is_limit(const Field& field, const Socket& socket) {
  return socket.state == State::listen && field.name == "send_q";
}

bool holds(const Owners& owners, int pid) {
  return std::any_of(owners.list.begin(), owners.list.end(), [&](const Owner& one) { return one.pid == pid; });
}

/// Whether somebody holds it by `here` who does not by `there`.
bool more_than(const Owners& here, const Owners& there) {
  return std::any_of(here.list.begin(), here.list.end(), [&](const Owner& one) { return !holds(there, one.pid); });
}

bool knows_owners(const SnapshotHead& head) {
  return std::none_of(head.gaps.begin(), head.gaps.end(), [](const Gap& gap) { return gap.kind == GapKind::owners; });
}

}  // namespace

Comparer::Comparer(const SnapshotHead& before, const SnapshotHead& after, std::string_view name_before,
                   std::string_view name_after)
    : owners_before_(knows_owners(before)), owners_after_(knows_owners(after)) {
  std::string in_a, in_b;
  for (const Growing& one : growing) {
    const Field* field = find_field(one.name);
    if (field == nullptr) continue;
    const bool a = has_column(before, *field), b = has_column(after, *field);
    if (a && b) {
      compared_.push_back({field, &one});
      continue;
    }
    not_recorded_.push_back(field);
    if (one.held) (a ? in_b : in_a).append(" ").append(field->name);
  }
  if (!in_a.empty()) gaps_.push_back(std::string(name_before) + " did not record" + in_a);
  if (!in_b.empty()) gaps_.push_back(std::string(name_after) + " did not record" + in_b);
}

// Who was not to be seen may have held it all along.
bool Comparer::other_owners(const Socket& before, const Socket& after) const {
  if (before.owners == nullptr || after.owners == nullptr) return false;
  return (owners_before_ && more_than(*after.owners, *before.owners)) ||
         (owners_after_ && more_than(*before.owners, *after.owners));
}

bool Comparer::compare(const Socket& before, const Socket& after, Change& change) {
  change.before = &before;
  change.after = &after;
  for (const Compared& one : compared_) {
    if (!applies(*one.field, after)) continue;
    const auto then = value_of(*one.field, before, context_), now = value_of(*one.field, after, context_);
    if (!then || !now || *then == *now) continue;
    change.fields.push_back({one.field, *then, *now, !one.how->held});
    const bool limit = is_limit(*one.field, before) || is_limit(*one.field, after);
    if (one.how->held && *now > *then && !limit) change.growth = std::max(change.growth, *now - *then);
  }
  change.owners_changed = other_owners(before, after);
  change.kind = !same_state(before, after) ? ChangeKind::state
                : change.owners_changed    ? ChangeKind::owner
                                           : ChangeKind::grown;
  return change.kind != ChangeKind::grown || !change.fields.empty();
}

Change Comparer::opened(const Socket& after) {
  Change change{ChangeKind::opened, nullptr, &after};
  if (after.state == State::listen) return change;  // its queues are clients, not bytes
  change.growth = std::max(after.recv_q.value_or(0), after.send_q.value_or(0));
  return change;
}

std::uint64_t traffic_of(const Change& change) {
  std::uint64_t most = 0;
  for (const FieldChange& field : change.fields)
    if (field.counter && field.field->unit == Unit::bytes && field.after > field.before)
      most = std::max(most, field.after - field.before);
  return most;
}

}  // namespace skq::store

namespace skq {

std::vector<const Field*> compared_fields() {
  std::vector<const Field*> fields;
  for (const store::Growing& one : store::growing)
    if (const Field* field = find_field(one.name)) fields.push_back(field);
  return fields;
}

}  // namespace skq
