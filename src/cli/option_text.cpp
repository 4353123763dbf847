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

std::string_view lack_of(const Option& option) { return option.lacking.empty() ? "not built yet" : option.lacking; }

std::string refusal_of(const Option& option) {
  if (option.lacking.empty()) return fmt::format("{} is not built yet", display_name(option));
  return fmt::format("{} cannot be had: {}", display_name(option), option.lacking);
}

std::string left_side(const Option& option) {
  std::string out = option.letter != 0 ? fmt::format("  -{}, --{}", option.letter, option.name)
                                       : fmt::format("      --{}", option.name);
  if (option.argument == Argument::required) out += fmt::format("={}", option.metavar);
  if (option.argument == Argument::optional) out += fmt::format("[={}]", option.metavar);
  return out;
}

std::string display_name(const Option& option) {
  if (option.letter == 0) return fmt::format("--{}", option.name);
  return fmt::format("-{} (--{})", option.letter, option.name);
}

}  // namespace skq::cli
