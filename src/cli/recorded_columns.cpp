#include "cli/recorded_columns.h"

#include <algorithm>
#include <memory>
#include <variant>

#include "cli/columns.h"
#include "select/where_program.h"

namespace skq::cli {
namespace {

constexpr std::size_t most_named = 8;

Value nothing(const Socket& /*socket*/, TextContext& /*context*/) { return {}; }

/// What -K, -E and -W know, and no look at sockets.
bool is_of_looks(const Field& field) {
  return is_rate(field) || field.name == "result" || field.name == "error" || field.name == "time";
}

}  // namespace

const Field* RecordedColumns::replacement(const Field* field) {
  if (is_of_looks(*field) || has_column(head_, *field)) return field;
  const auto known =
      std::find_if(absent_.begin(), absent_.end(), [&](const Field& f) { return f.name == field->name; });
  if (known != absent_.end()) return &*known;
  absent_.push_back(*field);
  absent_.back().get = nothing;
  return &absent_.back();
}

void RecordedColumns::adapt(ListPlan& plan) {
  if (head_.columns.empty()) return;
  for (const Field*& column : plan.layout.columns) column = replacement(column);
  for (SortKey& key : plan.sort) key.field = replacement(key.field);
  if (!plan.where) return;
  for (select::Comparison& test : plan.where->expression->tests) {
    test.field = replacement(test.field);
    if (auto* right = std::get_if<select::WhereField>(&test.literal)) right->field = replacement(right->field);
  }
}

std::optional<Gap> RecordedColumns::gap() const {
  if (absent_.empty()) return std::nullopt;
  std::string text = "not in the recording: ";
  for (std::size_t at = 0; at < std::min(absent_.size(), most_named); ++at)
    text += (at == 0 ? "" : ", ") + std::string(absent_[at].name);
  if (absent_.size() > most_named) text += " and " + std::to_string(absent_.size() - most_named) + " more columns";
  return Gap{GapKind::recording, std::move(text)};
}

}  // namespace skq::cli
