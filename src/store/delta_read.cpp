#include <algorithm>

#include "store/delta.h"
#include "store/row_text.h"

namespace skq::store {
namespace {

/// Past `,"key":`.
bool take_key(JsonCursor& json, std::string_view key) {
  std::string scratch;
  std::string_view name;
  return json.take(',') && json.string(name, scratch) && name == key && json.take(':');
}

}  // namespace

// Rows of one kind have the same keys: where it was in the row before, it mostly is in this one. A search would fetch
// memory that nothing else needs.
Row::iterator DeltaReader::place_of(Row& row, KeyId key) {
  if (row.empty() || row.back().key < key) return row.end();
  if (last_place_ < row.size() && row[last_place_].key == key)
    return row.begin() + static_cast<std::ptrdiff_t>(last_place_);
  const auto place =
      std::lower_bound(row.begin(), row.end(), key, [](const Cell& cell, KeyId wanted) { return cell.key < wanted; });
  last_place_ = static_cast<std::size_t>(place - row.begin());
  return place;
}

/// True when that made a cell more.
bool DeltaReader::put(Row& row, const Cell& cell) {
  const auto place = place_of(row, cell.key);
  const bool there = place != row.end() && place->key == cell.key;
  if (there)
    *place = cell;
  else
    row.insert(place, cell);
  return !there;
}

/// True when that made a cell less.
bool DeltaReader::take_away(Row& row, KeyId key) {
  const auto place = place_of(row, key);
  if (place == row.end() || place->key != key) return false;
  row.erase(place);
  return true;
}

bool DeltaReader::apply(std::string_view line) {
  JsonCursor json(line);
  std::string scratch;
  std::string_view what;
  if (!json.take('{') || !json.string(what, scratch) || !json.take(':')) return false;
  if (what == "chg") return phase_ == Phase::changed && change(json);
  if (what == "del") return phase_ == Phase::changed && remove(json);
  return what == "add" && add(json);
}

bool DeltaReader::positions(JsonCursor& json, std::vector<std::uint32_t>& at) const {
  std::uint64_t last = 0;
  return json.list([&] {
    std::uint64_t step = 0;
    if (!json.integer(step) || step >= rows_.list.size() || (step == 0 && !at.empty())) return false;
    last += step;
    if (last >= rows_.list.size()) return false;
    at.push_back(static_cast<std::uint32_t>(last));
    return true;
  });
}

bool DeltaReader::change(JsonCursor& json) {
  std::string scratch, which_scratch;
  std::string_view name, which;
  if (!json.string(name, scratch)) return false;
  const auto key = find_key(name);
  if (!key) return true;  // of a newer version
  std::vector<std::uint32_t> at;
  if (!take_key(json, "at") || !positions(json, at) || !json.take(',') || !json.string(which, which_scratch) ||
      !json.take(':')) {
    return false;
  }
  const bool done = which == "by" ? change_by(json, at, *key) : which == "v" ? change_values(json, at, *key) : false;
  return done && json.take('}') && json.at_end();
}

bool DeltaReader::change_values(JsonCursor& json, const std::vector<std::uint32_t>& at, KeyId key) {
  std::size_t next = 0;
  const bool read = json.list([&] {
    Cell cell;
    bool found = false;
    if (next == at.size() || !read_value(json, key, *rows_.arena, cell, found)) return false;
    Row& row = rows_.list[at[next++]];
    if (!found) {
      if (take_away(row, key)) --values_;
      return true;
    }
    return !put(row, cell) || ++values_ <= most_values_;
  });
  return read && next == at.size();
}

bool DeltaReader::change_by(JsonCursor& json, const std::vector<std::uint32_t>& at, KeyId key) {
  std::size_t next = 0;
  const bool read = json.list([&] {
    JsonNumber growth;
    if (next == at.size() || !json.number(growth) || !growth.integral) return false;
    Row& row = rows_.list[at[next++]];
    const auto place = place_of(row, key);
    if (place == row.end() || place->key != key || place->kind != CellKind::number) return false;
    place->number += growth.negative ? 0 - growth.magnitude : growth.magnitude;
    return true;
  });
  return read && next == at.size();
}

bool DeltaReader::remove(JsonCursor& json) {
  std::vector<std::uint32_t> at;
  if (!positions(json, at) || !json.take('}') || !json.at_end()) return false;
  phase_ = Phase::deleted;
  std::size_t to = 0;
  auto next = at.begin();
  for (std::size_t from = 0; from < rows_.list.size(); ++from) {
    if (next != at.end() && *next == from) {
      ++next;
      values_ -= rows_.list[from].size();
      continue;
    }
    if (to != from) rows_.list[to] = std::move(rows_.list[from]);
    ++to;
  }
  rows_.list.resize(to);
  return true;
}

bool DeltaReader::add_column(JsonCursor& json, std::optional<KeyId> key, std::size_t column, std::size_t begin) {
  std::size_t next = begin;
  const bool read = json.list([&] {
    if (column == 0) rows_.list.emplace_back();
    if (next == rows_.list.size() || next >= most_values_) return false;
    Row& row = rows_.list[next++];
    std::string_view unknown;
    if (!key) return json.raw(unknown);
    Cell cell;
    bool found = false;
    if (!read_value(json, *key, *rows_.arena, cell, found)) return false;
    return !found || !put(row, cell) || ++values_ <= most_values_;
  });
  return read && next == rows_.list.size();
}

// Once for a row, unless the line promises more values than there may be.
void DeltaReader::make_room(std::size_t begin, std::size_t columns) {
  const std::size_t rows = rows_.list.size() - begin;
  if (rows == 0 || columns > (most_values_ - values_) / rows) return;
  for (std::size_t at = begin; at < rows_.list.size(); ++at) rows_.list[at].reserve(columns);
}

bool DeltaReader::add(JsonCursor& json) {
  phase_ = Phase::added;
  std::vector<std::optional<KeyId>> keys;
  std::string scratch;
  const bool named = json.list([&] {
    std::string_view name;
    if (!json.string(name, scratch)) return false;
    keys.push_back(find_key(name));
    return true;
  });
  if (!named || !take_key(json, "v")) return false;
  const std::size_t begin = rows_.list.size();
  std::size_t column = 0;
  const bool read = json.list([&] {
    if (column == 1) make_room(begin, keys.size());
    if (column == keys.size() || !add_column(json, keys[column], column, begin)) return false;
    ++column;
    return true;
  });
  return read && column == keys.size() && json.take('}') && json.at_end();
}

}  // namespace skq::store
