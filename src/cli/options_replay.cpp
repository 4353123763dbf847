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
           .help = "list what was recorded: FILE, YYYYMMDD or DIR",
           .why_help = "tell what record --why found: FILE, YYYYMMDD, DIR",
           .man = "List, instead of the sockets of the running kernel, the last snapshot that\n"
                  ".Nm\n"
                  ".Cm record\n"
                  "put into the day file\n"
                  ".Ar FILE ,\n"
                  "into that of a day\n"
                  ".Ar YYYYMMDD\n"
                  "below\n"
                  ".Pa /var/log/skq ,\n"
                  "or into the folder\n"
                  ".Ar DIR ;\n"
                  "or what\n"
                  ".Fl D ,\n"
                  "or that of\n"
                  ".Xr ss 8 ,\n"
                  "recorded in\n"
                  ".Ar FILE .\n"
                  "A\n"
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
           .help = "of snapshots, the last up to TIME (hh:mm is UTC)",
           .man = "Of the recorded snapshots, the one at\n.Ar TIME\nor the last one before it.\nSee\n.Sx RECORDINGS .",
           .apply = action::at},
    Option{.name = "begin",
           .argument = Argument::required,
           .metavar = "TIME",
           .group = Group::commands,
           .commands = in_list | Commands(Command::why),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "of snapshots, each one from TIME on",
           .man = "Of the recorded snapshots, each one from\n.Ar TIME\non, headed by its time.",
           .apply = action::begin},
    Option{.name = "end",
           .argument = Argument::required,
           .metavar = "TIME",
           .group = Group::commands,
           .commands = in_list | Commands(Command::why),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "of snapshots, each one up to TIME",
           .man = "Of the recorded snapshots, each one up to\n.Ar TIME .",
           .apply = action::end},
};

}  // namespace

std::span<const Option> replay_options() { return rows; }

}  // namespace skq::cli
