// Changes as JSON: one document, {"skq":{head},"diff":{…},"changes":[…]}, or one change a line.
#include <algorithm>

#include "render/changes_parts.h"
#include "render/json_head.h"
#include "render/json_writer.h"
#include "render/number_text.h"

namespace skq::render {
namespace {

std::optional<std::int64_t> signed_of(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// A difference may be negative; modulo 2^64 it is what it is.
std::int64_t delta_of(const FieldChange& change) { return static_cast<std::int64_t>(change.after - change.before); }

std::optional<double> rate_of(const FieldChange& change, double seconds) {
  if (!change.counter || change.after < change.before || seconds <= 0) return std::nullopt;
  return static_cast<double>(change.after - change.before) / seconds;
}

class ChangesJson {
 public:
  ChangesJson(std::string& out, const ChangesReport& report)
      : out_(out),
        report_(report),
        seconds_(seconds_between(report)),
        before_(out, *report.before.context, report.columns),
        after_(out, *report.after.context, report.columns) {}

  void document(const ChangesView& view) {
    out_ += "{\"skq\":";
    append_json_head(out_, report_.after.head->at, view.version);
    append_json_gaps(out_, {report_.gaps.begin(), report_.gaps.end()});
    out_ += "},\n\"diff\":";
    after_.object([&] { about(view); });
    out_ += ",\n\"changes\":";
    after_.array(report_.changes, [&](const Change* change) {
      out_ += '\n';
      after_.object([&] { members(*change); });
    });
    out_ += "}\n";
  }

  void lines() {
    for (const Change* change : report_.changes) {
      after_.object([&] { flat(*change); });
      out_ += '\n';
    }
  }

 private:
  void about(const ChangesView& view) {
    look("a", report_.before, view);
    look("b", report_.after, view);
    after_.number("seconds", seconds_, milliseconds);
    after_.boolean("comparable", report_.differences->relation == Relation::same_boot);
    after_.text("reason", report_.differences->relation == Relation::same_boot ? "" : "another boot");
    after_.boolean("witnessed", report_.witnessed);
    after_.list("not_recorded", report_.differences->not_recorded,
                [&](const Field* field) { append_json_string(out_, field->name); });
    for (std::size_t kind = 0; kind < change_kinds; ++kind)
      after_.integer(to_text(static_cast<ChangeKind>(kind)), signed_of(report_.counts.at(kind)));
  }

  void look(std::string_view name, const ComparedLook& look, const ChangesView& view) {
    after_.key(name);
    append_json_head(out_, look.head->at, view.version);
    out_ += look.live ? "\"live\":true," : "\"live\":false,";
    append_json_gaps(out_, look.head->gaps);
    after_.integer("sockets", signed_of(look.sockets));
    after_.integer("chosen", signed_of(look.chosen));
    out_ += '}';
  }

  void members(const Change& change) {
    JsonWriter& teller = change.after != nullptr ? after_ : before_;
    after_.text("kind", to_text(change.kind));
    teller.socket("socket", &told_socket(change));
    side("before", before_, change.before, change, false);
    side("after", after_, change.after, change, true);
    after_.list("fields", change.fields, [&](const FieldChange& field) {
      after_.object([&] {
        after_.text("field", field.field->name);
        after_.integer("before", signed_of(field.before));
        after_.integer("after", signed_of(field.after));
        after_.integer("delta", delta_of(field));
        after_.number("per_second", rate_of(field, seconds_), hundredths);
      });
    });
    after_.integer("growth", signed_of(change.growth));
    after_.boolean("doubtful", change.doubtful);
  }

  /// What differs, as it is on that side.
  void side(std::string_view name, JsonWriter& to, const Socket* socket, const Change& change, bool later) {
    to.key(name);
    if (socket == nullptr) {
      out_ += "null";
      return;
    }
    to.object([&] {
      if (change.before != nullptr && change.after != nullptr) differing(to, *socket, change);
      for (const FieldChange& field : change.fields)
        to.integer(field.field->name, signed_of(later ? field.after : field.before));
    });
  }

  void differing(JsonWriter& to, const Socket& socket, const Change& change) {
    if (change.kind == ChangeKind::state) {
      value(to, "state", socket);
      value(to, "shutdown", socket);
    }
    if (change.owners_changed) value(to, "owners", socket);
  }

  void value(JsonWriter& to, std::string_view name, const Socket& socket, std::string_view key = {}) {
    TextContext& context = &to == &after_ ? *report_.after.context : *report_.before.context;
    to.key(key.empty() ? name : key);
    append_json_value(out_, find_field(name)->get(socket, context), false);
  }

  void flat(const Change& change) {
    JsonWriter& teller = change.after != nullptr ? after_ : before_;
    const Socket& socket = told_socket(change);
    teller.integer("ts", seconds_of(report_.after.head->at.time_ns));
    teller.text("host", report_.after.head->at.host);
    teller.text("change", to_text(change.kind));
    teller.number("seconds", seconds_, milliseconds);
    teller.integer("growth", signed_of(change.growth));
    teller.boolean("doubtful", change.doubtful);
    for (const Field* field : report_.columns)
      if (applies(*field, socket)) value(teller, field->name, socket);
    if (change.kind == ChangeKind::state) value(before_, "state", *change.before, "state_before");
    if (change.owners_changed) value(before_, "owners", *change.before, "owners_before");
    for (const FieldChange& field : change.fields) {
      const auto& columns = report_.columns;
      const bool stands_there = std::find(columns.begin(), columns.end(), field.field) != columns.end();
      if (!stands_there) teller.integer(field.field->name, signed_of(field.after));
      teller.integer(std::string(field.field->name) + "_delta", delta_of(field));
    }
  }

  std::string& out_;
  const ChangesReport& report_;
  double seconds_;
  JsonWriter before_, after_;
};

}  // namespace
}  // namespace skq::render

namespace skq {

void append_changes_json(std::string& out, const ChangesReport& report, const ChangesView& view) {
  render::ChangesJson(out, report).document(view);
}

void append_changes_lines(std::string& out, const ChangesReport& report) { render::ChangesJson(out, report).lines(); }

}  // namespace skq
