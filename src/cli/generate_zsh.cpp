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

constexpr std::string_view tail = R"(
_skq_filter() {
    case $words[CURRENT-1] in
        state | exclude) compadd -- @STATES@ ;;
        src | dst | sport | dport) ;;
        *)
            (( CURRENT == 2 )) && compadd -- @COMMANDS@
            compadd -- @FILTER@
            ;;
    esac
}

# A list with one sign before it: the sign stays.
_skq_columns() {
    compset -P '[+-]'
    _values -s , column @COLUMNS@
}

_skq_sort() {
    compset -P '*,'
    compadd -q -S , -- @SORT@
}

_skq_tables() {
    compset -P '*,'
    compadd -q -S , -- @TABLES@
}

_skq() {
    local word
    for word in ${words[2,CURRENT-1]}; do
        case $word in (@COMMANDS_CASE@) _skq_$word; return ;; esac
    done
    _skq_list
}

_skq "$@"
)";

std::string replaced(std::string text, std::string_view what, Values values) {
  const std::size_t at = text.find(what);
  std::string words;
  for (const std::string& word : words_of(values)) words += fmt::format("{}'{}'", words.empty() ? "" : " ", word);
  return at == std::string::npos ? text : text.replace(at, what.size(), words);
}

template <class Words>
std::string replaced(std::string text, std::string_view what, const Words& words) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), fmt::format("{}", fmt::join(words, " ")));
}

/// Text for a place within '[…]' inside single quotes.
std::string described(std::string_view help) {
  std::string out;
  for (const char c : help) {
    if (c == '[' || c == ']' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

std::string action_of(const Option& option, Command command) {
  switch (option.values) {
    case Values::none:
      return {};
    case Values::text:
      return " ";
    case Values::file:
      return "_files";
    case Values::columns:
      return "_skq_columns";
    case Values::sort_keys:
      return "_skq_sort";
    case Values::tables:
      return "_skq_tables";
    case Values::families:
    case Values::formats:
    case Values::colors:
    case Values::bpf_uses:
    case Values::levels:
    case Values::topics:
    case Values::list_styles:
      return fmt::format("({})", fmt::join(words_in(option, command), " "));
  }
  return {};
}

std::string argument_of(const Option& option, Command command) {
  if (option.argument == Argument::none) return {};
  const std::string_view colons = option.argument == Argument::optional ? "::" : ":";
  return fmt::format("{}{}:{}", colons, option.metavar, action_of(option, command));
}

void append_spec(std::string& out, std::string_view name, std::string_view ending, std::string_view help,
                 const Option& option, Command command) {
  out += fmt::format("        '*{}{}[{}]{}' \\\n", name, ending, described(help), argument_of(option, command));
}

std::string_view operands_of(const CommandRow& row) {
  switch (row.command) {
    case Command::why:
      return "        '*:target:_files'\n";
    case Command::diff:
      return "        '*:snapshot:_files'\n";
    case Command::list:
    case Command::record:
    case Command::check:
      break;
  }
  return "        '*:filter:_skq_filter'\n";
}

/// The options of a command, and what else it takes.
std::string arguments_of(const CommandRow& row) {
  std::string out = "    _arguments -s \\\n";
  for (const Option& option : all_options()) {
    if (!is_offered(option, row.command)) continue;
    const std::string_view help = help_in(option, row.command);
    const bool optional = option.argument == Argument::optional;
    const std::string_view ending = option.argument == Argument::required ? "=" : optional ? "=-" : "";
    append_spec(out, fmt::format("--{}", option.name), ending, help, option, row.command);
    if (!option.alias.empty()) append_spec(out, fmt::format("--{}", option.alias), ending, help, option, row.command);
    const char own = letter_in(option, row.command);
    if (own == 0) continue;
    Option letter = option;
    if (optional) letter.argument = Argument::none;
    append_spec(out, fmt::format("-{}", own), option.argument == Argument::required ? "+" : "", help, letter,
                row.command);
  }
  return out.append(operands_of(row));
}

}  // namespace

std::string zsh_completion() {
  std::string out = "#compdef skq\n# zsh completion for skq. Made by: skq --generate=zsh\n\n";
  std::vector<std::string_view> words;
  for (const CommandRow& row : all_commands()) {
    out += fmt::format("_skq_{}() {{\n{}}}\n\n", row.word.empty() ? "list" : row.word, arguments_of(row));
    if (!row.word.empty()) words.push_back(row.word);
  }
  std::string rest(tail);
  rest = replaced(std::move(rest), "@STATES@", select::state_names());
  rest = replaced(std::move(rest), "@FILTER@", filter_words);
  rest = replaced(std::move(rest), "@COMMANDS@", words);
  const std::size_t choice = rest.find("@COMMANDS_CASE@");
  rest.replace(choice, std::string_view("@COMMANDS_CASE@").size(), fmt::format("{}", fmt::join(words, " | ")));
  rest = replaced(std::move(rest), "@COLUMNS@", Values::columns);
  rest = replaced(std::move(rest), "@SORT@", Values::sort_keys);
  return out + replaced(std::move(rest), "@TABLES@", Values::tables);
}

}  // namespace skq::cli
