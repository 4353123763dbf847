#include "cli/why_options.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace skq::cli {
namespace {

/// Those whose chapter does not say it.
struct Reason {
  std::string_view name, text;
};
constexpr std::array reasons{
    Reason{"yes", "it answers the question of -K (--kill)"},
    Reason{"from", "what threads do is in no recording"},
    Reason{"rates", "they are columns of the list"},
    Reason{"all-netns", "why looks into every network namespace by itself"},
    Reason{"list-columns", "it does something else"},
};

std::string_view reason_of(const Option& option) {
  for (const Reason& reason : reasons)
    if (reason.name == option.name) return reason.text;
  switch (option.group) {
    case Group::sockets:
      return "why looks at all sockets; a TARGET says which of them matter";
    case Group::details:
      return "it adds to rows of sockets, and why tells by itself what matters of each";
    case Group::printing:
      return "it is about the look of a table of sockets, and why prints none";
    case Group::selection:
      return "it is about rows of sockets, and why tells findings; a TARGET narrows them";
    case Group::commands:
    case Group::output:
    case Group::other:
      return "it does something else";
  }
  return {};
}

}  // namespace

std::string refusal_in_why(const Option& option) {
  return fmt::format("{} cannot go with why: {}", display_name(option), reason_of(option));
}

std::string refusal_outside_why(const Option& option) {
  return fmt::format("{} is of 'skq why', which was not said", display_name(option));
}

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
  for (const Option& option : all_options())
    if (serves(option, true) && is_built(option) && !option.hidden)
      out += fmt::format("{:<28} {}\n", left_side(option), help_in(option, true));
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
      "the answer is incomplete.\n";
  return out;
}

}  // namespace skq::cli
