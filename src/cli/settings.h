// What the command line asked for, checked and typed: the only thing that the commands read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/filter_file.h"
#include "cli/tables.h"
#include "skq/render.h"
#include "skq/source.h"

namespace skq::cli {

/// What the first word of the command line says; without one, the list.
enum class Command : std::uint8_t { list, why, record, diff, check };

/// What is done: by a command, or by an option in place of the list.
enum class Action : std::uint8_t {
  list,
  why,
  record,
  diff,
  check,
  summary,
  limits,
  events,
  kill,
  diag,
  help,
  version,
  list_columns,
  family_help,
  query_help,
  generate
};
enum class Color : std::uint8_t { automatic, always, never };

/// Which of the recorded snapshots, as it was written.
struct ReplaySettings {
  std::optional<std::string> begin, end, at;
};

struct RecordSettings {
  std::optional<std::string> folder;  ///< --dir
  bool list = false;                  ///< tell what is there, record nothing
  bool findings = false;              ///< --why
  std::optional<unsigned> full_every;
  std::optional<unsigned> keep_days;
  std::optional<std::uint64_t> most_bytes;
  std::optional<double> interval;  ///< seconds from one snapshot to the next
  std::optional<std::uint64_t> count;
};

struct CheckSettings {
  std::optional<std::string> warning, critical;  ///< ranges, not yet read
  std::optional<double> timeout;                 ///< seconds
};

struct Settings {
  Command command = Command::list;
  Action action = Action::list;
  std::string topic;  ///< of --help, --list-columns and --generate

  TableChoice tables;
  bool numeric = false;
  bool resolve = false;
  bool extended = false;
  bool memory = false;
  bool processes = false;
  bool threads = false;
  bool timers = false;        ///< -o; -e brings them, too
  bool info = false;          ///< -i
  bool tos = false;           ///< --tos
  bool cgroup = false;        ///< --cgroup
  bool tipcinfo = false;      ///< --tipcinfo
  bool inet_sockopt = false;  ///< --inet-sockopt
  bool bpf = false;           ///< -b
  bool context = false;       ///< -Z, -z
  bool contexts = false;      ///< -z

  bool header = true;
  bool oneline = false;
  bool queues = true;
  bool exact_bytes = false;
  Format format = Format::table;
  Color color = Color::automatic;

  std::optional<std::string> columns;  ///< -c LIST, not yet looked up
  std::optional<std::string> sort;
  std::optional<std::string> where;
  std::optional<std::size_t> limit;

  std::optional<std::string> output;
  bool strict = false;
  bool exit_code = false;
  std::optional<std::string> log_level;
  std::optional<std::string> log_file;

  std::optional<std::string> net;  ///< -N
  bool all_netns = false;
  std::optional<std::string> filter_file;  ///< -F
  std::optional<FilterFile> filter_text;   ///< what stood in it
  std::optional<std::string> diag;         ///< -D
  std::optional<std::string> from;
  BpfUse bpf_use = BpfUse::automatic;  ///< --bpf=WORD
  std::optional<double> watch;         ///< -W: seconds from one listing to the next
  bool rates = false;
  std::optional<double> settle;  ///< why, prom: seconds between two looks, at most
  bool findings = true;          ///< prom: count who is stuck, too
  bool yes = false;              ///< -K does not ask
  bool all_said = false;         ///< -a was given, at whatever place

  ReplaySettings replay;
  RecordSettings record;
  CheckSettings check;

  std::vector<std::string> filter;    ///< the words that are no options
  std::vector<std::string> operands;  ///< of a command: why's targets, diff's snapshots, check's metric
};

}  // namespace skq::cli
