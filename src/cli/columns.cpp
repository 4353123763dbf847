#include "cli/columns.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

#include "base/nearest_word.h"
#include "base/text_escape.h"
#include "cli/words.h"

namespace skq::cli {
namespace {

using Columns = std::vector<const Field*>;

bool is_json(Format format) { return format == Format::json || format == Format::jsonl; }

bool contains(const Columns& columns, const Field* field) {
  return std::find(columns.begin(), columns.end(), field) != columns.end();
}

void append(Columns& columns, const Field* field) {
  if (field != nullptr && !contains(columns, field)) columns.push_back(field);
}

template <std::size_t N>
void append_named(Columns& columns, const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names) append(columns, find_field(name));
}

struct Flagged {
  bool Settings::*flag;
  std::string_view column;
};
// In the order in which ss prints them.
constexpr std::array flagged{
    Flagged{&Settings::timers, "timer_text"},
    Flagged{&Settings::extended, "timer_text"},  // -e and -b imply -o
    Flagged{&Settings::bpf, "timer_text"},
    Flagged{&Settings::extended, "details"},
    Flagged{&Settings::tos, "tos_text"},
    Flagged{&Settings::cgroup, "cgroup_text"},
    Flagged{&Settings::inet_sockopt, "sockopt_text"},
    Flagged{&Settings::extended, "packet_details"},
    Flagged{&Settings::extended, "rx_ring_text"},
    Flagged{&Settings::extended, "tx_ring_text"},
    Flagged{&Settings::extended, "fanout_text"},
    Flagged{&Settings::bpf, "bpf_text"},
    Flagged{&Settings::memory, "skmem"},
    Flagged{&Settings::info, "info"},
    Flagged{&Settings::tipcinfo, "tipcinfo"},
};

void append_flagged(Columns& columns, const Settings& settings, const Listed& listed) {
  for (const Flagged& row : flagged) {
    if (!(settings.*row.flag)) continue;
    const Field* field = find_field(row.column);
    // A table leaves no room for what it has not; rows of cells would have an empty one.
    if (settings.format == Format::table || !(field->families & listed.families).empty()) append(columns, field);
  }
}

/// ss leaves out what all rows would have in common. The other formats keep it: who reads them counts on the columns.
void drop_as_ss(Columns& columns, const Settings& settings, const Listed& listed) {
  if (settings.format != Format::table) return;
  if (listed.one_table) std::erase(columns, find_field("netid"));
  if (listed.one_state) std::erase(columns, find_field("state"));
}

void drop_queues(Columns& columns) {
  for (const std::string_view name : {"recv_q", "send_q"}) std::erase(columns, find_field(name));
}

constexpr std::array<std::string_view, 3> rate_columns{"send_rate", "recv_rate", "retrans_rate"};

/// Fields that one flag brings, whatever the chapter they stand in.
bool brought_by_name(const Field& field, const Settings& settings) {
  if (settings.context && field.name == "context") return true;
  if (settings.all_netns && (field.name == "netns" || field.name == "netns_name")) return true;
  if (settings.contexts && field.name == "socket_context") return true;
  return settings.rates && is_rate(field);
}

Columns table_columns(const Settings& settings, const Listed& listed) {
  Columns columns;
  if (settings.action == Action::events) append(columns, find_field("time"));
  if (settings.all_netns) append(columns, find_field("netns_text"));
  append_named(columns, std::array<std::string_view, 4>{"netid", "state", "recv_q", "send_q"});
  // Of a destroyed socket the kernel tells no memory.
  if (settings.action != Action::events) append_named(columns, std::array<std::string_view, 2>{"mem", "fill"});
  if (settings.rates) append_named(columns, rate_columns);
  append_named(columns, std::array<std::string_view, 2>{"local", "peer"});
  if (settings.processes) append_named(columns, std::array<std::string_view, 2>{"process", "peer_process"});
  append_flagged(columns, settings, listed);
  return columns;
}

bool brought(Shown shown, const Settings& settings) {
  switch (shown) {
    case Shown::always:
      return true;
    case Shown::memory:
      return settings.memory || (is_json(settings.format) && settings.action != Action::events);
    case Shown::extended:
      return settings.extended;
    case Shown::owners:
      return settings.processes;
    case Shown::info:
      return settings.info;
    case Shown::timers:
      return shows_timers(settings);
    case Shown::tos:
      return settings.tos;
    case Shown::cgroup:
      return settings.cgroup || settings.extended;
    case Shown::sockopt:
      return settings.inet_sockopt;
    case Shown::filter:
      return settings.bpf;
    case Shown::on_request:
      return false;
  }
  return false;
}

Columns json_columns(const Settings& settings) {
  Columns columns;
  if (settings.action == Action::events) append(columns, find_field("time"));
  for (const Field& field : all_fields()) {
    const bool list = field.type == Type::owners || field.type == Type::inodes;
    // Lines are flat for column stores: scalars, and the owners.
    if (settings.format == Format::jsonl && list && field.name != "owners") continue;
    if (!field.composed && (brought(field.shown, settings) || brought_by_name(field, settings)))
      columns.push_back(&field);
  }
  return columns;
}

Columns preset_columns(std::string_view preset, const Settings& settings, const Listed& listed) {
  Columns columns;
  if (preset == "@ss") {
    append_named(columns, std::array<std::string_view, 6>{"netid", "state", "recv_q", "send_q", "local", "peer"});
    drop_as_ss(columns, settings, listed);
    if (settings.processes) append(columns, find_field("process"));
    append_flagged(columns, settings, listed);
  } else if (preset == "@mem") {
    append_named(columns,
                 std::array<std::string_view, 17>{"netid", "state", "recv_q", "send_q", "send_mem", "sndbuf",
                                                  "send_fill", "recv_mem", "recv_limit", "recv_fill", "fill",
                                                  "payload_percent", "fwd_alloc", "optmem", "drops", "local", "peer"});
  } else if (preset == "@all") {
    for (const Field& field : all_fields())
      if (!field.composed) columns.push_back(&field);
  }
  if (!settings.queues) drop_queues(columns);
  return columns;
}

std::string_view nearest_column(std::string_view word) {
  if (word.starts_with('@')) return nearest_word(word, preset_words);
  return nearest_field(word);
}

struct Word {
  std::string_view text;
  std::size_t at = 0;
};

std::vector<Word> split(std::string_view list, std::size_t at) {
  std::vector<Word> words;
  while (at <= list.size()) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    words.push_back({list.substr(at, end - at), at});
    at = end + 1;
  }
  return words;
}

