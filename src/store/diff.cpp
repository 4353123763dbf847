// What became of each socket from one look to a later one. Sockets are told by what is recorded of them, so that live
// rows and replayed ones compare alike.
#include <algorithm>
#include <array>

#include "store/change.h"
#include "store/coverage.h"
#include "store/rows.h"

namespace skq {
namespace {

using store::Coverage;
using store::Knows;

constexpr std::array<std::string_view, change_kinds> change_names{"opened", "missing", "gone",
                                                                  "state",  "owner",   "grown"};

struct Known {
  std::uint64_t identity;
  std::uint64_t netns;
  const Socket* socket;
  bool operator<(const Known& other) const { return identity < other.identity; }
};

/// A look of one namespace does not say in each row which; then it is that of the look.
std::uint64_t identity_in(std::uint64_t netns, const store::Row& row) {
  return store::identity_of(row) ^ (netns * 0x9e3779b97f4a7c15ULL);
}

std::vector<store::KeyId> identity_keys() {
  std::vector<store::KeyId> keys = store::identity_keys_of_rows();
  std::erase(keys, store::find_key("netns").value());
  return keys;
}

/// By identity; of equal ones in the order of the look.
std::vector<Known> known(const Sight& sight, const std::vector<store::KeyId>& keys) {
  std::vector<Known> list;
  list.reserve(sight.rows.size());
  const store::Rows rows = store::rows_of(sight.rows, keys, nullptr);
  for (std::size_t at = 0; at < rows.list.size(); ++at) {
    const std::uint64_t netns = store::netns_of(*sight.rows[at], *sight.head);
    list.push_back({identity_in(netns, rows.list[at]), netns, sight.rows[at]});
  }
  std::stable_sort(list.begin(), list.end());
  return list;
}

// A kernel's boot has one name; hosts may be given others, and containers have theirs.
Relation relation_of(const Circumstances& a, const Circumstances& b) {
  const bool told = !a.boot_id.empty() && !b.boot_id.empty();
  if (told && a.boot_id == b.boot_id) return Relation::same_boot;
  if (a.host != b.host) return Relation::other_host;
  return told ? Relation::other_boot : Relation::same_boot;
}

/// A later look that may prove an absence.
class Witness {
 public:
  Witness(const Sight* sight, const Sight& after, const std::vector<store::KeyId>& keys) {
    if (sight == nullptr || relation_of(after.head->at, sight->head->at) != Relation::same_boot) return;
    coverage_.emplace(*sight);
    list_ = known(*sight, keys);
  }
  /// `first` is what the look before knew: of two absences one has to be sure.
  [[nodiscard]] bool proves(const Known& absent, Knows first, const Coverage& before) const {
    if (!coverage_ || std::binary_search(list_.begin(), list_.end(), absent)) return false;
    const Knows second = coverage_->of(*absent.socket, absent.netns, before);
    return store::looked(second) && second != Knows::unless_it_changed &&
           (first == Knows::surely || second == Knows::surely);
  }

 private:
  std::optional<Coverage> coverage_;
  std::vector<Known> list_;
};

class Comparison {
 public:
  Comparison(const Sight& before, const Sight& after, const Sight* witness)
      : name_before_(before.name.empty() ? "A" : before.name),
        name_after_(after.name.empty() ? "B" : after.name),
        comparer_(*before.head, *after.head, name_before_, name_after_),
        before_(before),
        after_(after),
        then_(known(before, keys_)),
        now_(known(after, keys_)),
        witness_(witness, after, keys_) {}

  Differences run() {
    auto a = then_.begin();
    auto b = now_.begin();
    while (a != then_.end() || b != now_.end()) {
      if (b == now_.end() || (a != then_.end() && *a < *b))
        end(*a++);
      else if (a == then_.end() || *b < *a)
        begin(*b++);
      else
        both(*(a++)->socket, *(b++)->socket);
    }
    found_.not_recorded = comparer_.not_recorded();
    for (const std::string& gap : comparer_.gaps()) found_.gaps.push_back({GapKind::recording, gap});
    not_compared_.append_to(found_.gaps);
    if (may_have_changed_)
      found_.gaps.push_back({GapKind::recording,
                             "recorded through a filter or in some states only: what is missing may only have left "
                             "them, and what opened may only have come into them"});
    return std::move(found_);
  }

 private:
  void both(const Socket& a, const Socket& b) {
    Change change;
    if (comparer_.compare(a, b, change)) found_.changes.push_back(std::move(change));
  }
  void begin(const Known& one) {
    const Knows knows = before_.of(*one.socket, one.netns, after_);
    if (!store::looked(knows)) return not_compared_.add(*one.socket, name_after_, name_before_, knows);
    Change change = comparer_.opened(*one.socket);
    change.doubtful = knows != Knows::surely;
    may_have_changed_ = may_have_changed_ || knows == Knows::unless_it_changed;
    found_.changes.push_back(std::move(change));
  }
  void end(const Known& one) {
    const Knows knows = after_.of(*one.socket, one.netns, before_);
    if (!store::looked(knows)) return not_compared_.add(*one.socket, name_before_, name_after_, knows);
    const bool gone = witness_.proves(one, knows, before_);
    may_have_changed_ = may_have_changed_ || (!gone && knows == Knows::unless_it_changed);
    found_.changes.push_back({gone ? ChangeKind::gone : ChangeKind::missing, one.socket, nullptr});
  }

  const std::vector<store::KeyId> keys_ = identity_keys();
  std::string_view name_before_, name_after_;
  store::Comparer comparer_;
  Coverage before_, after_;
  std::vector<Known> then_, now_;
  Witness witness_;
  store::NotCompared not_compared_;
  bool may_have_changed_ = false;
  Differences found_;
};

/// Where nothing grew that is held: what tells most comes first, and mere traffic last.
int rank(ChangeKind kind) {
  constexpr std::array order{ChangeKind::state, ChangeKind::owner,   ChangeKind::opened,
                             ChangeKind::gone,  ChangeKind::missing, ChangeKind::grown};
  return static_cast<int>(std::find(order.begin(), order.end(), kind) - order.begin());
}

}  // namespace

std::string_view to_text(ChangeKind kind) { return change_names.at(static_cast<std::size_t>(kind)); }

Differences diff(const Sight& before, const Sight& after, const Sight* witness) {
  Differences found;
  found.relation = relation_of(before.head->at, after.head->at);
  if (found.relation != Relation::same_boot) return found;
  found = Comparison(before, after, witness).run();
  std::stable_sort(found.changes.begin(), found.changes.end(), [](const Change& x, const Change& y) {
    if (x.growth != y.growth) return x.growth > y.growth;
    if (x.kind != y.kind) return rank(x.kind) < rank(y.kind);
    return store::traffic_of(x) > store::traffic_of(y);
  });
  return found;
}

}  // namespace skq
