// The option table: which of the recorded snapshots.
#include <array>

#include "cli/option_actions.h"
#include "cli/option_chapters.h"

namespace skq::cli {
namespace {

constexpr std::array rows{
    Option{.name = "from",
           .argument = Argument::required,
           .metavar = "FILE",
           .group = Group::commands,
           .commands = in_list | Commands(Command::why, Command::diff),
           .values = Values::file,
           .origin = Origin::skq,
           .help = "list what -D (or ss -D) recorded in FILE",
           .man = "List the sockets that\n"
                  ".Fl D ,\n"
                  "or that of\n"
                  ".Xr ss 8 ,\n"
                  "recorded in\n"
                  ".Ar FILE ,\n"
                  "instead of those of the running kernel; a\n"
                  ".Sq \\-\n"
                  "is standard input.\n"
                  "See\n"
                  ".Sx RECORDINGS .",
           .apply = action::from},
    Option{.name = "at",
           .argument = Argument::required,
           .metavar = "TIME",
           .group = Group::commands,
           .commands = in_list | Commands(Command::why),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "of a recording, the last snapshot up to TIME",
           .man = "Of the recording, the snapshot at\n.Ar TIME\nor the last one before it.",
           .apply = action::at},
    Option{.name = "begin",
           .argument = Argument::required,
           .metavar = "TIME",
           .group = Group::commands,
           .commands = in_list | Commands(Command::why),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "of a recording, each snapshot from TIME on",
           .man = "Of the recording, each snapshot from\n.Ar TIME\non.",
           .apply = action::begin},
    Option{.name = "end",
           .argument = Argument::required,
           .metavar = "TIME",
           .group = Group::commands,
           .commands = in_list | Commands(Command::why),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "of a recording, each snapshot up to TIME",
           .man = "Of the recording, each snapshot up to\n.Ar TIME .",
           .apply = action::end},
};

}  // namespace

std::span<const Option> replay_options() { return rows; }

}  // namespace skq::cli