Parsed<Columns> look_up(std::string_view list, std::size_t from, const Settings& settings, const Listed& listed) {
  Columns columns;
  for (const Word& word : split(list, from)) {
    const bool preset = std::find(preset_words.begin(), preset_words.end(), word.text) != preset_words.end();
    const Field* field = find_field(word.text);
    if (preset) {
      for (const Field* each : preset_columns(word.text, settings, listed)) append(columns, each);
    } else if (field != nullptr) {
      append(columns, field);
    } else {
      std::string message =
          word.text.empty() ? "a column's name is missing" : "unknown column '" + escaped(word.text) + "'";
      return SyntaxError{std::move(message), std::string(list), word.at, std::max<std::size_t>(word.text.size(), 1),
                         std::string(nearest_column(word.text))};
    }
  }
  return columns;
}

Layout laid_out(Columns columns, bool per_family, Format format) {
  // JSON promises its keys in catalogue order, whatever the order on the command line.
  if (is_json(format)) std::sort(columns.begin(), columns.end(), std::less<>());
  return {std::move(columns), per_family};
}

}  // namespace

bool is_rate(const Field& field) {
  return std::find(rate_columns.begin(), rate_columns.end(), field.name) != rate_columns.end();
}

bool shows_timers(const Settings& settings) { return settings.timers || settings.extended || settings.bpf; }

std::vector<const Field*> default_columns(const Settings& settings, const Listed& listed) {
  Columns columns = is_json(settings.format) ? json_columns(settings) : table_columns(settings, listed);
  if (!settings.queues) drop_queues(columns);
  return columns;
}

Parsed<Layout> make_layout(const Settings& settings, const std::optional<StateSet>& filtered) {
  const Listed listed = listed_by(settings.tables, filtered);
  Columns columns = default_columns(settings, listed);
  const bool json = is_json(settings.format);
  if (!settings.columns) return laid_out(std::move(columns), json, settings.format);

  const std::string_view list = *settings.columns;
  const char sign = list.starts_with('+') || list.starts_with('-') ? list.front() : '=';
  auto named = look_up(list, sign == '=' ? 0 : 1, settings, listed);
  if (const auto* error = std::get_if<SyntaxError>(&named)) return *error;
  const Columns& asked = std::get<Columns>(named);
  if (sign == '=') return laid_out(asked, false, settings.format);
  if (sign == '+')
    for (const Field* field : asked) append(columns, field);
  else
    std::erase_if(columns, [&](const Field* field) { return contains(asked, field); });
  if (columns.empty()) return SyntaxError{"no column is left", std::string(list), 0, list.size(), {}};
  return laid_out(std::move(columns), json, settings.format);
}

NeedSet needs_of(const Layout& layout) {
  NeedSet needs;
  for (const Field* field : layout.columns) needs = needs | field->needs;
  return needs;
}

}  // namespace skq::cli
