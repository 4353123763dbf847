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

std::string argument_of(const Option& option) {
  if (option.argument == Argument::none) return {};
  const auto words = words_of(option.values);
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

/// The commands in which the option has its letter, or those in which it has not.
Commands by_letter(const Option& option, bool has_letter) {
  Commands commands;
  for (const CommandRow& row : all_commands())
    if (option.commands.has(row.command) && (letter_in(option, row.command) != 0) == has_letter)
      commands.add(row.command);
  return commands;
}

void append_option(std::string& out, const Option& option, Commands commands, bool letter) {
  if (commands.empty()) return;
  out += fmt::format("complete -c skq{}", condition_of(commands));
  if (letter) out += fmt::format(" -s {}", option.letter);
  out += fmt::format(" -l {}", option.name);
  if (!option.alias.empty()) out += fmt::format(" -l {}", option.alias);
  const std::string why = option.why_help.empty() ? "" : fmt::format("; why: {}", option.why_help);
  out += fmt::format("{} -d {}\n", argument_of(option), quoted(std::string(option.help) + why));
}

}  // namespace

std::string fish_completion() {
  std::string out(head);
  for (const Option& option : all_options()) {
    if (option.hidden || !is_built(option)) continue;
    append_option(out, option, by_letter(option, true), true);
    append_option(out, option, by_letter(option, false), false);
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
