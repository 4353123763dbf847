// Columns that a snapshot was recorded without: in its rows they would be zero, and shall be absent.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "cli/list_plan.h"
#include "skq/fields.h"
#include "skq/store.h"

namespace skq::cli {

/// Takes such columns out of a plan, leaving ones without values in their places. It must outlive the plan.
class RecordedColumns {
 public:
  explicit RecordedColumns(const SnapshotHead& head) : head_(head) {}

  void adapt(ListPlan& plan);
  /// The gap that names them; empty: all are there.
  [[nodiscard]] std::optional<Gap> gap() const;

 private:
  const Field* replacement(const Field* field);

  const SnapshotHead& head_;
  std::deque<Field> absent_;
};

}  // namespace skq::cli
