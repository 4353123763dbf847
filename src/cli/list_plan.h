// Everything that must be right before the kernel is asked: filter, expression, sort keys, columns, tables, needs.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "cli/settings.h"
#include "cli/usage_error.h"
#include "skq/collect.h"
#include "skq/render.h"
#include "skq/select.h"

namespace skq::cli {

struct ListPlan {
  Layout layout;
  Filter filter;
  KernelTests tests;  ///< of the filter: what the kernel may leave out
  std::optional<Where> where;
  std::vector<SortKey> sort;
  std::vector<TableRequest> tables;
  NeedSet chosen_by;           ///< of the expression, the sort keys and the filter: what decides which rows are taken
  NeedSet needs;               ///< of the columns, the expression, the sort keys and the filter
  bool where_is_late = false;  ///< the expression asks for owners, which are known only at the end
};

std::variant<ListPlan, UsageError> plan_list(const Settings& settings, Resolver& resolver);

}  // namespace skq::cli
