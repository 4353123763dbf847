// What became of each socket from one snapshot to a later one. Sockets are told by what is recorded of them, so that
// live rows and replayed ones compare alike.
#include <algorithm>
#include <array>

#include "skq/store.h"
#include "store/rows.h"

namespace skq {
namespace {

constexpr std::array<std::string_view, 5> change_names{"opened", "missing", "gone", "state", "grown"};

/// What may grow. `held`: bytes that are held now, so that their growth tells who gets into trouble.
struct Growing {
  std::string_view name;
  bool held = false;
};
constexpr auto growing = std::to_array<Growing>({
    {"recv_q", true},      {"send_q", true},
    {"rmem_alloc", true},  {"wmem_alloc", true},
    {"wmem_queued", true}, {"fwd_alloc", true},
    {"sk_backlog", true},  {"drops"},
    {"tcp_bytes_acked"},   {"tcp_bytes_received"},
    {"tcp_bytes_sent"},    {"tcp_bytes_retrans"},
    {"tcp_total_retrans"}, {"tcp_notsent_bytes", true},
    {"tcp_rwnd_limited"},  {"tcp_sndbuf_limited"},
    {"mptcp_bytes_sent"},  {"mptcp_bytes_received"},
    {"xdp_rx_dropped"},    {"tipc_drops"},
});

struct Known {
  std::uint64_t identity;
  const Socket* socket;
};

/// By identity; of equal ones in the order of the snapshot.
std::vector<Known> known(const RecordedSnapshot& snapshot, const std::vector<store::KeyId>& keys) {
  std::vector<Known> list;
  list.reserve(snapshot.rows.size());
  const store::Rows rows = store::rows_of(snapshot.rows, keys, nullptr);
  for (std::size_t at = 0; at < rows.list.size(); ++at) {
    list.push_back({store::identity_of(rows.list[at]), snapshot.rows[at]});
  }
  std::stable_sort(list.begin(), list.end(), [](const Known& a, const Known& b) { return a.identity < b.identity; });
  return list;
}

std::optional<std::uint64_t> value_of(const Field& field, const Socket& socket, TextContext& context) {
  const Value value = field.get(socket, context);
  const auto* number = std::get_if<std::uint64_t>(&value);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

bool same_state(const Socket& a, const Socket& b) {
  const auto association = [](const Socket& s) { return s.inet() != nullptr ? s.inet()->association : std::nullopt; };
  return a.state == b.state && a.shutdown == b.shutdown && association(a) == association(b);
}

void compare(const Socket& before, const Socket& after, TextContext& context, std::vector<Change>& changes) {
  Change change{same_state(before, after) ? ChangeKind::grown : ChangeKind::state, &before, &after};
  for (const Growing& one : growing) {
    const Field* field = find_field(one.name);
    if (field == nullptr || !applies(*field, after)) continue;
    const auto then = value_of(*field, before, context), now = value_of(*field, after, context);
    if (!then || !now || *then == *now) continue;
    change.fields.push_back({field, *then, *now});
    if (one.held && *now > *then) change.growth = std::max(change.growth, *now - *then);
  }
  if (change.kind == ChangeKind::state || !change.fields.empty()) changes.push_back(std::move(change));
}

bool has(const std::vector<Known>& list, std::uint64_t identity) {
  const auto found = std::lower_bound(list.begin(), list.end(), identity,
                                      [](const Known& one, std::uint64_t wanted) { return one.identity < wanted; });
  return found != list.end() && found->identity == identity;
}

// Cookies and inodes mean something for one boot of one host only.
bool same_host(const RecordedSnapshot& a, const RecordedSnapshot& b) {
  return a.head.at.host == b.head.at.host && a.head.at.boot_id == b.head.at.boot_id;
}

}  // namespace

std::string_view to_text(ChangeKind kind) { return change_names.at(static_cast<std::size_t>(kind)); }

std::vector<Change> diff(const RecordedSnapshot& before, const RecordedSnapshot& after,
                         const RecordedSnapshot* witness) {
  const std::vector<store::KeyId> keys = store::identity_keys_of_rows();
  const std::vector<Known> then = known(before, keys), now = known(after, keys);
  const bool comparable = same_host(before, after);
  const bool witnessed = comparable && witness != nullptr && same_host(after, *witness);
  const std::vector<Known> later = witnessed ? known(*witness, keys) : std::vector<Known>();
  std::vector<Change> changes;
  TextContext context;
  auto a = then.begin();
  auto b = now.begin();
  while (a != then.end() || b != now.end()) {
    if (comparable && a != then.end() && b != now.end() && a->identity == b->identity) {
      compare(*(a++)->socket, *(b++)->socket, context, changes);
    } else if (b == now.end() || (a != then.end() && a->identity < b->identity)) {
      const bool absent_twice = !comparable || (witnessed && !has(later, a->identity));
      changes.push_back({absent_twice ? ChangeKind::gone : ChangeKind::missing, (a++)->socket, nullptr});
    } else {
      changes.push_back({ChangeKind::opened, nullptr, (b++)->socket});
    }
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change& x, const Change& y) {
    const auto kind = [](const Change& change) { return static_cast<int>(change.kind); };
    return x.growth != y.growth ? x.growth > y.growth : kind(x) < kind(y);
  });
  return changes;
}

}  // namespace skq
