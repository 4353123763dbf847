// The option table: which sockets.
#include <array>

#include "cli/option_actions.h"
#include "cli/option_chapters.h"

namespace skq::cli {
namespace {

constexpr std::array rows{
    Option{.letter = 't',
           .name = "tcp",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "TCP sockets",
           .man = "List TCP sockets.",
           .apply = action::tcp},
    Option{.letter = 'u',
           .name = "udp",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "UDP sockets",
           .man = "List UDP sockets.",
           .apply = action::udp},
    Option{.letter = 'w',
           .name = "raw",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "raw IP sockets",
           .man = "List raw IP sockets.",
           .apply = action::raw},
    Option{.letter = 'x',
           .name = "unix",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "unix domain sockets",
           .man = "List unix domain sockets: stream, datagram and seqpacket.",
           .apply = action::unix_sockets},
    Option{.letter = '0',
           .name = "packet",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "packet sockets",
           .man = "List packet sockets, which see frames below IP.",
           .apply = action::packet},
    Option{.letter = 'f',
           .name = "family",
           .argument = Argument::required,
           .metavar = "FAMILY",
           .group = Group::sockets,
           .commands = in_rows,
           .values = Values::families,
           .help = "sockets of one family (-f help lists them)",
           .man = "List the sockets of one family:\n"
                  ".Cm inet , inet6 , link , unix , netlink , vsock , tipc\n"
                  "or\n"
                  ".Cm xdp .",
           .apply = action::family},
    Option{.letter = 'A',
           .name = "query",
           .alias = "socket",
           .argument = Argument::required,
           .metavar = "LIST",
           .group = Group::sockets,
           .commands = in_rows,
           .values = Values::tables,
           .help = "socket tables, comma separated; ! takes one out",
           .man = "List the named socket tables, separated by commas.\n"
                  "A name after\n"
                  ".Sq \\&!\n"
                  "is taken out again, as in\n"
                  ".Fl A Cm all,!tcp .\n"
                  "The first\n"
                  ".Fl A\n"
                  "forgets the tables chosen before it.\n"
                  ".Cm all\n"
                  "has every table but tipc;\n"
                  ".Fl A Cm help\n"
                  "lists the names.",
           .apply = action::query},
    Option{.letter = '4',
           .name = "ipv4",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "IP version 4 only",
           .man = "List only sockets of IP version 4.\n"
                  "The last of \\-4 and \\-6 holds.",
           .apply = action::ipv4},
    Option{.letter = '6',
           .name = "ipv6",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "IP version 6 only",
           .man = "List only sockets of IP version 6.",
           .apply = action::ipv6},
    Option{.letter = 'a',
           .name = "all",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "sockets in every state",
           .man = "List sockets in every state.\n"
                  "The last of \\-a and \\-l holds.",
           .apply = action::all},
    Option{.letter = 'l',
           .name = "listening",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "listening and unconnected sockets only",
           .man = "List only sockets that listen, or that are bound to no peer.",
           .apply = action::listening},
    Option{.letter = 'S',
           .name = "sctp",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "SCTP sockets",
           .man = "List SCTP sockets.\n"
                  "An endpoint and each of its associations is a row.",
           .apply = action::sctp},
    Option{.letter = 'd',
           .name = "dccp",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "DCCP sockets",
           .man = "List DCCP sockets, which Linux 6.16 and later no longer has.",
           .apply = action::dccp},
    Option{.letter = 'M',
           .name = "mptcp",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "MPTCP sockets",
           .man = "List Multipath TCP connections; their subflows are listed by \\-t.",
           .apply = action::mptcp},
    Option{.name = "tipc",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "TIPC sockets",
           .man = "List TIPC sockets.\n"
                  "They are listed only when named, also under \\-a.",
           .apply = action::tipc},
    Option{.name = "vsock",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "sockets between virtual machines and their host",
           .man = "List sockets between virtual machines and their host\n"
                  ".Pq Xr vsock 7 :\n"
                  "stream, datagram and seqpacket.",
           .apply = action::vsock},
    Option{.name = "xdp",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "XDP sockets, which share frames with a device",
           .man = "List express data path sockets, which share the frames of a device's queue with the kernel.",
           .apply = action::xdp},
    Option{.letter = 'B',
           .name = "bound-inactive",
           .group = Group::sockets,
           .commands = in_rows,
           .help = "TCP sockets that are bound and do nothing",
           .man = "List only TCP sockets that are bound to a port and neither listen nor are connected.\n"
                  "Of \\-a, \\-l and \\-B the last holds.\n"
                  "Their state is UNCONN.\n"
                  "Needs Linux 6.8.",
           .apply = action::bound_inactive},
    Option{.letter = 'N',
           .name = "net",
           .argument = Argument::required,
           .metavar = "NAME",
           .group = Group::sockets,
           .commands = in_every,
           .values = Values::text,
           .help = "sockets of the network namespace NAME, path or pid",
           .man =
               "Look at another network namespace, with everything that follows: sockets, summary, limits, names of\n"
               "interfaces.\n"
               "It is a name below\n"
               ".Pa /run/netns ,\n"
               "a path such as\n"
               ".Pa /proc/42/ns/net ,\n"
               "or the pid of a process in it; a name made of digits wins over a pid.\n"
               "It takes the capability\n"
               ".Dv CAP_SYS_ADMIN .",
           .apply = action::net},
    Option{
        .name = "all-netns",
        .group = Group::sockets,
        .commands = in_rows,
        .origin = Origin::skq,
        .help = "sockets of every network namespace",
        .man =
            "List the sockets of every network namespace of the host, also of one that only a socket holds, and add\n"
            "the column\n"
            ".Cm netns_text ,\n"
            "in JSON\n"
            ".Cm netns\n"
            "and\n"
            ".Cm netns_name .\n"
            "See\n"
            ".Sx NETWORK NAMESPACES .",
        .apply = action::all_netns},
};

}  // namespace

std::span<const Option> sockets_options() { return rows; }

}  // namespace skq::cli
