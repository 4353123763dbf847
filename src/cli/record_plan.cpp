#include "cli/record_plan.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "cli/tables.h"
#include "skq/fields.h"
#include "store/rows.h"

namespace skq::cli {
namespace {

constexpr std::array details{&Settings::extended, &Settings::memory, &Settings::processes,   &Settings::timers,
                             &Settings::info,     &Settings::tos,    &Settings::inet_sockopt};

struct Said {
  std::string_view name;
  bool (*is_given)(const Settings&);
};

// What says how to record, and has nothing to say to --list.
constexpr std::array of_recording{
    Said{"--why", [](const Settings& s) { return s.record.findings; }},
    Said{"--interval", [](const Settings& s) { return s.record.interval.has_value(); }},
    Said{"--full-every", [](const Settings& s) { return s.record.full_every.has_value(); }},
    Said{"--keep-days", [](const Settings& s) { return s.record.keep_days.has_value(); }},
    Said{"--max-bytes", [](const Settings& s) { return s.record.most_bytes.has_value(); }},
    Said{"-c (--columns)", [](const Settings& s) { return s.columns.has_value(); }},
    Said{"--where", [](const Settings& s) { return s.where.has_value(); }},
    Said{"FILTER", [](const Settings& s) { return !s.filter.empty() || s.filter_file.has_value(); }},
    Said{"a choice of sockets", [](const Settings& s) { return s.tables.chosen || s.tables.queried; }},
};

/// fill that was asked for by name is also that of datagram queues, which belongs to another column.
void add_what_fill_is_made_of(ListPlan& plan) {
  const Field *fill = find_field("fill"), *queue = find_field("dgram_fill");
  auto& columns = plan.layout.columns;
  const auto has = [&](const Field* field) {
    return std::find(columns.begin(), columns.end(), field) != columns.end();
  };
  if (has(fill) && !has(queue) && plan.needs.has(Need::unix_queue)) columns.push_back(queue);
}

}  // namespace

bool RecordPlan::records(std::string_view column) const {
  const auto& columns = list.layout.columns;
  return std::any_of(columns.begin(), columns.end(), [&](const Field* field) { return field->name == column; });
}

Problem mistake_in_record(const Settings& settings) {
  const bool json = settings.format == Format::json || settings.format == Format::jsonl;
  if (settings.record.count && !settings.record.interval)
    return UsageError{"--count needs --interval: without it one snapshot is recorded"};
  if (settings.settle && !settings.record.findings)
    return UsageError{"--settle needs --why: it is the time between the two looks of its findings"};
  if (!settings.record.list && settings.format != Format::table)
    return UsageError{"a format is for --list: a snapshot is recorded in one form, and read by --from in all"};
  if (settings.record.list && settings.format != Format::table && !json)
    return UsageError{"record --list has the formats table, json and jsonl"};
  if (!settings.record.list) return {};
  for (const Said& option : of_recording)
    if (option.is_given(settings))
      return UsageError{std::string(option.name) + " cannot go with --list, which records nothing"};
  return {};
}

std::variant<RecordPlan, UsageError> plan_record(const Settings& given, Resolver& resolver) {
  RecordPlan plan{given, {}};
  Settings& settings = plan.settings;
  settings.format = Format::json;  // whose columns are those with a value of their own
  for (const auto detail : details) settings.*detail = true;
  // -A asks for connected sockets as ss does; a record that leaves out listeners would be of little use.
  const bool states_said = settings.tables.asked && *settings.tables.asked != states_of_query();
  if (!states_said) ask_for_all(settings.tables);
  auto list = plan_list(settings, resolver);
  if (auto* error = std::get_if<UsageError>(&list)) return std::move(*error);
  plan.list = std::move(std::get<ListPlan>(list));
  add_what_fill_is_made_of(plan.list);
  plan.list.needs = plan.list.needs | store::needs_for(plan.list.layout.columns);
  // A later listing may name what nobody names now, and shall know what the kernel could not tell of it.
  for (TableRequest& table : plan.list.tables) table.named = true;
  return plan;
}

}  // namespace skq::cli
