#include "cli/record_list.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text_escape.h"
#include "base/text_json.h"
#include "base/units.h"
#include "cli/command_parts.h"
#include "cli/message.h"
#include "cli/record_folder.h"
#include "cli/recordings.h"
#include "cli/text_table.h"
#include "kernel/day_file.h"
#include "kernel/output.h"
#include "skq/store.h"
#include "store/civil_time.h"
#include "store/readable.h"

namespace skq::cli {
namespace {

/// One file. What is not known of it, as it could not be read, stays zero.
struct Day {
  kernel::DayFileEntry file;
  std::optional<std::string> error;
  std::size_t full = 0, delta = 0, incomplete = 0;
  std::optional<std::int64_t> first_ns, last_ns;  ///< in the file's order: a clock may have gone back
  std::uint64_t sockets = 0;                      ///< of the last snapshot
  std::vector<Circumstances> hosts;               ///< each name once; with what else tells who it was
  std::vector<Damage> damages;
  std::size_t unreadable = 0;  ///< snapshots whose base is missing; with --strict also those whose bytes are damaged
};

void add(Day& day, const SnapshotHead& head) {
  ++(head.full ? day.full : day.delta);
  if (!head.gaps.empty()) ++day.incomplete;
  if (!day.first_ns) day.first_ns = head.at.time_ns;
  day.last_ns = head.at.time_ns;
  day.sockets = head.rows;
  const auto same = [&](const Circumstances& at) { return at.host == head.at.host; };
  if (std::none_of(day.hosts.begin(), day.hosts.end(), same)) day.hosts.push_back(head.at);
}

Day read_day(const std::string& folder, kernel::DayFileEntry entry, bool thorough) {
  Day day{.file = std::move(entry)};
  const std::string path = folder + "/" + day.file.name;
  if (!day.file.regular) {
    // Not even opened: the writer of a fifo would wake.
    day.error = path + std::string(no_regular_file);
    return day;
  }
  const auto file = kernel::DayFile::open_to_read(path);
  auto contents = file ? read_contents(*file) : Result<DayContents>(file.error());
  if (!contents) {
    day.error = contents.error().text();
    return day;
  }
  for (const SnapshotPlace& place : contents->snapshots) add(day, place.head);
  day.unreadable = store::unreadable_snapshots(*file, *contents, thorough);
  day.damages = std::move(contents->damages);
  return day;
}

std::string time_text(const std::optional<std::int64_t>& time_ns) {
  if (!time_ns) return "-";
  std::string text;
  store::append_iso_time(text, *time_ns);
  constexpr std::size_t begin = 11, length = 8;  // the file's name says the date
  return text.substr(begin, length);
}

/// "web1,web2"; of one boot it is one host, which was given another name: "web1>web2".
std::string joined(const std::vector<Circumstances>& hosts) {
  constexpr std::size_t shown = 3;
  std::string text;
  for (std::size_t at = 0; at < hosts.size() && at < shown; ++at) {
    if (at > 0) text += is_same_host(hosts[at - 1], hosts[at]) ? ">" : ",";
    text += escaped(hosts[at].host);
  }
  if (hosts.size() > shown) text += ",… " + std::to_string(hosts.size());
  return text.empty() ? "-" : text;
}

/// None of its frames is a snapshot, and they are not merely torn or damaged.
bool is_foreign(const Day& day) {
  if (day.error || day.first_ns || day.damages.empty()) return false;
  const std::string& why = day.damages.front().why;
  return why == "this is no recording" || why == "a frame that is no snapshot";
}

std::string damage_text(const Day& day) {
  const std::vector<Damage>& damages = day.damages;
  if (is_foreign(day)) return "no recording";
  const auto torn = std::count_if(damages.begin(), damages.end(), [](const Damage& damage) { return damage.torn; });
  const auto others = static_cast<std::ptrdiff_t>(damages.size()) - torn;
  std::string text = others > 0 ? std::to_string(others) : torn > 0 ? "" : "-";
  if (torn > 0) text += others > 0 ? ", torn end" : "torn end";
  if (day.unreadable > 0) text = (text == "-" ? "" : text + ", ") + std::to_string(day.unreadable) + " unreadable";
  return text;
}

std::string size_text(std::uint64_t bytes, bool exact) {
  if (exact) return std::to_string(bytes);
  std::string text;
  append_bytes_human(text, bytes);
  return text;
}

std::string table_of(const std::vector<Day>& days, bool exact, bool color) {
  TextTable table({"FILE", "SIZE", "SNAPSHOTS", "FULL", "FIRST", "LAST", "SOCKETS", "INCOMPLETE", "DAMAGES", "HOSTS"},
                  {0, 9});
  for (const Day& day : days) {
    const std::string size = size_text(day.file.size, exact);
    if (day.error)
      table.add({day.file.name, size, "-", "-", "-", "-", "-", "-", "-", "unreadable"}, 0);
    else
      table.add({day.file.name, size, std::to_string(day.full + day.delta), std::to_string(day.full),
                 time_text(day.first_ns), time_text(day.last_ns), std::to_string(day.sockets),
                 std::to_string(day.incomplete), damage_text(day), joined(day.hosts)},
                0);
  }
  return table.text(color);
}

void append_time(std::string& out, const char* key, const std::optional<std::int64_t>& time_ns) {
  out += key;
  if (!time_ns) {
    out += "null";
    return;
  }
  out += '"';
  store::append_iso_time(out, *time_ns);
  out += '"';
}

void append_damages(std::string& out, const std::vector<Damage>& damages) {
  out += ",\"damages\":[";
  for (const Damage& damage : damages) {
    if (&damage != &damages.front()) out += ',';
    out += "{\"offset\":" + std::to_string(damage.offset) + ",\"length\":" + std::to_string(damage.length);
    append_json_string(out += ",\"why\":", damage.why);
    out += damage.torn ? ",\"torn\":true}" : ",\"torn\":false}";
  }
  out += ']';
}

void append_day(std::string& out, const Day& day) {
  append_json_string(out += "{\"file\":", day.file.name);
  out += ",\"bytes\":" + std::to_string(day.file.size);
  out += ",\"snapshots\":" + std::to_string(day.full + day.delta);
  out += ",\"full\":" + std::to_string(day.full) + ",\"delta\":" + std::to_string(day.delta);
  append_time(out, ",\"first\":", day.first_ns);
  append_time(out, ",\"last\":", day.last_ns);
  out += ",\"sockets\":" + (day.last_ns ? std::to_string(day.sockets) : "null");
  out += ",\"incomplete\":" + std::to_string(day.incomplete);
  out += ",\"unreadable\":" + std::to_string(day.unreadable) + ",\"hosts\":[";
  for (const Circumstances& at : day.hosts) append_json_string(out += &at == &day.hosts.front() ? "" : ",", at.host);
  out += ']';
  append_damages(out, day.damages);
  out += ",\"error\":";
  if (day.error)
    append_json_string(out, *day.error);
  else
    out += "null";
  out += '}';
}

std::string text_of(const Settings& settings, const std::string& folder, const std::vector<Day>& days) {
  if (settings.format == Format::table)
    return table_of(days, settings.exact_bytes, use_color(settings.color, reader_of(settings)));
  std::string text;
  const bool lines = settings.format == Format::jsonl;
  if (!lines) append_json_string(text += "{\"folder\":", folder);
  if (!lines) text += ",\n\"days\":[";
  for (const Day& day : days) {
    if (!lines) text += &day == &days.front() ? "\n" : ",\n";
    append_day(text, day);
    if (lines) text += '\n';
  }
  if (!lines) text += "]}\n";
  return text;
}

Status print(const std::string& text) {
  auto output = kernel::Output::to_stdout();
  if (!output) return output.error();
  if (const Status written = output->write(text); !written) return written;
  return output->commit();
}

}  // namespace

ExitCode list_recorded(const Settings& settings) {
  const std::string folder = record_folder(settings);
  auto files = kernel::list_day_files(folder, day_of_file_name, kernel::Links::followed);
  if (!files) return fail(files.error());
  std::vector<Day> days;
  for (kernel::DayFileEntry& file : *files) days.push_back(read_day(folder, std::move(file), settings.strict));
  if (const Status printed = print(text_of(settings, folder, days)); !printed) return fail(printed.error());
  ExitCode result = ExitCode::done;
  for (const Day& day : days) {
    const bool damaged = day.unreadable > 0 || std::any_of(day.damages.begin(), day.damages.end(),
                                                           [](const Damage& damage) { return !damage.torn; });
    if (damaged && settings.strict && result == ExitCode::done) result = ExitCode::incomplete;
    if (!day.error) continue;
    complain(escaped(*day.error));
    result = ExitCode::failed;
  }
  return result;
}

}  // namespace skq::cli
