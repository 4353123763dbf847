// The option table: what `skq check` alone has. Its letters are those of every monitoring plugin.
#include <array>

#include "cli/option_actions.h"
#include "cli/option_chapters.h"

namespace skq::cli {
namespace {

constexpr std::array rows{
    Option{.letter = 'w',
           .name = "warning",
           .argument = Argument::required,
           .metavar = "RANGE",
           .group = Group::commands,
           .commands = Commands(Command::check),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "WARNING outside RANGE: 10, 10:, 10:20, @10:20",
           .man = "The result is WARNING when the number is outside\n"
                  ".Ar RANGE ;\n"
                  "see\n"
                  ".Sx CHECK .",
           .apply = action::warning},
    Option{.letter = 'c',
           .name = "critical",
           .argument = Argument::required,
           .metavar = "RANGE",
           .group = Group::commands,
           .commands = Commands(Command::check),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "CRITICAL outside RANGE",
           .man = "The result is CRITICAL when the number is outside\n"
                  ".Ar RANGE .",
           .apply = action::critical},
    Option{.letter = 't',
           .name = "timeout",
           .argument = Argument::required,
           .metavar = "SECONDS",
           .group = Group::commands,
           .commands = Commands(Command::check),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "UNKNOWN when it takes longer than SECONDS (10)",
           .man = "The result is UNKNOWN when it takes longer than\n"
                  ".Ar SECONDS ,\n"
                  "10 when not said, whatever it is that hangs.",
           .apply = action::timeout},
};

}  // namespace

std::span<const Option> check_options() { return rows; }

}  // namespace skq::cli
