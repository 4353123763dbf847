// The option table: the result, and the rest.
#include <array>

#include "cli/option_actions.h"
#include "cli/option_chapters.h"

namespace skq::cli {
namespace {

constexpr std::array rows{
    Option{.name = "output",
           .argument = Argument::required,
           .metavar = "FILE",
           .group = Group::output,
           .commands = Commands(Command::list, Command::why, Command::diff),
           .values = Values::file,
           .origin = Origin::skq,
           .help = "write to FILE, which is replaced when all is done",
           .man = "Write beside\n"
                  ".Ar FILE\n"
                  "and rename when everything is written, so that nobody ever reads half of it.\n"
                  "A FIFO is written to directly; one that nobody reads is an error.",
           .apply = action::output},
    Option{.name = "strict",
           .group = Group::output,
           .commands = Commands(Command::list, Command::why, Command::record, Command::diff),
           .origin = Origin::skq,
           .help = "exit 3 when the answer is incomplete",
           .man = "Exit with 3 when the answer is incomplete.",
           .apply = action::strict},
    Option{.name = "exit-code",
           .group = Group::output,
           .commands = in_list | Commands(Command::why),
           .origin = Origin::skq,
           .help = "exit 4 when nothing matched",
           .why_help = "exit 5 when something is stuck",
           .man = "Exit with 4 when no socket matched;\n"
                  ".Nm\n"
                  ".Cm why\n"
                  "exits with 5 when something is stuck.",
           .apply = action::exit_code},
    Option{.name = "log-level",
           .argument = Argument::required,
           .metavar = "LEVEL",
           .group = Group::other,
           .commands = in_every,
           .values = Values::levels,
           .origin = Origin::skq,
           .help = "trace, debug, info, warning, error, critical or off",
           .man = "Tell what skq does, on standard error or in the log file:\n"
                  ".Cm trace , debug , info , warning , error , critical\n"
                  "or\n"
                  ".Cm off .",
           .apply = action::log_level},
    Option{.name = "log-file",
           .argument = Argument::required,
           .metavar = "FILE",
           .group = Group::other,
           .commands = in_every,
           .values = Values::file,
           .origin = Origin::skq,
           .help = "where to tell it; syslog: is that of the system",
           .man = "Append these messages to\n"
                  ".Ar FILE ,\n"
                  "which is kept below 1 MiB: three older ones stay beside it.\n"
                  ".Cm syslog\\&:\n"
                  "is the system's log.",
           .apply = action::log_file},
    Option{.letter = 'h',
           .name = "help",
           .argument = Argument::optional,
           .metavar = "TOPIC",
           .group = Group::other,
           .commands = in_every,
           .values = Values::topics,
           .help = "this; =all, columns, filter, examples, states, why",
           .man = "Print help and exit.\n"
                  "Topics are\n"
                  ".Cm all , columns , filter , examples , states\n"
                  "and\n"
                  ".Cm why .",
           .apply = action::help},
    Option{.letter = 'V',
           .name = "version",
           .other_letter = 'v',
           .group = Group::other,
           .commands = in_every,
           .help = "version",
           .man = "Print the version and exit.",
           .apply = action::version},
    Option{.name = "generate",
           .argument = Argument::required,
           .metavar = "TEXT",
           .group = Group::other,
           .values = Values::text,
           .origin = Origin::skq,
           .help = "texts made from this table and the catalogue, for the maintainers",
           .man = "For maintainers.",
           .apply = action::generate,
           .hidden = true},
};

}  // namespace

std::span<const Option> output_options() { return rows; }

}  // namespace skq::cli
