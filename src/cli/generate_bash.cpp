#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/generate.h"
#include "cli/options.h"
#include "cli/words.h"
#include "select/filter_states.h"

namespace skq::cli {
namespace {

constexpr std::string_view head = R"(# bash completion for skq. Made by: skq --generate=bash

# Completes the last part of a list separated by commas; a sign before the first part stays.
_skq_list() {
    local done='' rest=$cur
    case $rest in
        *,*) done=${rest%,*}, rest=${rest##*,} ;;
        [+-]*) [[ $1 == columns ]] && done=${rest:0:1} rest=${rest:1} ;;
    esac
    COMPREPLY=($(compgen -P "$done" -W "$2" -- "$rest"))
    compopt -o nospace 2>/dev/null
}

_skq() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' word
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in @COMMANDS_CASE@) command=${command:-$word} ;; esac
    done
    # bash takes --name=value apart at the equals sign.
    if [[ $cur == '=' ]]; then
        cur=''
    elif [[ $prev == '=' ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $cur == --*=* ]]; then
        prev=${cur%%=*} cur=${cur#*=}
    fi
    [[ $prev == -[!-]?* && $prev != *= ]] && prev=-${prev: -1}
@OWN_LETTERS@    case $prev in
)";

constexpr std::string_view middle = R"(        state | exclude)
            COMPREPLY=($(compgen -W '@STATES@' -- "$cur"))
            return
            ;;
        src | dst | sport | dport)
            return
            ;;
    esac
    if [[ $cur == -* ]]; then
        local options
        case $command in
@OPTIONS@        esac
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
        return
    fi
    if [[ $command == why || $command == diff ]]; then
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$cur"))
        return
    fi
    COMPREPLY=($(compgen -W '@FILTER@' -- "$cur"))
    [[ $COMP_CWORD -eq 1 ]] && COMPREPLY+=($(compgen -W '@COMMANDS@' -- "$cur"))
}

complete -F _skq skq
)";

std::string replaced(std::string text, std::string_view what, const std::string& with) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

std::string pattern_of(const Option& option) {
  // An optional argument stands only behind an equals sign, so the letter never has one.
  std::string pattern = fmt::format("--{}", option.name);
  if (!option.alias.empty()) pattern += fmt::format(" | --{}", option.alias);
  if (letter_in(option, Command::list) != 0 && option.argument == Argument::required)
    pattern = fmt::format("-{} | {}", option.letter, pattern);
  return pattern;
}

std::string action_of(const Option& option) {
  const auto words = words_of(option.values);
  if (option.values == Values::file)
    return "compopt -o filenames 2>/dev/null\n            COMPREPLY=($(compgen -f -- \"$cur\"))";
  if (words.empty()) return {};
  const std::string joined = fmt::format("{}", fmt::join(words, " "));
  if (is_list(option.values))
    return fmt::format("_skq_list {} '{}'", option.values == Values::columns ? "columns" : "words", joined);
  return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))", joined);
}

/// The commands whose words for it are others than the list's; empty: none.
std::string words_of_commands(const Option& option) {
  std::string out;
  for (const CommandRow& row : all_commands().subspan(1)) {
    const auto words = words_in(option, row.command);
    if (!option.commands.has(row.command) || words == words_of(option.values)) continue;
    out += fmt::format(
        "            if [[ $command == {} ]]; then\n"
        "                COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n"
        "                return\n"
        "            fi\n",
        row.word, fmt::join(words, " "));
  }
  return out;
}

void append_case(std::string& out, const Option& option) {
  if (option.hidden || !is_built(option) || option.argument == Argument::none) return;
  const std::string action = action_of(option);
  // Behind an optional argument's name alone, other words may follow.
  const bool optional = option.argument == Argument::optional;
  out += fmt::format("        {})\n", pattern_of(option));
  if (optional)
    out += "            if [[ ${COMP_WORDS[COMP_CWORD]} == *=* || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then\n    ";
  out += words_of_commands(option);
  if (!action.empty()) out += fmt::format("            {}\n", action);
  out += fmt::format("{}            return\n", optional ? "    " : "");
  if (optional) out += "            fi\n";
  out += "            ;;\n";
}

std::string option_words(Command command) {
  std::string out;
  for (const Option& option : all_options()) {
    if (!is_offered(option, command)) continue;
    if (!out.empty()) out += ' ';
    out += fmt::format("--{}{}", option.name, option.argument == Argument::required ? "=" : "");
    if (const char letter = letter_in(option, command)) out += fmt::format(" -{}", letter);
  }
  return out;
}

std::string options_by_command() {
  std::string out;
  for (const CommandRow& row : all_commands().subspan(1))
    out += fmt::format("            {}) options='{}' ;;\n", row.word, option_words(row.command));
  return out + fmt::format("            *) options='{}' ;;\n", option_words(Command::list));
}

/// Letters that are another option's in a command: what the list's one takes shall not be offered behind them.
std::string own_letters() {
  std::string out;
  for (const CommandRow& row : all_commands().subspan(1)) {
    std::string letters;
    for (const Option& option : all_options())
      if (option.letter != 0 && option.commands == Commands(row.command)) letters += option.letter;
    if (!letters.empty())
      out += fmt::format("    [[ $command == {} && $prev == -[{}] ]] && return\n", row.word, letters);
  }
  return out;
}

std::vector<std::string_view> command_words() {
  std::vector<std::string_view> words;
  for (const CommandRow& row : all_commands().subspan(1)) words.push_back(row.word);
  return words;
}

}  // namespace

std::string bash_completion() {
  const std::vector<std::string_view> commands = command_words();
  std::string out = replaced(std::string(head), "@COMMANDS_CASE@", fmt::format("{}", fmt::join(commands, " | ")));
  out = replaced(std::move(out), "@OWN_LETTERS@", own_letters());
  for (const Option& option : all_options()) append_case(out, option);
  std::string rest(middle);
  rest = replaced(std::move(rest), "@STATES@", fmt::format("{}", fmt::join(select::state_names(), " ")));
  rest = replaced(std::move(rest), "@OPTIONS@", options_by_command());
  rest = replaced(std::move(rest), "@FILTER@", fmt::format("{}", fmt::join(filter_words, " ")));
  rest = replaced(std::move(rest), "@COMMANDS@", fmt::format("{}", fmt::join(commands, " ")));
  return out + rest;
}

}  // namespace skq::cli
