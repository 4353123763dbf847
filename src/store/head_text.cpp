#include "store/head_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text_json.h"
#include "fields/print.h"
#include "model/name_tables.h"
#include "store/civil_time.h"
#include "store/json_cursor.h"

namespace skq::store {
namespace {

constexpr std::uint64_t version = 1;
constexpr std::int64_t second = 1'000'000'000;
constexpr std::size_t most_gaps = 1000, most_columns = 1000;

void append_text(std::string& out, std::string_view key, std::string_view value) {
  append_json_string(out += key, value);
}

void append_gaps(std::string& out, const std::vector<Gap>& gaps) {
  out += gaps.empty() ? ",\"complete\":true,\"gaps\":[" : ",\"complete\":false,\"gaps\":[";
  for (const Gap& gap : gaps) {
    if (&gap != &gaps.front()) out += ',';
    append_text(out, "{\"kind\":", to_text(gap.kind));
    append_text(out, ",\"detail\":", gap.detail);
    out += '}';
  }
  out += ']';
}

bool read_text(JsonCursor& json, std::string& value) {
  std::string scratch;
  std::string_view text;
  if (!json.string(text, scratch)) return false;
  value = text;
  return true;
}

bool read_gap(JsonCursor& json, std::vector<Gap>& gaps) {
  Gap gap;
  std::string kind;
  const bool read = gaps.size() < most_gaps && json.object([&](std::string_view key) {
    std::string_view unknown;
    if (key == "kind") return read_text(json, kind);
    if (key == "detail") return read_text(json, gap.detail);
    return json.raw(unknown);
  });
  const auto named = std::find(gap_names.begin(), gap_names.end(), kind);
  // A kind of a newer version is a gap all the same.
  gap.kind = named != gap_names.end() ? static_cast<GapKind>(named - gap_names.begin()) : GapKind::system;
  gaps.push_back(std::move(gap));
  return read;
}

void append_states(std::string& out, StateSet states) {
  out += ",\"states\":[";
  bool first = true;
  for (std::size_t number = 0; number < state_names.size(); ++number) {
    if (!states.has(static_cast<State>(number))) continue;
    append_text(out, first ? "" : ",", state_names[number]);
    first = false;
  }
  out += ']';
}

void append_texts(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (const std::string& text : texts) append_text(out, &text == &texts.front() ? "" : ",", text);
  out += ']';
}

void append_scope(std::string& out, const Scope& scope) {
  out += scope.all_netns ? ",\"scope\":{\"all_netns\":true" : ",\"scope\":{\"all_netns\":false";
  if (scope.netns_findings) out += ",\"netns_findings\":true";
  append_text(out, ",\"filter\":", scope.filter);
  out += ",\"tables\":[";
  for (const Scope::Table& table : scope.tables) {
    if (&table != &scope.tables.front()) out += ',';
    append_text(out, "{\"family\":", to_text(table.family));
    append_text(out, ",\"netid\":", to_text(table.netid));
    if (~table.states != StateSet()) append_states(out, table.states);
    out += '}';
  }
  out += ']';
  if (!scope.unlisted.empty()) append_texts(out += ",\"unlisted\":", scope.unlisted);
  out += '}';
}

template <class Enum, class Names>
bool read_named(JsonCursor& json, const Names& names, std::optional<Enum>& value) {
  std::string word;
  if (!read_text(json, word)) return false;
  const auto found = std::find(names.begin(), names.end(), word);
  if (found != names.end()) value = static_cast<Enum>(found - names.begin());
  return true;
}

bool read_states(JsonCursor& json, StateSet& states) {
  states = {};
  return json.list([&] {
    std::optional<State> state;
    if (!read_named(json, state_names, state)) return false;
    if (state) states.add(*state);
    return true;
  });
}

bool read_table(JsonCursor& json, std::vector<Scope::Table>& tables) {
  std::optional<Family> family;
  std::optional<Netid> netid;
  StateSet states = ~StateSet();
  const bool read = tables.size() < most_columns && json.object([&](std::string_view key) {
    std::string_view unknown;
    if (key == "family") return read_named(json, family_names, family);
    if (key == "netid") return read_named(json, netid_names, netid);
    return key == "states" ? read_states(json, states) : json.raw(unknown);
  });
  // One of a newer version has no rows that could be read here.
  if (family && netid) tables.push_back({*family, *netid, states});
  return read;
}

bool read_texts(JsonCursor& json, std::vector<std::string>& texts) {
  return json.list([&] { return texts.size() < most_columns && read_text(json, texts.emplace_back()); });
}

bool read_scope(JsonCursor& json, std::optional<Scope>& to) {
  Scope& scope = to.emplace();
  return json.object([&](std::string_view key) {
    std::string_view unknown;
    if (key == "all_netns") return json.boolean(scope.all_netns);
    if (key == "netns_findings") return json.boolean(scope.netns_findings);
    if (key == "filter") return read_text(json, scope.filter);
    if (key == "unlisted") return read_texts(json, scope.unlisted);
    if (key == "tables") return json.list([&] { return read_table(json, scope.tables); });
    return json.raw(unknown);
  });
}

struct Reading {
  SnapshotHead head;
  std::string type, kind;
  std::uint64_t v = 0, nanoseconds = 0;
  std::int64_t seconds = 0;
  bool counted = false;
  std::optional<bool> complete;
};

bool read_seconds(JsonCursor& json, std::int64_t& seconds) {
  constexpr std::uint64_t farthest = INT64_MAX / second - 1;
  JsonNumber number;
  if (!json.number(number) || !number.integral || number.magnitude > farthest) return false;
  seconds = static_cast<std::int64_t>(number.magnitude) * (number.negative ? -1 : 1);
  return true;
}

bool read_member(JsonCursor& json, std::string_view key, Reading& to) {
  std::string_view unknown;
  if (key == "type") return read_text(json, to.type);
  if (key == "kind") return read_text(json, to.kind);
  if (key == "host") return read_text(json, to.head.at.host);
  if (key == "boot_id") return read_text(json, to.head.at.boot_id);
  if (key == "kernel") return read_text(json, to.head.at.kernel);
  if (key == "v") return json.integer(to.v);
  if (key == "ts") return read_seconds(json, to.seconds);
  if (key == "ns") return json.integer(to.nanoseconds) && to.nanoseconds < second;
  if (key == "seq") return json.integer(to.head.seq);
  if (key == "netns") return json.integer(to.head.at.netns);
  if (key == "findings") return json.integer(to.head.findings.emplace());
  if (key == "n") return to.counted = json.integer(to.head.rows);
  if (key == "complete" && (json.peek() == 't' || json.peek() == 'f')) return json.boolean(to.complete.emplace());
  if (key == "gaps") return json.list([&] { return read_gap(json, to.head.gaps); });
  if (key == "columns") return read_texts(json, to.head.columns);
  if (key == "scope") return read_scope(json, to.head.scope);
  return json.raw(unknown);
}

// What a recorder does not say is not taken for good.
void note_silence(Reading& reading) {
  if (!reading.head.gaps.empty() || reading.complete == true) return;
  reading.head.gaps.push_back(
      {GapKind::recording, reading.complete ? "the recorder said that the snapshot is incomplete, and not why"
                                            : "the snapshot does not say whether it is complete"});
}

}  // namespace

void append_head(std::string& out, const SnapshotHead& head) {
  const Instant at = instant_of(head.at.time_ns);
  fields::append_number(out += "{\"type\":\"snapshot\",\"v\":", version);
  out += head.full ? ",\"kind\":\"full\",\"ts\":" : ",\"kind\":\"delta\",\"ts\":";
  out += std::to_string(at.seconds);
  fields::append_number(out += ",\"ns\":", at.nanoseconds);
  append_iso_time(out += ",\"time\":\"", head.at.time_ns);
  fields::append_number(out += "\",\"seq\":", head.seq);
  append_text(out, ",\"host\":", head.at.host);
  append_text(out, ",\"boot_id\":", head.at.boot_id);
  append_text(out, ",\"kernel\":", head.at.kernel);
  fields::append_number(out += ",\"netns\":", head.at.netns);
  append_gaps(out, head.gaps);
  fields::append_number(out += ",\"n\":", head.rows);
  if (head.findings) fields::append_number(out += ",\"findings\":", *head.findings);
  if (head.full) {
    append_texts(out += ",\"columns\":", head.columns);
    if (head.scope) append_scope(out, *head.scope);
  }
  out += "}\n";
}

std::optional<SnapshotHead> read_head(std::string_view line) {
  JsonCursor json(line);
  Reading reading;
  const bool read = json.object([&](std::string_view key) { return read_member(json, key, reading); });
  const bool known_kind = reading.kind == "full" || reading.kind == "delta";
  if (!read || !json.at_end() || reading.type != "snapshot" || reading.v != version || !known_kind ||
      !reading.counted) {
    return std::nullopt;
  }
  note_silence(reading);
  reading.head.full = reading.kind == "full";
  reading.head.at.time_ns = reading.seconds * second + static_cast<std::int64_t>(reading.nanoseconds);
  return std::move(reading.head);
}

std::string why_no_head(std::string_view line) {
  JsonCursor json(line);
  std::string type;
  std::uint64_t v = version;
  // Whatever else a newer one says, and however.
  const bool read = json.object([&](std::string_view key) {
    std::string_view unknown;
    if (key == "type" && json.peek() == '"') return read_text(json, type);
    return key == "v" ? json.integer(v) : json.raw(unknown);
  });
  if (!read || type != "snapshot" || v == version) return "a frame that is no snapshot";
  return "a snapshot of format " + std::to_string(v) + ", and this version of skq reads format " +
         std::to_string(version);
}

}  // namespace skq::store
