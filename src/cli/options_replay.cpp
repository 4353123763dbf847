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
           .help = "look at what was recorded: FILE, YYYYMMDD, DIR, -",
           .why_help = "what record --why found: FILE, YYYYMMDD, DIR, -",
           .man = "Look, instead of at the running kernel, at what was recorded:\n"
                  ".Ar FILE\n"
                  "is a day file of\n"
                  ".Nm\n"
                  ".Cm record ,\n"
                  ".Ar YYYYMMDD\n"
                  "that of a day below\n"
                  ".Pa /var/log/skq ,\n"
                  ".Ar DIR\n"
                  "a folder of them,\n"
                  ".Ar DIR Ns / Ns Ar YYYYMMDD\n"
                  "a day of that, and\n"
                  ".Sq \\-\n"
                  "standard input.\n"
                  "A listing shows the last snapshot,\n"
                  ".Cm why\n"
                  "the findings that\n"
                  ".Cm record Fl Fl why\n"
                  "put into it, and\n"
                  ".Cm diff\n"
                  "takes from there the snapshots that it compares.\n"
                  "A listing also reads a\n"
                  ".Ar FILE\n"
                  "that\n"
                  ".Fl D ,\n"
                  "or that of\n"
                  ".Xr ss 8 ,\n"
                  "made.\n"
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
