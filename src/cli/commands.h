// The one table of commands: what the first word may be, what is done then, and which words follow.
//
// To add one: a row here, its Action in run.cpp, and the options that it has (Option::commands).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cli/settings.h"
#include "skq/types.h"

namespace skq::cli {

struct Option;

using Commands = EnumSet<Command>;
/// The list and what is done in its place: -s, -E, -K ….
inline constexpr Commands in_list(Command::list);
/// Those that look at sockets which the user chooses.
inline constexpr Commands in_rows(Command::list, Command::record, Command::diff, Command::check);
inline constexpr Commands in_every = in_rows | Commands(Command::why);

struct CommandRow {
  Command command{};
  std::string_view word;  ///< empty: the list, which needs none
  Action action{};
  std::string_view usage;      ///< what follows "skq "
  std::string_view purpose;    ///< one line, in lower case
  bool stands_first = false;   ///< before any option: its own may be short for others of ss
  bool takes_operands = true;  ///< its words are no filter: they stand in Settings::operands
  std::string (*help)() = nullptr;
};

/// The list is the first.
std::span<const CommandRow> all_commands();
const CommandRow& row_of(Command command);
/// Null: no command's word.
const CommandRow* command_named(std::string_view word);

/// "--where cannot go with why: it is about rows of sockets, and why tells findings".
std::string refusal_in(const Option& option, Command command);
/// Of an option that only other commands have.
std::string refusal_outside(const Option& option);

}  // namespace skq::cli
