#include <fmt/format.h>

#include <string>
#include <string_view>

#include "cli/commands.h"
#include "cli/generate.h"
#include "cli/options.h"
#include "cli/words.h"
#include "select/filter_states.h"

namespace skq::cli {
namespace {

constexpr std::string_view head = R"(# fish completion for skq. Made by: skq --generate=fish

# All but the last part of the list that is being typed, so that the next part can follow.
function __skq_list_head
    set -l token (commandline -ct)
    set -l value (string replace -r '^(--[a-z-]+=|-[a-zA-Z])' '' -- $token)
    string match -rq ',' -- $value; and string replace -r '[^,]*$' '' -- $value
end

function __skq_list
    set -l done (__skq_list_head)
    for word in $argv
        echo "$done$word"
    end
end

function __skq_after
    contains -- (commandline -opc)[-1] $argv
end

complete -c skq -f
)";

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string argument_of(const Option& option, Command command) {
  if (option.argument == Argument::none) return {};
  const auto words = words_in(option, command);
  if (option.values == Values::file) return " -r -F";
  const std::string_view needed = option.argument == Argument::required ? " -x" : " -f";
  if (words.empty()) return std::string(needed);
  std::string joined = fmt::format("{}", fmt::join(words, " "));
  if (is_list(option.values)) joined = fmt::format("(__skq_list {})", joined);
  return fmt::format("{} -a {}", needed, quoted(joined));
}

std::string command_words(Commands commands) {
  std::string out;
  for (const CommandRow& row : all_commands().subspan(1))
    if (commands.has(row.command)) out += fmt::format("{}{}", out.empty() ? "" : " ", row.word);
  return out;
}

/// Where an option of these commands is offered.
std::string condition_of(Commands commands) {
  if (commands == in_every) return {};
  if (!commands.has(Command::list)) return fmt::format(" -n '__fish_seen_subcommand_from {}'", command_words(commands));
  return fmt::format(" -n 'not __fish_seen_subcommand_from {}'", command_words(~commands));
}

/// The commands in which the option is the same as in that one: its letter, its words and its help.
Commands alike(const Option& option, Command command) {
  Commands commands;
  for (const CommandRow& row : all_commands())
    if (option.commands.has(row.command) && letter_in(option, row.command) == letter_in(option, command) &&
        words_in(option, row.command) == words_in(option, command))
      commands.add(row.command);
  return commands;
}

/// `command` is one of the commands, in all of which the option is the same.
void append_option(std::string& out, const Option& option, Commands commands, Command command) {
  out += fmt::format("complete -c skq{}", condition_of(commands));
  if (letter_in(option, command) != 0) out += fmt::format(" -s {}", option.letter);
  out += fmt::format(" -l {}", option.name);
  if (!option.alias.empty()) out += fmt::format(" -l {}", option.alias);
  const bool other_in_why = command != Command::why && commands.has(Command::why) && !option.why_help.empty();
  const std::string why = other_in_why ? fmt::format("; why: {}", option.why_help) : "";
  out += fmt::format("{} -d {}\n", argument_of(option, command), quoted(std::string(help_in(option, command)) + why));
}

}  // namespace

std::string fish_completion() {
  std::string out(head);
  for (const Option& option : all_options()) {
    if (option.hidden || !is_built(option)) continue;
    Commands told;
    for (const CommandRow& row : all_commands()) {
      if (!option.commands.has(row.command) || told.has(row.command)) continue;
      const Commands same = alike(option, row.command);
      append_option(out, option, same, row.command);
      told = told | same;
    }
  }
  out += "complete -c skq -n '__fish_seen_subcommand_from why diff' -F\n";
  for (const CommandRow& row : all_commands().subspan(1))
    out += fmt::format("complete -c skq -n __fish_use_subcommand -a {} -d {}\n", row.word, quoted(row.purpose));
  out += fmt::format("complete -c skq -n '__skq_after state exclude' -a '{}'\n", fmt::join(select::state_names(), " "));
  out += fmt::format(
      "complete -c skq -n 'not __skq_after state exclude src dst sport dport; and not __fish_seen_subcommand_from why "
      "diff' "
      "-a '{}'\n",
      fmt::join(filter_words, " "));
  return out;
}

}  // namespace skq::cli
