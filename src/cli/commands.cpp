#include "cli/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cli/help.h"
#include "cli/options.h"

namespace skq::cli {
namespace {

constexpr std::array rows{
    CommandRow{.command = Command::list,
               .action = Action::list,
               .usage = "[OPTION]... [FILTER]",
               .purpose = "list the host's sockets",
               .takes_operands = false},
    CommandRow{.command = Command::why,
               .word = "why",
               .action = Action::why,
               .usage = "why [OPTION]... [TARGET]...",
               .purpose = "who is stuck on whom, since when",
               .help = why_help},
    CommandRow{.command = Command::record,
               .word = "record",
               .action = Action::record,
               .usage = "record [OPTION]... [FILTER]",
               .purpose = "append a snapshot to the day's file",
               .stands_first = true,
               .takes_operands = false,
               .help = record_help},
    CommandRow{.command = Command::diff,
               .word = "diff",
               .action = Action::diff,
               .usage = "diff [OPTION]... [A [B]]",
               .purpose = "what became of the sockets",
               .stands_first = true,
               .help = diff_help},
    CommandRow{.command = Command::check,
               .word = "check",
               .action = Action::check,
               .usage = "check METRIC [OPTION]... [FILTER]",
               .purpose = "a number against its thresholds",
               .stands_first = true,
               .help = check_help},
};

/// Why `skq why` has not got an option, where its chapter does not say it.
struct Reason {
  std::string_view name, text;
};
constexpr std::array reasons_of_why{
    Reason{"yes", "it answers the question of -K (--kill)"},
    Reason{"rates", "they are columns of the list"},
    Reason{"all-netns", "why looks into every network namespace by itself"},
    Reason{"list-columns", "it does something else"},
};

std::string_view reason_in_why(const Option& option) {
  for (const Reason& reason : reasons_of_why)
    if (reason.name == option.name) return reason.text;
  switch (option.group) {
    case Group::sockets:
      return "why looks at all sockets; a TARGET says which of them matter";
    case Group::details:
      return "it adds to rows of sockets, and why tells by itself what matters of each";
    case Group::printing:
      return "it is about the look of a table of sockets, and why prints none";
    case Group::selection:
      return "it is about rows of sockets, and why tells findings; a TARGET narrows them";
    case Group::commands:
    case Group::output:
    case Group::other:
      return "it does something else";
  }
  return {};
}

std::string_view reason_in_record(const Option& option) {
  if (option.group == Group::printing) return "it is about the look of a table, and record prints none";
  if (option.group == Group::selection)
    return "it is about a list that is shown; record keeps every row that FILTER lets by";
  return "it does something else";
}

std::string_view reason_in_diff(const Option& option) {
  if (option.group == Group::details || option.group == Group::printing)
    return "it is about the table of the list, and diff tells changes";
  if (option.group == Group::selection) return "it is about the list; diff puts first what grew most";
  return "it does something else";
}

std::string_view reason_in_check(const Option& option) {
  if (option.group == Group::details || option.group == Group::printing || option.group == Group::selection)
    return "it is about a table of sockets, and check tells one number";
  return "it does something else";
}

std::string_view reason_of(const Option& option, Command command) {
  switch (command) {
    case Command::list:
      return {};
    case Command::why:
      return reason_in_why(option);
    case Command::record:
      return reason_in_record(option);
    case Command::diff:
      return reason_in_diff(option);
    case Command::check:
      return reason_in_check(option);
  }
  return {};
}

}  // namespace

std::span<const CommandRow> all_commands() { return rows; }

const CommandRow& row_of(Command command) { return rows[static_cast<std::size_t>(command)]; }

const CommandRow* command_named(std::string_view word) {
  const auto row =
      std::find_if(rows.begin() + 1, rows.end(), [&](const CommandRow& each) { return each.word == word; });
  return row == rows.end() ? nullptr : &*row;
}

std::string refusal_in(const Option& option, Command command) {
  return fmt::format("{} cannot go with {}: {}", display_name(option), row_of(command).word,
                     reason_of(option, command));
}

std::string refusal_outside(const Option& option) {
  std::vector<std::string> owners;
  for (const CommandRow& row : rows)
    if (option.commands.has(row.command)) owners.push_back(fmt::format("'skq {}'", row.word));
  return fmt::format("{} is of {}, which was not said", display_name(option), fmt::join(owners, " or "));
}

}  // namespace skq::cli
