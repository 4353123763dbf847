#include "cli/facts.h"

#include <algorithm>

#include "base/text_escape.h"
#include "render/json_head.h"
#include "render/json_text.h"

namespace skq::cli {
namespace {

std::string joined(const Fact& fact, char between) {
  std::string name;
  for (const std::string& part : fact.path) {
    if (!name.empty()) name += between;
    name += part;
  }
  if (between == '_') std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

Value value_of(const Fact& fact) {
  return std::holds_alternative<std::string_view>(fact.value) ? Value(std::string_view(fact.text)) : fact.value;
}

/// The tree as an object, from its leaves in order.
void append_object(std::string& out, const std::vector<Fact>& facts) {
  std::vector<std::string> open;
  out += '{';
  for (const Fact& fact : facts) {
    const auto differs = std::mismatch(open.begin(), open.end(), fact.path.begin(), fact.path.end() - 1);
    const auto common = static_cast<std::size_t>(differs.first - open.begin());
    for (; open.size() > common; open.pop_back()) out += '}';
    if (out.back() != '{') out += ',';
    for (std::size_t at = common; at + 1 < fact.path.size(); ++at) {
      render::append_json_string(out, fact.path[at]);
      out += ":{";
      open.push_back(fact.path[at]);
    }
    render::append_json_string(out, fact.path.back());
    out += ':';
    render::append_json_value(out, value_of(fact), false);
  }
  out.append(open.size() + 1, '}');
}

std::string json(const Facts& facts, const FactsHead& head) {
  std::string out = "{\"skq\":";
  render::append_json_head(out, head.circumstances, head.version);
  render::append_json_gaps(out, head.gaps);
  out += "},\n";
  render::append_json_string(out, head.key);
  out += ':';
  append_object(out, facts.all());
  return out += "}\n";
}

std::string json_line(const Facts& facts, const FactsHead& head) {
  std::string out = "{\"ts\":";
  render::append_signed_integer(out, render::seconds_of(head.circumstances.time_ns));
  out += ",\"host\":";
  render::append_json_string(out, head.circumstances.host);
  for (const Fact& fact : facts.all()) {
    out += ',';
    render::append_json_string(out, joined(fact, '_'));
    out += ':';
    render::append_json_value(out, value_of(fact), false);
  }
  return out += "}\n";
}

void append_csv_cell(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) (out += c) += c == '"' ? "\"" : "";
  out += '"';
}

/// Numbers as JSON has them, text as the format wants it, nothing for what is absent.
std::string bare(const Fact& fact, bool csv) {
  if (std::holds_alternative<std::monostate>(fact.value)) return csv ? "" : "-";
  std::string text;
  if (!std::holds_alternative<std::string_view>(fact.value)) {
    render::append_json_value(text, fact.value, false);
  } else if (csv) {
    text = fact.text;
  } else {
    append_escaped_word(text, fact.text);
    if (text.empty()) text = "\"\"";
  }
  return text;
}

std::string lines(const Facts& facts, const FactsHead& head, bool csv) {
  const std::string_view between = csv ? "," : " ", end = csv ? "\r\n" : "\n";
  std::string stamp, out;
  if (head.stamped) {
    render::append_signed_integer(stamp, render::seconds_of(head.circumstances.time_ns));
    stamp += between;
  }
  if (head.header) {
    if (head.stamped) (out += "ts") += between;
    (((out += "name") += between) += "value") += end;
  }
  for (const Fact& fact : facts.all()) {
    ((out += stamp) += joined(fact, '.')) += between;
    csv ? append_csv_cell(out, bare(fact, csv)) : void(out += bare(fact, csv));
    out += end;
  }
  return out;
}

}  // namespace

void Facts::push(Path path, Value value) {
  Fact fact;
  for (const std::string_view part : path) fact.path.emplace_back(part);
  if (const auto* text = std::get_if<std::string_view>(&value)) fact.text = *text;
  fact.value = value;
  list_.push_back(std::move(fact));
}

void Facts::add(Path path, std::optional<std::uint64_t> value) { push(path, value ? Value(*value) : Value()); }
void Facts::add(Path path, std::optional<double> value) { push(path, value ? Value(*value) : Value()); }
void Facts::add_text(Path path, std::optional<std::string_view> value) { push(path, value ? Value(*value) : Value()); }

std::string facts_text(const Facts& facts, Format format, const FactsHead& head) {
  switch (format) {
    case Format::json:
      return json(facts, head);
    case Format::jsonl:
      return json_line(facts, head);
    case Format::csv:
      return lines(facts, head, true);
    case Format::raw:
    case Format::table:
    case Format::prom:
      break;
  }
  return lines(facts, head, false);
}

}  // namespace skq::cli
