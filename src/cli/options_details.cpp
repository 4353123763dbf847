// The option table: what of each socket, and how it is printed.
#include <array>

#include "cli/option_actions.h"
#include "cli/option_chapters.h"

namespace skq::cli {
namespace {

constexpr std::array rows{
    Option{.letter = 'p',
           .name = "processes",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "the processes at both ends",
           .man = "Show the processes that hold each socket, and those that hold its other end.",
           .apply = action::processes},
    Option{.letter = 'T',
           .name = "threads",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "the threads, too (implies -p)",
           .man = "Show the threads of these processes, too.\n"
                  "Implies\n"
                  ".Fl p .",
           .apply = action::threads},
    Option{.letter = 'e',
           .name = "extended",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "uid, inode, cookie and what else the family has",
           .man = "Show more of each socket: user, inode, cookie, and what else its family has.\n"
                  "Implies\n"
                  ".Fl o .\n"
                  "See\n"
                  ".Sx DETAILS .",
           .apply = action::extended},
    Option{.letter = 'm',
           .name = "memory",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "socket memory as ss prints it",
           .man = "Show the memory counters of each socket in the form of\n"
                  ".Xr ss 8 .",
           .apply = action::memory},
    Option{.letter = 'n',
           .name = "numeric",
           .group = Group::details,
           .commands = in_every,
           .help = "ports as numbers",
           .man = "Print ports and protocols as numbers.",
           .apply = action::numeric},
    Option{.letter = 'r',
           .name = "resolve",
           .group = Group::details,
           .commands = in_every,
           .help = "host names for addresses",
           .man = "Print host names in place of addresses.",
           .apply = action::resolve},
    Option{.letter = 'o',
           .name = "options",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "the timers of inet sockets",
           .man = "Show the timer that runs on an inet socket: which one, when it fires, how often it did.\n"
                  "With\n"
                  ".Fl i\n"
                  "also the options that both ends of a TCP connection agreed on.",
           .apply = action::options},
    Option{.letter = 'i',
           .name = "info",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "what TCP, MPTCP and SCTP know of a connection",
           .man = "Show what the protocol knows of a connection, in the words of\n"
                  ".Xr ss 8\n"
                  "and below the row; the section\n"
                  ".Sx DETAILS\n"
                  "explains them.\n"
                  "In JSON these are the fields\n"
                  ".Cm tcp_rtt\n"
                  "and so on, which\n"
                  ".Fl \\-where\n"
                  "and\n"
                  ".Fl \\-sort\n"
                  "take without\n"
                  ".Fl i .",
           .apply = action::info},
    Option{.name = "tos",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "type of service, class and priority",
           .man = "Show type of service and traffic class of an inet socket's packets, and its class id: that of\n"
                  "net_cls, else its priority.",
           .apply = action::tos},
    Option{.name = "cgroup",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "the control group of each socket",
           .man = "Show the control group in which an inet socket was made;\n"
                  ".Cm unreachable\n"
                  "and its id when it is gone or not below our own root.",
           .apply = action::cgroup},
    Option{.name = "tipcinfo",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "what TIPC knows of a socket",
           .man =
               "Show what TIPC knows of its sockets: type, what holds a sender back, messages dropped, whether it is\n"
               "bound to a service, the service it connected by, and the group it has joined.",
           .apply = action::tipcinfo},
    Option{.name = "inet-sockopt",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "options that are set on inet sockets",
           .man = "Show which of these are set on an inet socket, in the words of\n"
                  ".Xr ss 8 .\n"
                  "In JSON each is a boolean, such as\n"
                  ".Cm sockopt_freebind .",
           .apply = action::inet_sockopt},
    Option{.letter = 'b',
           .name = "bpf",
           .argument = Argument::optional,
           .metavar = "USE",
           .group = Group::details,
           .commands = in_list | Commands(Command::record, Command::why),
           .values = Values::bpf_uses,
           .help = "filters of packet sockets; or the use of BPF",
           .why_help = "whether BPF programs may be asked",
           .man = "Show the classic BPF filter of each packet socket: how many instructions, and of each its code,\n"
                  "two jumps and operand.\n"
                  "Implies\n"
                  ".Fl o ,\n"
                  "as in\n"
                  ".Xr ss 8 .\n"
                  "With\n"
                  ".Ar USE\n"
                  "it shows nothing, but says whether the kernel may be asked by BPF programs:\n"
                  ".Cm auto ,\n"
                  "the default, where that works and is quicker;\n"
                  ".Cm never ;\n"
                  "or\n"
                  ".Cm require :\n"
                  "fail where it does not work.\n"
                  "See\n"
                  ".Sx BPF .",
           .apply = action::bpf},
    Option{.letter = 'Z',
           .name = "context",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "security contexts of processes (implies -p)",
           .man = "Show the SELinux contexts of processes.\n"
                  "Implies\n"
                  ".Fl p .",
           .apply = action::context},
    Option{.letter = 'z',
           .name = "contexts",
           .group = Group::details,
           .commands = in_list | Commands(Command::record),
           .help = "security contexts of processes and sockets",
           .man = "As\n"
                  ".Fl Z ,\n"
                  "with the contexts of the sockets.",
           .apply = action::contexts},
    Option{.name = "bpf-maps",
           .group = Group::details,
           .help = "socket storage of BPF maps",
           .lacking = "this build has no libbpf"},
    Option{.name = "bpf-map-id",
           .argument = Argument::required,
           .metavar = "ID",
           .group = Group::details,
           .help = "socket storage of one BPF map",
           .lacking = "this build has no libbpf"},
    Option{.letter = 'H',
           .name = "no-header",
           .group = Group::printing,
           .commands = in_list | Commands(Command::diff),
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
           .commands = in_list | Commands(Command::diff),
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
           .commands = Commands(Command::list, Command::why, Command::diff),
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
           .commands = Commands(Command::list, Command::why, Command::record, Command::diff),
           .origin = Origin::skq,
           .help = "one JSON document",
           .record_help = "one JSON document (with --list)",
           .man = "Print one JSON document.",
           .apply = action::json},
    Option{.name = "json-lines",
           .group = Group::printing,
           .commands = Commands(Command::list, Command::why, Command::record, Command::diff),
           .origin = Origin::skq,
           .help = "one flat JSON object a line",
           .record_help = "one flat JSON object a line (with --list)",
           .man = "Print one flat JSON object a line.",
           .apply = action::json_lines},
    Option{.name = "format",
           .argument = Argument::required,
           .metavar = "FORMAT",
           .group = Group::printing,
           .commands = Commands(Command::list, Command::why, Command::record, Command::diff),
           .values = Values::formats,
           .origin = Origin::skq,
           .help = "table, raw, csv, json, jsonl or prom",
           .why_help = "table, json or jsonl",
           .record_help = "table, json or jsonl (with --list)",
           .diff_help = "table, json or jsonl",
           .man = "Print a\n"
                  ".Cm table ,\n"
                  ".Cm raw\n"
                  "rows of escaped cells with single spaces between,\n"
                  ".Cm csv ,\n"
                  ".Cm json ,\n"
                  ".Cm jsonl\n"
                  "or\n"
                  ".Cm prom ,\n"
                  "which are numbers for Prometheus instead of rows; see\n"
                  ".Sx METRICS .\n"
                  ".Cm why , diff\n"
                  "and\n"
                  ".Cm record Fl Fl list\n"
                  "have\n"
                  ".Cm table , json\n"
                  "and\n"
                  ".Cm jsonl .",
           .apply = action::format},
    Option{.letter = 'W',
           .name = "watch",
           .argument = Argument::optional,
           .metavar = "SECONDS",
           .group = Group::printing,
           .commands = in_list | Commands(Command::why),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "again every SECONDS (default 1)",
           .man = "List again every\n"
                  ".Ar SECONDS ,\n"
                  "1 when not said: on a terminal in place, else one block after the other; see\n"
                  ".Sx WATCHING .\n"
                  "Behind the letter they follow at once, as in\n"
                  ".Fl W2 .",
           .apply = action::watch},
    Option{.name = "rates",
           .group = Group::printing,
           .origin = Origin::skq,
           .help = "bytes a second of each TCP socket (with -W)",
           .man = "With\n"
                  ".Fl W ,\n"
                  "show how fast the byte counters of each TCP socket grow, as the columns\n"
                  ".Cm send_rate , recv_rate\n"
                  "and\n"
                  ".Cm retrans_rate .",
           .apply = action::rates},
};

}  // namespace

std::span<const Option> details_options() { return rows; }

}  // namespace skq::cli
