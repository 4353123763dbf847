#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/help.h"
#include "skq/check.h"

namespace skq::cli {
namespace {

std::string usual(const CheckMetric& metric) {
  std::string out;
  if (!metric.warning.empty()) out += fmt::format(" -w {}", metric.warning);
  if (!metric.critical.empty()) out += fmt::format(" -c {}", metric.critical);
  return out.empty() ? "" : " [" + out.substr(1) + "]";
}

}  // namespace

std::string check_help() {
  std::string out = fmt::format("Usage: skq {}\n", row_of(Command::check).usage);
  out +=
      "A monitoring plugin: one number against its thresholds, told in one line.\n"
      "\n"
      "METRIC is one of (in brackets the thresholds where none are given)\n";
  for (const CheckMetric& metric : check_metrics())
    out += fmt::format("  {:<12} {}{}\n", metric.name, metric.help, usual(metric));
  out +=
      "\n"
      "FILTER and the options of tables and states choose sockets as in the list.\n"
      "RANGE says what is no alert: 10 is 0 to 10, 10: is 10 and more, '~:10' is 10\n"
      "and less, 10:20 is between; with @ before it that is what is one. Both ends are\n"
      "included: a full queue (100%) is no alert with -c 100, but is with -c 99 or\n"
      "-c @100:. Percents may have a %, bytes K, M, G or T. Quote the ~ in a shell.\n"
      "\n"
      "Options:\n";
  append_options(out, Command::check);
  out +=
      "\n"
      "  skq check stuck                               is anybody stuck?\n"
      "  skq check accept-fill sport = :https          is that queue full?\n"
      "  skq check count -l -c 1: src /run/php.sock    does anybody listen there?\n"
      "  skq check close-wait -w 50 -c 500             who forgets to close?\n"
      "\n"
      "Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN: bad usage, no answer in\n"
      "time, or an incomplete one that is not CRITICAL already. --help exits with 0.\n";
  return out;
}

}  // namespace skq::cli
