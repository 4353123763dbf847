#include <fmt/format.h>

#include "cli/generate.h"
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

/// Where the option is offered: before and after the word why, or on one side of it only.
std::string_view condition_of(const Option& option) {
  switch (option.command) {
    case Serves::list:
      return " -n 'not __fish_seen_subcommand_from why'";
    case Serves::both:
      return "";
    case Serves::why:
      return " -n '__fish_seen_subcommand_from why'";
  }
  return "";
}

}  // namespace

std::string fish_completion() {
  std::string out(head);
  for (const Option& option : all_options()) {
    if (option.hidden || !is_built(option)) continue;
    out += fmt::format("complete -c skq{}", condition_of(option));
    if (option.letter != 0) out += fmt::format(" -s {}", option.letter);
    out += fmt::format(" -l {}", option.name);
    if (!option.alias.empty()) out += fmt::format(" -l {}", option.alias);
    const std::string why = option.why_help.empty() ? "" : fmt::format("; why: {}", option.why_help);
    out += fmt::format("{} -d {}\n", argument_of(option), quoted(std::string(option.help) + why));
  }
  out += "complete -c skq -n '__fish_seen_subcommand_from why' -F\n";
  out += "complete -c skq -n __fish_use_subcommand -a why -d 'who is stuck on which socket, and who causes it'\n";
  out += fmt::format("complete -c skq -n '__skq_after state exclude' -a '{}'\n", fmt::join(select::state_names(), " "));
  out += fmt::format(
      "complete -c skq -n 'not __skq_after state exclude src dst sport dport; and not __fish_seen_subcommand_from why' "
      "-a '{}'\n",
      fmt::join(filter_words, " "));
  return out;
}

}  // namespace skq::cli
