#include "cli/options.h"

#include <array>

#include "cli/option_actions.h"

namespace skq::cli {
namespace {

/// A row without an action: known, and refused by name.
constexpr Option later(char letter, std::string_view name, Group group, std::string_view help, Origin origin,
                       Argument argument = Argument::none, std::string_view metavar = {}) {
  return {.letter = letter,
          .name = name,
          .argument = argument,
          .metavar = metavar,
          .group = group,
          .origin = origin,
          .help = help};
}

constexpr std::array options{
    Option{.letter = 't',
           .name = "tcp",
           .group = Group::sockets,
           .help = "TCP sockets",
           .man = "List TCP sockets.",
           .apply = action::tcp},
    Option{.letter = 'u',
           .name = "udp",
           .group = Group::sockets,
           .help = "UDP sockets",
           .man = "List UDP sockets.",
           .apply = action::udp},
    Option{.letter = 'w',
           .name = "raw",
           .group = Group::sockets,
           .help = "raw IP sockets",
           .man = "List raw IP sockets.",
           .apply = action::raw},
    Option{.letter = 'x',
           .name = "unix",
           .group = Group::sockets,
           .help = "unix domain sockets",
           .man = "List unix domain sockets: stream, datagram and seqpacket.",
           .apply = action::unix_sockets},
    Option{.letter = '0',
           .name = "packet",
           .group = Group::sockets,
           .help = "packet sockets",
           .man = "List packet sockets, which see frames below IP.",
           .apply = action::packet},
    Option{.letter = 'f',
           .name = "family",
           .argument = Argument::required,
           .metavar = "FAMILY",
           .group = Group::sockets,
           .values = Values::families,
           .help = "sockets of one family (-f help lists them)",
           .man = "List the sockets of one family:\n"
                  ".Cm inet , inet6 , link , unix\n"
                  "or\n"
                  ".Cm netlink .",
           .apply = action::family},
    Option{.letter = 'A',
           .name = "query",
           .alias = "socket",
           .argument = Argument::required,
           .metavar = "LIST",
           .group = Group::sockets,
           .values = Values::tables,
           .help = "socket tables, comma separated; ! takes one out",
           .man = "List the named socket tables, separated by commas.\n"
                  "A name after\n"
                  ".Sq \\&!\n"
                  "is taken out again, as in\n"
                  ".Fl A Cm all,!tcp .\n"
                  "The first\n"
                  ".Fl A\n"
                  "forgets the tables chosen before it.",
           .apply = action::query},
    Option{.letter = '4',
           .name = "ipv4",
           .group = Group::sockets,
           .help = "IP version 4 only",
           .man = "List only sockets of IP version 4.\n"
                  "The last of \\-4 and \\-6 holds.",
           .apply = action::ipv4},
    Option{.letter = '6',
           .name = "ipv6",
           .group = Group::sockets,
           .help = "IP version 6 only",
           .man = "List only sockets of IP version 6.",
           .apply = action::ipv6},
    Option{.letter = 'a',
           .name = "all",
           .group = Group::sockets,
           .help = "sockets in every state",
           .man = "List sockets in every state.\n"
                  "The last of \\-a and \\-l holds.",
           .apply = action::all},
    Option{.letter = 'l',
           .name = "listening",
           .group = Group::sockets,
           .help = "listening and unconnected sockets only",
           .man = "List only sockets that listen, or that are bound to no peer.",
           .apply = action::listening},
    Option{.letter = 'p',
           .name = "processes",
           .group = Group::details,
           .help = "the processes at both ends",
           .man = "Show the processes that hold each socket, and those that hold its other end.",
           .apply = action::processes},
    Option{.letter = 'T',
           .name = "threads",
           .group = Group::details,
           .help = "the threads, too (implies -p)",
           .man = "Show the threads of these processes, too.\n"
                  "Implies\n"
                  ".Fl p .",
           .apply = action::threads},
    Option{.letter = 'e',
           .name = "extended",
           .group = Group::details,
           .help = "uid, inode, cookie and what else the family has",
           .man = "Show more of each socket: user, inode, cookie, and what else its family has.",
           .apply = action::extended},
    Option{.letter = 'm',
           .name = "memory",
           .group = Group::details,
           .help = "socket memory as ss prints it",
           .man = "Show the memory counters of each socket in the form of\n"
                  ".Xr ss 8 .",
           .apply = action::memory},
    Option{.letter = 'n',
           .name = "numeric",
           .group = Group::details,
           .help = "ports as numbers",
           .man = "Print ports and protocols as numbers.",
           .apply = action::numeric},
    Option{.letter = 'r',
           .name = "resolve",
           .group = Group::details,
           .help = "host names for addresses",
           .man = "Print host names in place of addresses.",
           .apply = action::resolve},
    Option{.letter = 'H',
           .name = "no-header",
           .group = Group::printing,
           .help = "no header line",
           .man = "Leave out the header line.",
           .apply = action::no_header},
    Option{.letter = 'O',
           .name = "oneline",
           .group = Group::printing,
           .help = "all of a socket on one line",
           .man = "Print all of a socket on one line.",
           .apply = action::oneline},
    Option{.letter = 'Q',
           .name = "no-queues",
           .group = Group::printing,
           .help = "no Recv-Q and Send-Q",
           .man = "Leave out the columns\n"
                  ".Cm recv_q\n"
                  "and\n"
                  ".Cm send_q .",
           .apply = action::no_queues},
    Option{.name = "bytes",
           .group = Group::printing,
           .origin = Origin::skq,
           .help = "exact bytes in place of 1.0K",
           .man = "Print memory in exact bytes.\n"
                  "The default is like 1.0K, a K being 1024 bytes;\n"
                  ".Cm recv_q\n"
                  "and\n"
                  ".Cm send_q\n"
                  "are always exact.",
           .apply = action::bytes},
    Option{.name = "color",
           .argument = Argument::optional,
           .metavar = "WHEN",
           .group = Group::printing,
           .values = Values::colors,
           .origin = Origin::skq,
           .help = "auto, always or never",
           .man = "Use colour: on a terminal\n"
                  ".Pq Cm auto , No the default ,\n"
                  "in any case\n"
                  ".Pq Cm always , No also meant when no word is given ,\n"
                  "or\n"
                  ".Cm never .",
           .apply = action::color},
    Option{.letter = 'J',
           .name = "json",
           .group = Group::printing,
           .origin = Origin::skq,
           .help = "one JSON document",
           .man = "Print one JSON document.",
           .apply = action::json},
    Option{.name = "json-lines",
           .group = Group::printing,
           .origin = Origin::skq,
           .help = "one flat JSON object a line",
           .man = "Print one flat JSON object a line.",
           .apply = action::json_lines},
    Option{.name = "format",
           .argument = Argument::required,
           .metavar = "FORMAT",
           .group = Group::printing,
           .values = Values::formats,
           .origin = Origin::skq,
           .help = "table, raw, csv, json or jsonl",
           .man = "Print a\n"
                  ".Cm table ,\n"
                  ".Cm raw\n"
                  "rows of escaped cells with single spaces between,\n"
                  ".Cm csv ,\n"
                  ".Cm json\n"
                  "or\n"
                  ".Cm jsonl .",
           .apply = action::format},
    Option{.letter = 'c',
           .name = "columns",
           .argument = Argument::required,
           .metavar = "LIST",
           .group = Group::selection,
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
                  "The default is the kernel's order.",
           .apply = action::sort},
    Option{.name = "limit",
           .argument = Argument::required,
           .metavar = "N",
           .group = Group::selection,
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
           .values = Values::text,
           .origin = Origin::skq,
           .help = "rows for which this holds, like \"fill > 80\"",
           .man = "Show the rows for which the expression over columns holds, shown or not, such as\n"
                  ".Ql fill > 80 and comm == \\(dqnginx\\(dq .\n"
                  "With a\n"
                  ".Ar FILTER\n"
                  "both must hold.",
           .apply = action::where},
    Option{.name = "output",
           .argument = Argument::required,
           .metavar = "FILE",
           .group = Group::output,
           .values = Values::file,
           .origin = Origin::skq,
           .help = "write to FILE, which is replaced when all is done",
           .man = "Write beside\n"
                  ".Ar FILE\n"
                  "and rename when everything is written, so that nobody ever reads half of it.",
           .apply = action::output},
    Option{.name = "strict",
           .group = Group::output,
           .origin = Origin::skq,
           .help = "exit 3 when the answer is incomplete",
           .man = "Exit with 3 when the answer is incomplete.",
           .apply = action::strict},
    Option{.name = "exit-code",
           .group = Group::output,
           .origin = Origin::skq,
           .help = "exit 4 when nothing matched",
           .man = "Exit with 4 when no socket matched.",
           .apply = action::exit_code},
    Option{.name = "log-level",
           .argument = Argument::required,
           .metavar = "LEVEL",
           .group = Group::other,
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
           .values = Values::file,
           .origin = Origin::skq,
           .help = "where to tell it",
           .man = "Append these messages to\n"
                  ".Ar FILE .",
           .apply = action::log_file},
    Option{.letter = 'h',
           .name = "help",
           .argument = Argument::optional,
           .metavar = "TOPIC",
           .group = Group::other,
           .values = Values::topics,
           .help = "this; =all, columns, filter, examples or states",
           .man = "Print help and exit.\n"
                  "Topics are\n"
                  ".Cm all , columns , filter , examples\n"
                  "and\n"
                  ".Cm states .",
           .apply = action::help},
    Option{.letter = 'V',
           .name = "version",
           .other_letter = 'v',
           .group = Group::other,
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

    later('S', "sctp", Group::sockets, "SCTP sockets", Origin::ss),
    later('d', "dccp", Group::sockets, "DCCP sockets", Origin::ss),
    later('M', "mptcp", Group::sockets, "MPTCP sockets", Origin::ss),
    later(0, "tipc", Group::sockets, "TIPC sockets", Origin::ss),
    later(0, "vsock", Group::sockets, "vsock sockets", Origin::ss),
    later(0, "xdp", Group::sockets, "XDP sockets", Origin::ss),
    later('B', "bound-inactive", Group::sockets, "TCP sockets that are bound but do nothing", Origin::ss),
    later('N', "net", Group::sockets, "sockets of a named network namespace", Origin::ss, Argument::required, "NAME"),
    later(0, "all-netns", Group::sockets, "sockets of every network namespace", Origin::skq),
    later('o', "options", Group::details, "timers", Origin::ss),
    later('i', "info", Group::details, "internal TCP information", Origin::ss),
    later(0, "tos", Group::details, "type of service and priority", Origin::ss),
    later(0, "cgroup", Group::details, "cgroup", Origin::ss),
    later(0, "tipcinfo", Group::details, "internal TIPC information", Origin::ss),
    later(0, "inet-sockopt", Group::details, "inet socket options", Origin::ss),
    later('b', "bpf", Group::details, "socket filters", Origin::ss),
    later(0, "bpf-maps", Group::details, "socket storage of BPF maps", Origin::ss),
    later('s', "summary", Group::details, "counts of sockets", Origin::ss),
    later('Z', "context", Group::details, "security contexts of processes", Origin::ss),
    later('z', "contexts", Group::details, "security contexts of processes and sockets", Origin::ss),
    later(0, "bpf-map-id", Group::details, "socket storage of one BPF map", Origin::ss, Argument::required, "ID"),
    later('W', "watch", Group::printing, "again every SECONDS", Origin::skq, Argument::optional, "SECONDS"),
    later('F', "filter", Group::output, "read the filter from FILE", Origin::ss, Argument::required, "FILE"),
    later('D', "diag", Group::output, "dump raw netlink messages", Origin::ss, Argument::required, "FILE"),
    later('E', "events", Group::output, "sockets as they are destroyed", Origin::ss),
    later('K', "kill", Group::output, "close the listed sockets", Origin::ss),
};

}  // namespace

std::span<const Option> all_options() { return options; }

}  // namespace skq::cli
