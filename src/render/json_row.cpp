#include "render/json_row.h"

#include <algorithm>
#include <variant>

#include "render/json_text.h"

namespace skq::render {
namespace {

using namespace std::string_view_literals;

}  // namespace

JsonRow::JsonRow(const Layout& layout, TextContext& context) : context_(context), per_family_(layout.per_family) {
  for (const Field* field : layout.columns) {
    const auto same = [field](const Member& member) { return member.field == field; };
    if (std::any_of(all_.begin(), all_.end(), same)) continue;  // a key must not stand twice in an object
    Member& member = all_.emplace_back();
    member.field = field;
    member.key = ',';
    append_json_string(member.key, field->name);
    member.key += ':';
    member.begin = Snippet(member.key);
  }
}

JsonRow::Kind& JsonRow::kind_of(const Socket& socket) {
  for (Kind& kind : kinds_)
    if (kind.family == socket.family && kind.netid == socket.netid) return kind;
  Kind& kind = kinds_.emplace_back(Kind{socket.family, socket.netid, {}, {}});
  for (const Member& member : all_)
    if (!per_family_ || applies(*member.field, socket)) kind.members.push_back(&member);
  find_runs(kind);
  return kind;
}

void JsonRow::find_runs(Kind& kind) {
  const auto& members = kind.members;
  for (std::size_t at = 0; at < members.size(); ++at) {
    const std::size_t from = at;
    while (at < members.size() && fields::hangs_on_common(*members[at]->field)) ++at;
    if (at - from > 1) kind.runs.push_back({from, at, {}});
  }
}

void JsonRow::add_members(const Kind& kind, std::size_t from, std::size_t to, const Socket& socket) {
  for (std::size_t at = from; at < to; ++at) {
    const Member& member = *kind.members[at];
    line_.need(member.begin.size());
    line_.add(member.begin);
    add(member.field->get(socket, context_));
  }
}

void JsonRow::append(std::string& out, const Socket& socket) {
  line_.clear();
  Kind& kind = kind_of(socket);
  const bool as_before = !kind.runs.empty() && alike_.as_before(socket);
  std::size_t at = 0;
  for (Run& run : kind.runs) {
    add_members(kind, at, run.from, socket);
    at = run.to;
    if (as_before) {
      line_.need(run.text.size());
      line_.add(run.text);
      continue;
    }
    const std::size_t begin = line_.text().size();
    add_members(kind, run.from, run.to, socket);
    run.text = line_.text().substr(begin);
  }
  add_members(kind, at, kind.members.size(), socket);
  std::string_view members = line_.text();
  if (!members.empty() && out.back() == '{') members.remove_prefix(1);
  out += members;
}

// What most values are has a way of its own; all others go the way of every JSON value.
void JsonRow::add(const Value& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return line_.add_integer(*number);
  if (std::holds_alternative<std::monostate>(value)) return line_.add("null"sv);
  if (const auto* text = std::get_if<std::string_view>(&value)) return line_.add_json_string(*text);
  if (const auto* number = std::get_if<double>(&value); number != nullptr && *number == 0) return line_.add('0');
  if (const auto* yes = std::get_if<bool>(&value)) return line_.add(*yes ? "true"sv : "false"sv);
  scratch_.clear();
  append_json_value(scratch_, value, context_.threads);
  line_.need(scratch_.size());
  line_.add(scratch_);
}

}  // namespace skq::render
