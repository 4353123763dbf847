// The option table: selection, and what is done instead of listing.
#include <array>

#include "cli/option_actions.h"
#include "cli/option_chapters.h"

namespace skq::cli {
namespace {

constexpr std::array rows{
    Option{.letter = 'c',
           .name = "columns",
           .argument = Argument::required,
           .metavar = "LIST",
           .group = Group::selection,
           .commands = in_list | Commands(Command::record),
           .values = Values::columns,
           .origin = Origin::skq,
           .help = "these columns; +a,b adds, -a,b takes away",
           .man = "Show exactly these columns, separated by commas.\n"
                  "A leading\n"
                  ".Sq +\n"
                  "adds them to the default, a leading\n"
                  ".Sq -\n"
                  "takes them from it; the sign holds for the whole list.\n"
                  "Presets are\n"
                  ".Cm @ss\n"
                  "for those of\n"
                  ".Xr ss 8 ,\n"
                  ".Cm @mem\n"
                  "for memory and\n"
                  ".Cm @all .",
           .apply = action::columns},
    Option{.name = "list-columns",
           .argument = Argument::optional,
           .metavar = "STYLE",
           .group = Group::selection,
           .values = Values::list_styles,
           .origin = Origin::skq,
           .help = "every column there is, as text or json",
           .man = "List every column: name, title, type, unit, families, what it costs, and help.",
           .apply = action::list_columns},
    Option{.name = "sort",
           .argument = Argument::required,
           .metavar = "LIST",
           .group = Group::selection,
           .values = Values::sort_keys,
           .origin = Origin::skq,
           .help = "sort by columns; - before one is descending",
           .man = "Sort by these columns, separated by commas; a\n"
                  ".Sq -\n"
                  "before one sorts it downwards.\n"
                  "Rows without a value come last.\n"
                  "The default is the kernel's order; but of unix sockets that are shown with their other ends,\n"
                  "connections come first, both ends together.",
           .apply = action::sort},
    Option{.name = "limit",
           .argument = Argument::required,
           .metavar = "N",
           .group = Group::selection,
           .commands = in_list | Commands(Command::diff),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "the first N rows",
           .man = "Show the first\n"
                  ".Ar N\n"
                  "rows, after sorting.",
           .apply = action::limit},
    Option{.name = "where",
           .argument = Argument::required,
           .metavar = "EXPR",
           .group = Group::selection,
           .commands = in_rows,
           .values = Values::text,
           .origin = Origin::skq,
           .help = "rows for which this holds, like \"fill > 80\"",
           .man = "Show the rows for which the expression over columns holds, shown or not, such as\n"
                  ".Ql fill > 80 and comm == \\(dqnginx\\(dq .\n"
                  "With a\n"
                  ".Ar FILTER\n"
                  "both must hold.",
           .apply = action::where},
    Option{.letter = 'F',
           .name = "filter",
           .argument = Argument::required,
           .metavar = "FILE",
           .group = Group::selection,
           .commands = in_rows,
           .values = Values::file,
           .help = "read the filter from FILE, - is standard input",
           .man = "Read the filter from\n"
                  ".Ar FILE ;\n"
                  "a\n"
                  ".Sq \\-\n"
                  "is standard input.\n"
                  "Its lines run on into each other; those that begin with\n"
                  ".Sq #\n"
                  "or\n"
                  ".Sq 0\n"
                  "are left out.\n"
                  "With a\n"
                  ".Ar FILTER\n"
                  "on the command line both must hold.",
           .apply = action::filter},
    Option{.name = "settle",
           .argument = Argument::required,
           .metavar = "SECONDS",
           .group = Group::commands,
           .commands = in_list | Commands(Command::why, Command::record, Command::check),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "wait that long at most for a second look",
           .man = "Of\n"
                  ".Nm\n"
                  ".Cm why\n"
                  "and of\n"
                  ".Fl \\-format Ns = Ns Cm prom :\n"
                  "wait that long at most for a second look, from 0 to 60; the default is 1.\n"
                  "It is not made where one look is enough, nor with 0.\n"
                  "Who has waited for less than a second, or less than that where it is shorter, is taken to be busy.\n"
                  "With 0 everybody who waits is told at once; what only a second look could tell from being busy is\n"
                  "then called possible and is no more than a warning.",
           .apply = action::settle},
    Option{.name = "no-findings",
           .group = Group::commands,
           .origin = Origin::skq,
           .help = "prom: count sockets, do not look who is stuck",
           .man = "Of\n"
                  ".Fl \\-format Ns = Ns Cm prom :\n"
                  "do not look who is stuck; there are no metrics of findings then.",
           .apply = action::no_findings},
    Option{.letter = 's',
           .name = "summary",
           .group = Group::commands,
           .help = "how many sockets, what they hold, system limits",
           .man = "Print how many sockets there are, what they hold, and the limits and pressure of the system; see\n"
                  ".Sx SUMMARY .\n"
                  "With tables or a\n"
                  ".Ar FILTER\n"
                  "the list follows; without them options about its rows are refused.",
           .apply = action::summary},
    Option{.name = "limits",
           .group = Group::commands,
           .origin = Origin::skq,
           .help = "what the kernel would give a socket",
           .man = "Print what the kernel would give a socket: buffers, backlogs, and what payload really fits, tried\n"
                  "out on sockets made for it; see\n"
                  ".Sx LIMITS .\n"
                  "A filter and options about rows are refused.",
           .apply = action::limits},
    Option{.letter = 'E',
           .name = "events",
           .group = Group::commands,
           .help = "follow TCP and UDP sockets as they are destroyed",
           .man = "Print TCP and UDP sockets as they are destroyed, each at once, until interrupted or\n"
                  ".Fl Fl limit\n"
                  "is reached; see\n"
                  ".Sx EVENTS .",
           .apply = action::events},
    Option{.letter = 'K',
           .name = "kill",
           .group = Group::commands,
           .help = "close the sockets of FILTER, after asking",
           .man = "Show the TCP, UDP and raw sockets that\n"
                  ".Ar FILTER\n"
                  "matches, ask, close them, and tell of each what became of it; see\n"
                  ".Sx CLOSING SOCKETS .",
           .apply = action::kill},
    Option{.name = "yes",
           .group = Group::commands,
           .origin = Origin::skq,
           .help = "let -K close without asking",
           .man = "Let\n"
                  ".Fl K\n"
                  "close without asking: for scripts, where nobody could answer.",
           .apply = action::yes},
    Option{.letter = 'D',
           .name = "diag",
           .argument = Argument::required,
           .metavar = "FILE",
           .group = Group::commands,
           .values = Values::file,
           .help = "record raw netlink dumps to FILE, for --from",
           .man = "Print nothing, but record the raw netlink dumps of the chosen tables to\n"
                  ".Ar FILE ,\n"
                  "which is replaced only by a whole recording; a\n"
                  ".Sq \\-\n"
                  "is standard output.\n"
                  ".Fl Fl where , Fl Fl sort , Fl Fl limit\n"
                  "and\n"
                  ".Fl c\n"
                  "are refused: they are for reading it.\n"
                  "See\n"
                  ".Sx RECORDINGS .",
           .apply = action::diag},
};

}  // namespace

std::span<const Option> selection_options() { return rows; }

}  // namespace skq::cli
