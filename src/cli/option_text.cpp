#include <fmt/format.h>

#include "cli/options.h"

namespace skq::cli {

std::string_view title_of(Group group) {
  switch (group) {
    case Group::sockets:
      return "Which sockets";
    case Group::details:
      return "What of each socket";
    case Group::printing:
      return "How it is printed";
    case Group::selection:
      return "Columns, order, selection";
    case Group::commands:
      return "In place of the list";
    case Group::output:
      return "Result";
    case Group::other:
      return "Other";
  }
  return {};
}

std::string_view help_in(const Option& option, Command command) {
  std::string_view own;
  if (command == Command::why) own = option.why_help;
  if (command == Command::record) own = option.record_help;
  if (command == Command::diff) own = option.diff_help;
  return own.empty() ? option.help : own;
}

std::string_view lack_of(const Option& option) { return option.lacking.empty() ? "not built yet" : option.lacking; }

std::string refusal_of(const Option& option) {
  if (option.lacking.empty()) return fmt::format("{} is not built yet", display_name(option));
  return fmt::format("{} cannot be had: {}", display_name(option), option.lacking);
}

const Option* option_of_letter(int letter, Command command) {
  const Option* shared = nullptr;
  for (const Option& option : all_options()) {
    if (letter == 0 || (option.letter != letter && option.other_letter != letter)) continue;
    if (option.commands == Commands(command)) return &option;
    // One that only other commands have does not stand in the way of the list's.
    if (shared == nullptr && option.commands.has(Command::list)) shared = &option;
  }
  return shared;
}

char letter_in(const Option& option, Command command) {
  return option_of_letter(option.letter, command) == &option ? option.letter : '\0';
}

std::string left_side(const Option& option, Command command) {
  const char letter = letter_in(option, command);
  std::string out =
      letter != 0 ? fmt::format("  -{}, --{}", letter, option.name) : fmt::format("      --{}", option.name);
  if (option.argument == Argument::required) out += fmt::format("={}", option.metavar);
  if (option.argument == Argument::optional) out += fmt::format("[={}]", option.metavar);
  return out;
}

std::string display_name(const Option& option, Command command) {
  const char letter = letter_in(option, command);
  if (letter == 0) return fmt::format("--{}", option.name);
  return fmt::format("-{} (--{})", letter, option.name);
}

}  // namespace skq::cli
