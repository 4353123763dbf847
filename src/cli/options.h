// The one table of options. It feeds getopt_long, --help, the man page's OPTIONS and the completions of three shells.
//
// To add an option: one row in the options_*.cpp of its chapter, its action in option_actions.cpp, and regenerate the
// committed texts (skq --generate=…, see generate.h). What is known and cannot be had has a row too, without an action:
// it is refused by name and with its reason.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cli/commands.h"
#include "cli/settings.h"
#include "cli/usage_error.h"

namespace skq::cli {

enum class Argument : std::uint8_t { none, required, optional };
enum class Group : std::uint8_t { sockets, details, printing, selection, commands, output, other };
enum class Origin : std::uint8_t { ss, skq };
/// What an argument may be; completions offer these.
enum class Values : std::uint8_t {
  none,
  text,
  file,
  families,
  tables,
  formats,
  colors,
  bpf_uses,
  levels,
  columns,
  sort_keys,
  topics,
  list_styles
};

using ApplyOption = Problem (*)(Settings&, const Given&);

struct Option {
  char letter = 0;              ///< 0: none
  std::string_view name = {};   ///< long name
  std::string_view alias = {};  ///< second long name, or empty
  char other_letter = 0;        ///< second letter, told nowhere (ss has -v beside -V)
  Argument argument{};
  std::string_view metavar = {};
  Group group{};
  Commands commands = in_list;
  Values values{};
  Origin origin{};
  std::string_view help = {};         ///< one line
  std::string_view why_help = {};     ///< the same in `skq why`, where it means something else there
  std::string_view record_help = {};  ///< and in `skq record`
  std::string_view diff_help = {};    ///< and in `skq diff`
  std::string_view man = {};          ///< mdoc source
  ApplyOption apply = nullptr;        ///< null: refused
  std::string_view lacking = {};      ///< why; empty: not built yet
  bool hidden = false;
};

std::span<const Option> all_options();
/// The option that a letter stands for in a command: its own one before that which it shares with the list, as ss's
/// letters are too few. Null: none.
const Option* option_of_letter(int letter, Command command);
/// The letter that stands for the option there; 0: none, or another option took it.
char letter_in(const Option& option, Command command);

std::string_view help_in(const Option& option, Command command);
inline bool is_built(const Option& option) { return option.apply != nullptr; }
/// Whether help and completions offer it there.
inline bool is_offered(const Option& option, Command command) {
  return is_built(option) && !option.hidden && option.commands.has(command);
}
std::string_view title_of(Group group);

/// "-K (--kill)", "--json-lines": how messages name an option.
std::string display_name(const Option& option, Command command = Command::list);

/// "  -A, --query=LIST", with the argument in brackets when it is optional: how --help begins its line.
std::string left_side(const Option& option, Command command = Command::list);

/// What an option without an action is refused for, in a few words, and the whole sentence.
std::string_view lack_of(const Option& option);
std::string refusal_of(const Option& option);

}  // namespace skq::cli
