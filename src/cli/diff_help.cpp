#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/help.h"

namespace skq::cli {

std::string diff_help() {
  std::string out = fmt::format("Usage: skq {}\n\nOptions:\n", row_of(Command::diff).usage);
  append_options(out, Command::diff);
  out +=
      "\n"
      "Tells what became of the sockets from A to B: opened, gone, another state,\n"
      "other owners, and what grew: queues, memory, counters. What grew most comes\n"
      "first. A and B are each\n"
      "\n"
      "  FILE, DIR, YYYYMMDD   the last snapshot there; a day is one of --from\n"
      "  14:05, @-15m          at that time or before it, of --from (/var/log/skq)\n"
      "  WHAT@TIME             WHAT as in the first line, at that time or before it\n"
      "  WHAT@@SECONDS         the same by seconds since 1970\n"
      "  live                  the running kernel\n"
      "\n"
      "Without B it is live; without A it is the last snapshot of --from. A file that\n"
      "reads as a time is ./14:05. Times are UTC.\n"
      "\n"
      "  skq diff                          since the last snapshot\n"
      "  skq diff 14:00 14:05              in these five minutes\n"
      "  skq diff @-1h -t --where 'comm == \"nginx\"'\n"
      "  skq diff /backup/web1@09:00 /backup/web1@10:00\n"
      "  skq diff -J @-5m | jq '.changes[] | select(.kind == \"grown\")'\n"
      "\n"
      "A socket that is not in B is missing; it is gone when the look after B has it\n"
      "neither. A live B is looked at twice, in the network namespace of -N or in\n"
      "those of --all-netns. Where one of the two did not look, nothing is opened or\n"
      "gone: standard error and JSON tell how many that are.\n"
      "\n"
      "Exit status: 0 done, also when nothing changed, 1 failed, or of two hosts,\n"
      "2 bad usage, 3 incomplete (--strict).\n";
  return out;
}

}  // namespace skq::cli
