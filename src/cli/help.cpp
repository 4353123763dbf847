#include "cli/help.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/tables.h"
#include "cli/words.h"
#include "select/filter_states.h"
#include "skq/fields.h"

#ifndef SKQ_VERSION
#error "SKQ_VERSION comes from the build"
#endif

namespace skq::cli {
namespace {

constexpr std::array groups{Group::sockets,  Group::details, Group::printing, Group::selection,
                            Group::commands, Group::output,  Group::other};

void append_group(std::string& out, Group group) {
  out += fmt::format("{}:\n", title_of(group));
  for (const Option& option : all_options())
    if (option.group == group && is_offered(option, Command::list))
      out += fmt::format("{:<28} {}\n", left_side(option), option.help);
}

std::string options_help() {
  std::string out =
      fmt::format("Usage: skq {:<33} {}\n       skq {:<33} {}\n", row_of(Command::list).usage,
                  row_of(Command::list).purpose, row_of(Command::why).usage, row_of(Command::why).purpose);
  out += "       skq record, skq diff, skq check       snapshots, alarms; each has --help\n";
  for (const Group group : groups) append_group(out, group);
  out +=
      "FILTER is ss's: [state STATE] [EXPRESSION]; see --help=filter, --help=examples.\n"
      "Exit status: 0 done, 1 failed, 2 usage, 3 incomplete, 4 none matched, 5 stuck.\n";
  return out;
}

std::string later_help() {
  std::string out = "Known from ss or planned, and refused:\n";
  for (const Option& option : all_options())
    if (!is_built(option)) out += fmt::format("{:<28} {}: {}\n", left_side(option), option.help, lack_of(option));
  return out;
}

std::string filter_help() {
  return "[state STATE]... [exclude STATE]... [EXPRESSION]     as in ss; see --help=states\n"
         "\n"
         "  src ADDRESS, dst ADDRESS    local or remote end: 10.0.0.0/8, [::1]:443, name:ssh, :22, *:*,\n"
         "                              or a unix socket's name with * and ?: src /run/*\n"
         "  sport = :PORT, dport ...    = != < > <= >= (eq ne lt gt le ge), a number or a service's name\n"
         "  dev NAME                    sockets that are bound to the interface, or = and != before its name\n"
         "  fwmark MARK[/MASK]          sockets whose packets have the mark\n"
         "  cgroup PATH                 sockets that were made in the control group\n"
         "  autobound                   sockets whose local port the kernel chose\n"
         "  unix: netlink: link: vsock: inet: inet6:\n"
         "                              before an address or port: of which family it is, as in src unix:/run/*\n"
         "  A and B, A B                both; binds tighter than or\n"
         "  A or B, not A, ( A )        also & && | || !; quote these and ( ) against the shell\n"
         "\n"
         "--where=EXPR is typed and knows every column:\n"
         "  fill > 80 and (comm == \"nginx\" or path =~ \"php\") and not state == LISTEN\n"
         "  == != < <= > >=, =~ and !~ for a regular expression, and or not && || ! ( )\n"
         "  4K 1M 2G, 80%, 10ms, 10.0.0.0/8\n"
         "With both, a socket must pass both.\n";
}

std::string states_help() {
  std::string out = "state STATE shows the sockets in it, exclude STATE all others; both may be repeated.\n\n";
  out += fmt::format("{}\n\n", fmt::join(select::state_names().begin() + 5, select::state_names().end(), " "));
  out +=
      "all             every state\n"
      "connected       all but closed and listening\n"
      "synchronized    connected, but not syn-sent\n"
      "bucket          syn-recv and time-wait, which the kernel keeps as small records\n"
      "big             the rest\n"
      "\n"
      "Without state, -a or -l: connected sockets, but not those in syn-recv or time-wait.\n"
      "Sockets without connections count as unconnected; so do netlink and packet sockets.\n";
  return out;
}

std::string examples_help() {
  return "skq why                              who is stuck on which socket, and who causes it\n"
         "skq -x                               unix sockets with what they hold\n"
         "skq -tlnp                            TCP listeners, and who listens\n"
         "skq -xp --sort=-fill --limit=10      the ten fullest unix sockets, both ends named\n"
         "skq --where 'fill > 80'              who is about to block\n"
         "skq -t state established dport = :https\n"
         "skq -xap src '/run/*'                everything on sockets below /run\n"
         "skq -c pid,comm,local,send_mem -x    exact columns\n"
         "skq -c +inode,uid -u                 two more columns\n"
         "skq -K dst 192.0.2.7 dport = :5432   close these connections, after asking\n"
         "skq -Etp sport = :https              connections as they end, and who held them\n"
         "skq --from 20261121 --at 12:30 -xp   what was recorded at 12:30 UTC, or last before\n"
         "skq --from DIR --begin=-2h -t        each snapshot of the last two hours\n"
         "skq -J | jq '.sockets[] | select(.fill > 50)'\n"
         "skq --json-lines --strict >> log     for cron: fails when something could not be seen\n";
}

std::string commands_help() {
  std::string out;
  for (const CommandRow& row : all_commands())
    if (row.help != nullptr) out += row.help() + '\n';
  return out;
}

std::string columns_help() {
  std::string out;
  for (const Field& field : all_fields()) out += fmt::format("{:<18} {}\n", field.name, field.help);
  out += "Presets: @ss (as ss), @mem (memory), @all. More of each: skq --list-columns\n";
  return out;
}

}  // namespace

void append_options(std::string& out, Command command) {
  for (const Option& option : all_options())
    if (is_offered(option, command))
      out += fmt::format("{:<28} {}\n", left_side(option, command), help_in(option, command));
}

std::string help_text(std::string_view topic) {
  if (topic == "all")
    return options_help() + '\n' + commands_help() + later_help() + '\n' + filter_help() + '\n' + states_help() + '\n' +
           examples_help() + '\n' + columns_help();
  if (const CommandRow* row = command_named(topic)) return row->help();
  if (topic == "columns") return columns_help();
  if (topic == "filter") return filter_help();
  if (topic == "states") return states_help();
  if (topic == "examples") return examples_help();
  return options_help();
}

std::string family_help_text() {
  std::string out = "-f FAMILY, --family=FAMILY takes one of\n ";
  for (const FamilyName& row : family_names()) out += fmt::format(" {}", row.name);
  return out + "\nThe option may be repeated; see also -A help.\n";
}

std::string query_help_text() {
  std::string out = "-A LIST, --query=LIST, --socket=LIST takes these, separated by commas, with ! to take one out:\n ";
  for (const std::string_view name : query_names()) out += fmt::format(" {}", name);
  return out + '\n';
}

std::string version_text() { return "skq " SKQ_VERSION "\n"; }

}  // namespace skq::cli
