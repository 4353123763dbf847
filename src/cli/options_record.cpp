// The option table: what `skq record` alone has.
#include <array>

#include "cli/option_actions.h"
#include "cli/option_chapters.h"

namespace skq::cli {
namespace {

constexpr std::array rows{
    Option{.name = "dir",
           .argument = Argument::required,
           .metavar = "DIR",
           .group = Group::commands,
           .commands = Commands(Command::record),
           .values = Values::file,
           .origin = Origin::skq,
           .help = "record in DIR, not in /var/log/skq",
           .man = "Record in\n.Ar DIR ,\nnot in\n.Pa /var/log/skq .",
           .apply = action::dir},
    Option{.name = "list",
           .group = Group::commands,
           .commands = Commands(Command::record),
           .origin = Origin::skq,
           .help = "tell what is recorded there",
           .man = "Record nothing; tell what is recorded there.",
           .apply = action::record_list},
    Option{.name = "why",
           .group = Group::commands,
           .commands = Commands(Command::record),
           .origin = Origin::skq,
           .help = "record the findings of skq why, too",
           .man = "Record the findings of\n.Nm\n.Cm why ,\ntoo.",
           .apply = action::record_findings},
    Option{.name = "full-every",
           .argument = Argument::required,
           .metavar = "N",
           .group = Group::commands,
           .commands = Commands(Command::record),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "of N snapshots one is full, the rest changes",
           .man = "Make every\n.Ar N Ns th\nsnapshot a full one; those between say what changed.\n"
                  "The default is 60.",
           .apply = action::full_every},
    Option{.name = "keep-days",
           .argument = Argument::required,
           .metavar = "N",
           .group = Group::commands,
           .commands = Commands(Command::record),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "remove days older than N",
           .man =
               "Remove the files of days that lie more than\n.Ar N\ndays back: of 7, today and the seven days before\n"
               "stay.",
           .apply = action::keep_days},
    Option{.name = "max-bytes",
           .argument = Argument::required,
           .metavar = "SIZE",
           .group = Group::commands,
           .commands = Commands(Command::record),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "remove the oldest days beyond SIZE",
           .man = "Remove the oldest days until all day files together take no more than\n.Ar SIZE ,\nbut never the "
                  "current day, nor a later one.",
           .apply = action::max_bytes},
    Option{.name = "interval",
           .argument = Argument::required,
           .metavar = "SECONDS",
           .group = Group::commands,
           .commands = Commands(Command::record),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "go on, with a snapshot every SECONDS",
           .man = "Go on, with a snapshot every\n.Ar SECONDS ,\nuntil SIGTERM, SIGINT or SIGHUP.",
           .apply = action::interval},
    Option{.name = "count",
           .argument = Argument::required,
           .metavar = "N",
           .group = Group::commands,
           .commands = Commands(Command::record),
           .values = Values::text,
           .origin = Origin::skq,
           .help = "end after N snapshots of --interval",
           .man = "End after\n.Ar N\nsnapshots of\n.Fl Fl interval .",
           .apply = action::count},
};

}  // namespace

std::span<const Option> record_options() { return rows; }

}  // namespace skq::cli
