#include <fmt/format.h>

#include "cli/help.h"
#include "cli/options.h"

namespace skq::cli {

std::string why_help() {
  std::string out =
      "Usage: skq why [OPTION]... [TARGET]...\n"
      "Tells who is stuck on which socket, who causes it, since when, and what to do.\n"
      "Without TARGET of the whole host, in every network namespace.\n"
      "\n"
      "TARGET is one of\n"
      "  PID, NAME                  a process, or by NAME also a container or unit\n"
      "  /PATH, @NAME               a unix socket by its path or its abstract name\n"
      "  PATH                       the same below the working directory, where no\n"
      "                             process, container or unit has that name\n"
      "  ino:N                      a socket by its inode\n"
      "  [ADDRESS]:PORT             tcp and udp sockets that have it at either end\n"
      "and brings what is around it, also when nothing is wrong.\n"
      "\n"
      "Options:\n";
  append_options(out, Command::why);
  out +=
      "\n"
      "A thread that waits for less than a second may only be busy: where one look\n"
      "cannot tell, a second one follows. What could not be seen is told on standard\n"
      "error, and in JSON.\n"
      "\n"
      "  skq why                    what is stuck on this host?\n"
      "  skq why postgres           around the processes of that name\n"
      "  skq why /dev/log           around that socket\n"
      "  skq why -J | jq '.findings[] | select(.severity == \"critical\") | .title'\n"
      "  skq why --exit-code -J     for monitoring: exits with 5 when one is stuck\n"
      "\n"
      "Exit status: 0 done, 1 failed, 2 bad usage or unknown TARGET,\n"
      "3 incomplete (--strict), 5 something is stuck (--exit-code), also where\n"
      "the answer is incomplete. --from --exit-code: 3 when record had no --why,\n"
      "or what it found cannot be read.\n";
  return out;
}

}  // namespace skq::cli
