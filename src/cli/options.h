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

#include "cli/settings.h"
#include "cli/usage_error.h"

namespace skq::cli {

enum class Argument : std::uint8_t { none, required, optional };
enum class Group : std::uint8_t { sockets, details, printing, selection, commands, output, other };
enum class Origin : std::uint8_t { ss, skq };
/// Whose option it is: the list's and what is done in its place, `skq why`'s, or both.
enum class Serves : std::uint8_t { list, both, why };
/// What an argument may be; completions offer these.
enum class Values : std::uint8_t {
  none,
  text,
  file,
  families,
  tables,
  formats,
  colors,
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
  Values values{};
  Origin origin{};
  Serves command{};
  std::string_view help = {};      ///< one line
  std::string_view why_help = {};  ///< the same in `skq why`, where it means something else there
  std::string_view man = {};       ///< mdoc source
  ApplyOption apply = nullptr;     ///< null: refused
  std::string_view lacking = {};   ///< why; empty: not built yet
  bool hidden = false;
};

std::span<const Option> all_options();
/// Whether `skq why`, or else the list, has that option.
inline bool serves(const Option& option, bool why) {
  return option.command == Serves::both || option.command == (why ? Serves::why : Serves::list);
}
inline std::string_view help_in(const Option& option, bool why) {
  return why && !option.why_help.empty() ? option.why_help : option.help;
}
inline bool is_built(const Option& option) { return option.apply != nullptr; }
std::string_view title_of(Group group);

/// "-K (--kill)", "--json-lines": how messages name an option.
std::string display_name(const Option& option);

/// "  -A, --query=LIST", with the argument in brackets when it is optional: how --help begins its line.
std::string left_side(const Option& option);

/// What an option without an action is refused for, in a few words, and the whole sentence.
std::string_view lack_of(const Option& option);
std::string refusal_of(const Option& option);

}  // namespace skq::cli
