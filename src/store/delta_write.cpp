#include <algorithm>
#include <map>

#include "fields/print.h"
#include "store/delta.h"
#include "store/row_text.h"

namespace skq::store {
namespace {

constexpr std::size_t nowhere = SIZE_MAX;

struct Place {
  std::uint64_t identity;
  std::size_t at;
  auto operator<=>(const Place&) const = default;
};

std::vector<Place> places_of(const std::vector<Row>& rows) {
  std::vector<Place> places;
  places.reserve(rows.size());
  for (std::size_t at = 0; at < rows.size(); ++at) places.push_back({identity_of(rows[at]), at});
  std::sort(places.begin(), places.end());
  return places;
}

struct Matching {
  std::vector<std::size_t> to;     ///< of each base row its current one, or nowhere
  std::vector<std::size_t> added;  ///< current rows without a base row, rising
};

Matching match(const std::vector<Row>& base, const std::vector<Row>& current) {
  Matching found{std::vector<std::size_t>(base.size(), nowhere), {}};
  const std::vector<Place> before = places_of(base), after = places_of(current);
  auto one = before.begin();
  for (const Place& place : after) {
    while (one != before.end() && one->identity < place.identity) ++one;
    if (one != before.end() && one->identity == place.identity)
      found.to[(one++)->at] = place.at;
    else
      found.added.push_back(place.at);
  }
  std::sort(found.added.begin(), found.added.end());
  return found;
}

struct CellChange {
  std::size_t row;
  const Cell* before;  ///< null: had none
  const Cell* after;   ///< null: has none any more
};
using Changes = std::vector<std::vector<CellChange>>;  // by key

void compare(const Row& before, const Row& after, std::size_t row, Changes& changes) {
  auto a = before.begin();
  auto b = after.begin();
  while (a != before.end() || b != after.end()) {
    const bool only_a = b == after.end() || (a != before.end() && a->key < b->key);
    const bool only_b = a == before.end() || (b != after.end() && b->key < a->key);
    if (only_a)
      changes[a->key].push_back({row, &*a, nullptr});
    else if (only_b)
      changes[b->key].push_back({row, nullptr, &*b});
    else if (!same_value(*a, *b))
      changes[a->key].push_back({row, &*a, &*b});
    if (!only_b) ++a;
    if (!only_a) ++b;
  }
}

/// Numbers as the first one and the distances between them.
class Distances {
 public:
  explicit Distances(std::string& out) : out_(out) {}
  void append(std::size_t at) {
    if (!first_) out_ += ',';
    fields::append_number(out_, first_ ? at : at - last_);
    first_ = false;
    last_ = at;
  }

 private:
  std::string& out_;
  std::size_t last_ = 0;
  bool first_ = true;
};

bool both_numbers(const CellChange& change) {
  return change.before != nullptr && change.after != nullptr && change.before->kind == CellKind::number &&
         change.after->kind == CellKind::number;
}

// A counter's growth has fewer digits than the counter. Modulo 2^64, so that it is always exact.
void append_growth(std::string& out, const CellChange& change) {
  const std::uint64_t growth = change.after->number - change.before->number;
  const bool falls = growth >> 63U != 0;
  if (falls) out += '-';
  fields::append_number(out, falls ? 0 - growth : growth);
}

void append_changes(std::string& out, KeyId key, const std::vector<CellChange>& changes, bool numbers) {
  const std::size_t begin = out.size();
  ((out += "{\"chg\":\"") += recorded_keys()[key].name) += "\",\"at\":[";
  const std::size_t empty = out.size();
  Distances distances(out);
  for (const CellChange& change : changes) {
    if (both_numbers(change) == numbers) distances.append(change.row);
  }
  if (out.size() == empty) {
    out.resize(begin);
    return;
  }
  out += numbers ? "],\"by\":[" : "],\"v\":[";
  for (const CellChange& change : changes) {
    if (both_numbers(change) != numbers) continue;
    if (numbers)
      append_growth(out, change);
    else if (change.after != nullptr)
      append_value(out, *change.after);
    else
      out += "null";
    out += ',';
  }
  out.back() = ']';
  out += "}\n";
}

void append_removed(std::string& out, const Matching& matching) {
  if (std::find(matching.to.begin(), matching.to.end(), nowhere) == matching.to.end()) return;
  out += "{\"del\":[";
  Distances distances(out);
  for (std::size_t at = 0; at < matching.to.size(); ++at) {
    if (matching.to[at] == nowhere) distances.append(at);
  }
  out += "]}\n";
}

using Group = std::vector<std::size_t>;

/// Rows with the same keys together: one line for each group. By the group's first row, so that order is kept.
std::vector<Group> groups_of(const std::vector<Row>& rows, const std::vector<std::size_t>& added) {
  std::map<std::vector<KeyId>, std::size_t> group_of;
  std::vector<Group> groups;
  std::vector<KeyId> keys;
  for (const std::size_t at : added) {
    keys.clear();
    for (const Cell& cell : rows[at]) keys.push_back(cell.key);
    const auto [place, fresh] = group_of.emplace(keys, groups.size());
    if (fresh) groups.emplace_back();
    groups[place->second].push_back(at);
  }
  return groups;
}

void append_added(std::string& out, const std::vector<Row>& rows, const Group& group) {
  const Row& first = rows[group.front()];
  out += "{\"add\":[";
  for (const Cell& cell : first) ((out += '"') += recorded_keys()[cell.key].name) += "\",";
  if (out.back() == ',') out.pop_back();
  out += "],\"v\":[";
  for (std::size_t column = 0; column < first.size(); ++column) {
    if (column > 0) out += ',';
    out += '[';
    for (const std::size_t at : group) {
      append_value(out, rows[at][column]);
      out += ',';
    }
    out.back() = ']';
  }
  out += "]}\n";
}

}  // namespace

void append_delta(std::string& out, const Rows& base, Rows& current) {
  const Matching matching = match(base.list, current.list);
  Changes changes(recorded_keys().size());
  for (std::size_t at = 0; at < base.list.size(); ++at) {
    if (matching.to[at] != nowhere) compare(base.list[at], current.list[matching.to[at]], at, changes);
  }
  for (KeyId key = 0; key < changes.size(); ++key) {
    append_changes(out, key, changes[key], true);
    append_changes(out, key, changes[key], false);
  }
  append_removed(out, matching);
  const std::vector<Group> groups = groups_of(current.list, matching.added);
  for (const Group& group : groups) append_added(out, current.list, group);

  std::vector<Row> ordered;
  ordered.reserve(current.list.size());
  for (const std::size_t at : matching.to) {
    if (at != nowhere) ordered.push_back(std::move(current.list[at]));
  }
  for (const Group& group : groups) {
    for (const std::size_t at : group) ordered.push_back(std::move(current.list[at]));
  }
  current.list = std::move(ordered);
}

}  // namespace skq::store
