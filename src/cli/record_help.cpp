#include "cli/help.h"
#include "cli/options.h"

namespace skq::cli {

std::string record_help() {
  std::string out =
      "Usage: skq record [OPTION]... [FILTER]\n"
      "Appends a snapshot of the sockets, with their owners, to the day's file\n"
      "/var/log/skq/YYYYMMDD.jsonl.zst (UTC). Silent when all went well.\n"
      "\n"
      "Without options every socket and all of it; -t, -x, -l, FILTER, --where and\n"
      "-c narrow that.\n"
      "\n"
      "Options:\n";
  append_options(out, Command::record);
  out +=
      "\n"
      "  skq record                        one snapshot, as from cron\n"
      "  skq record --why --keep-days=14   with findings; older days go\n"
      "  skq record --interval=10          goes on until SIGTERM\n"
      "  skq record --list                 what is recorded?\n"
      "  zstdcat 20261121.jsonl.zst | jq   each line is JSON\n"
      "\n"
      "Exit status: 0 done, 1 failed (a full disk, also one that passed),\n"
      "2 bad usage, 3 incomplete (--strict).\n";
  return out;
}

}  // namespace skq::cli
