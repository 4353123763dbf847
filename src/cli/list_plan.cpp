#include "cli/list_plan.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "cli/columns.h"
#include "cli/tables.h"
#include "select/where_program.h"

namespace skq::cli {
namespace {

/// Without looks to compare, a rate has no value in any row: an answer that would look like "nothing flows".
Problem refuse_rate(const Settings& settings, const Field& field) {
  if (settings.watch || !is_rate(field)) return {};
  return UsageError{std::string(field.name) +
                    " needs -W (--watch): a rate is what a counter grows by from one look to the next"};
}

/// fill stands among the columns of every table. A BPF program for the sake of datagram receivers would cost those too
/// much; who names it wants all of it.
NeedSet needs_when_named(const Field& field) {
  return field.name == "fill" ? field.needs | NeedSet(Need::unix_queue) : field.needs;
}

/// Columns that are named themselves, which those of @all and the like are not: rates would be absent.
Problem plan_named_columns(const Settings& settings, ListPlan& plan) {
  std::string_view rest = settings.columns ? *settings.columns : std::string_view{};
  if (rest.starts_with('-')) return {};
  if (rest.starts_with('+')) rest.remove_prefix(1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (const Field* field = find_field(rest.substr(0, end))) {
      if (auto problem = refuse_rate(settings, *field)) return problem;
      plan.needs = plan.needs | needs_when_named(*field);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

Problem plan_columns(const Settings& settings, ListPlan& plan) {
  if (auto problem = plan_named_columns(settings, plan)) return problem;
  auto layout = make_layout(settings, plan.filter.states);
  if (auto* error = std::get_if<SyntaxError>(&layout)) return mistake(*error);
  plan.layout = std::move(std::get<Layout>(layout));
  plan.needs = plan.needs | needs_of(plan.layout);
  // They stand with the owners, in whatever column shows those.
  if (settings.context && plan.needs.has(Need::owners)) plan.needs.add(Need::context);
  if (settings.contexts && plan.needs.has(Need::owners)) plan.needs.add(Need::socket_context);
  return {};
}

Problem plan_where(const Settings& settings, ListPlan& plan) {
  if (!settings.where) return {};
  auto where = parse_where(*settings.where);
  if (auto* error = std::get_if<SyntaxError>(&where)) return mistake(*error);
  plan.where = std::move(std::get<Where>(where));
  for (const select::Comparison& test : plan.where->expression->tests) {
    const auto* right = std::get_if<select::WhereField>(&test.literal);
    for (const Field* field : {test.field, right == nullptr ? test.field : right->field}) {
      if (auto problem = refuse_rate(settings, *field)) return problem;
      plan.chosen_by = plan.chosen_by | needs_when_named(*field);
    }
  }
  plan.chosen_by = plan.chosen_by | plan.where->needs;
  plan.where_is_late = !(plan.where->needs & owner_needs).empty();
  return {};
}

Problem plan_sort(const Settings& settings, ListPlan& plan) {
  if (!settings.sort) return {};
  auto keys = parse_sort(*settings.sort);
  if (auto* error = std::get_if<SyntaxError>(&keys)) return mistake(*error);
  plan.sort = std::move(std::get<std::vector<SortKey>>(keys));
  for (const SortKey& key : plan.sort) {
    if (auto problem = refuse_rate(settings, *key.field)) return problem;
    plan.chosen_by = plan.chosen_by | needs_when_named(*key.field);
  }
  return {};
}

/// What was asked for by name; nothing named is every table, and then a word of the filter has to say its family.
FilterScope scope_of(const TableChoice& tables) {
  FilterScope scope;
  if (!tables.chosen && !tables.queried) return scope;
  for (const TableRequest& table : table_requests(tables, std::nullopt)) {
    scope.families.add(table.family);
    scope.netids.add(table.netid);
  }
  return scope;
}

/// ss reads the words and then the file as one text, from left to right; here each is an expression of its own.
Problem add_filter_file(const FilterFile& file, Resolver& resolver, const FilterScope& scope, Filter& to) {
  const std::string_view text = file.text;
  auto filter = parse_filter(std::span(&text, 1), resolver, scope);
  if (auto* error = std::get_if<SyntaxError>(&filter)) return mistake(in_file(file, std::move(*error)));
  to = both(std::move(to), std::move(std::get<Filter>(filter)));
  return {};
}

Problem plan_filter(const Settings& settings, Resolver& resolver, ListPlan& plan) {
  const std::vector<std::string_view> words(settings.filter.begin(), settings.filter.end());
  const FilterScope scope = scope_of(settings.tables);
  auto filter = parse_filter(words, resolver, scope);
  if (auto* error = std::get_if<SyntaxError>(&filter)) return mistake(*error);
  plan.filter = std::move(std::get<Filter>(filter));
  if (settings.filter_text) {
    if (auto problem = add_filter_file(*settings.filter_text, resolver, scope, plan.filter)) return problem;
  }
  plan.tests = kernel_tests(plan.filter);
  // The filter's interfaces are ours; under their numbers the kernel would know others elsewhere.
  if (settings.all_netns) {
    for (std::vector<KernelTest>* tests : {&plan.tests.v4, &plan.tests.v6})
      *tests = simplified(*tests, KernelTestKinds(KernelTest::Kind::device));
  }
  plan.chosen_by = plan.chosen_by | plan.filter.needs;
  return {};
}

Problem plan_tables(const Settings& settings, ListPlan& plan) {
  if (plan.filter.states && plan.filter.states->empty()) return UsageError{"state and exclude leave no state to show"};
  plan.tables = table_requests(settings.tables, plan.filter.states);
  // A state that none of the chosen tables has is an answer: no rows. No table at all is a mistake.
  if (plan.tables.empty() && table_requests(settings.tables, std::nullopt).empty() && settings.tables.tables.empty())
    return UsageError{"no socket table is left to show"};
  return {};
}

}  // namespace

std::variant<ListPlan, UsageError> plan_list(const Settings& settings, Resolver& resolver) {
  ListPlan plan;
  if (auto problem = plan_where(settings, plan)) return *problem;
  if (auto problem = plan_sort(settings, plan)) return *problem;
  if (auto problem = plan_filter(settings, resolver, plan)) return *problem;
  if (auto problem = plan_columns(settings, plan)) return *problem;  // ss's hang on the filter's states
  if (auto problem = plan_tables(settings, plan)) return *problem;
  plan.needs = plan.needs | plan.chosen_by;
  return plan;
}

}  // namespace skq::cli
