#include "store/row_text.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "base/text_json.h"
#include "base/text_utf8.h"
#include "fields/print.h"
#include "store/base64.h"

namespace skq::store {
namespace {

void append_plain(std::string& out, const Cell& cell) {
  switch (cell.kind) {
    case CellKind::boolean:
      out += cell.number != 0 ? "true" : "false";
      return;
    case CellKind::number:
      fields::append_number(out, cell.number);
      return;
    case CellKind::real: {
      char digits[32];
      const auto end = std::to_chars(digits, digits + sizeof digits, cell.real);
      out.append(digits, end.ptr);
      return;
    }
    case CellKind::text:
      append_json_string(out, cell.text());
      return;
    case CellKind::json:
      out += cell.text();
      return;
  }
}

bool is_lossy(const Cell& cell) { return cell.kind == CellKind::text && !is_valid_utf8(cell.text()); }

void hold(Cell& cell, CellKind kind, std::string_view kept) {
  cell.kind = kind;
  cell.size = static_cast<std::uint32_t>(kept.size());
  cell.bytes = kept.data();
}

bool read_number(JsonCursor& json, Cell& cell) {
  JsonNumber number;
  if (!json.number(number)) return false;
  if (number.integral && !number.negative) {
    cell.kind = CellKind::number;
    cell.number = number.magnitude;
  } else {
    cell.kind = CellKind::real;
    cell.real = number.integral ? -static_cast<double>(number.magnitude) : number.real;
  }
  return true;
}

// A list as it stands there; {"b64":…} are the bytes of a text.
bool read_structure(JsonCursor& json, Arena& arena, Cell& cell) {
  std::string_view raw;
  if (!json.raw(raw)) return false;
  // What is neither is kept, so that whoever makes a socket of it can tell that he could not.
  hold(cell, CellKind::json, arena.keep(raw));
  if (raw.front() == '[') return true;
  JsonCursor object(raw);
  return object.object([&](std::string_view key) {
    std::string scratch;
    std::string_view text;
    if (key != "b64") return object.raw(text);
    if (!object.string(text, scratch)) return false;
    const auto bytes = from_base64(text);
    if (bytes) hold(cell, CellKind::text, arena.keep(*bytes));
    return bytes.has_value();
  });
}

// "path_b64" are the bytes of the path that stands before it.
bool read_bytes_of(std::string_view name, JsonCursor& json, Arena& arena, Row& row) {
  constexpr std::string_view suffix = "_b64";
  std::string scratch;
  std::string_view text;
  const auto key = name.ends_with(suffix) ? find_key(name.substr(0, name.size() - suffix.size())) : std::nullopt;
  if (!key || json.peek() != '"') return json.raw(text);
  if (!json.string(text, scratch)) return false;
  const auto bytes = from_base64(text);
  if (!bytes) return false;
  Cell cell;
  cell.key = *key;
  hold(cell, CellKind::text, arena.keep(*bytes));
  row.push_back(cell);
  return true;
}

/// By rising key; of one that stands twice the last.
void put_in_order(Row& row) {
  const auto rises = [](const Cell& a, const Cell& b) { return a.key < b.key; };
  const auto same = [](const Cell& a, const Cell& b) { return a.key == b.key; };
  if (std::adjacent_find(row.begin(), row.end(), std::not_fn(rises)) == row.end()) return;
  std::reverse(row.begin(), row.end());
  std::stable_sort(row.begin(), row.end(), rises);
  row.erase(std::unique(row.begin(), row.end(), same), row.end());
}

}  // namespace

void append_row(std::string& out, const Row& row) {
  out += '{';
  for (const Cell& cell : row) {
    if (out.back() != '{') out += ',';
    const std::string_view name = recorded_keys()[cell.key].name;
    ((out += '"') += name) += "\":";
    append_plain(out, cell);
    if (!is_lossy(cell)) continue;
    ((out += ",\"") += name) += "_b64\":\"";
    append_base64(out, cell.text());
    out += '"';
  }
  out += '}';
}

void append_value(std::string& out, const Cell& cell) {
  if (!is_lossy(cell)) return append_plain(out, cell);
  append_base64(out += "{\"b64\":\"", cell.text());
  out += "\"}";
}

bool read_value(JsonCursor& json, KeyId key, Arena& arena, Cell& cell, bool& found) {
  cell.key = key;
  found = true;
  const char first = json.peek();
  if (first == '"') {
    std::string scratch;
    std::string_view text;
    if (!json.string(text, scratch)) return false;
    hold(cell, CellKind::text, arena.keep(text));
    return true;
  }
  if (first == 't' || first == 'f') {
    bool value = false;
    if (!json.boolean(value)) return false;
    cell.kind = CellKind::boolean;
    cell.number = value ? 1 : 0;
    return true;
  }
  if (first == 'n') {
    found = false;
    return json.take_null();
  }
  if (first == '[' || first == '{') return read_structure(json, arena, cell);
  return read_number(json, cell);
}

bool read_row(std::string_view line, Arena& arena, Row& row) {
  JsonCursor json(line);
  const bool read = json.object([&](std::string_view name) {
    const auto key = find_key(name);
    if (!key) return read_bytes_of(name, json, arena, row);
    Cell cell;
    bool found = false;
    if (!read_value(json, *key, arena, cell, found)) return false;
    if (found) row.push_back(cell);
    return true;
  });
  if (!read || !json.at_end()) return false;
  put_in_order(row);
  return true;
}

}  // namespace skq::store
