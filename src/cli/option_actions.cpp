#include "cli/option_actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/text_escape.h"
#include "cli/option_values.h"
#include "cli/words.h"

namespace skq::cli::action {
namespace {

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// An action that ends the program by itself, with an optional topic.
template <class Words>
Problem act(Settings& settings, Action what, const Given& given, std::string_view kind, const Words& words) {
  if (!given.value.empty() && !is_one_of(given.value, words)) return unknown_word(given, kind, words);
  settings.action = what;
  settings.topic = std::string(given.value);
  return {};
}

struct Mode {
  Action action;
  std::string_view name;
};
constexpr std::array modes{Mode{Action::summary, "-s (--summary)"}, Mode{Action::limits, "--limits"},
                           Mode{Action::events, "-E (--events)"}, Mode{Action::kill, "-K (--kill)"},
                           Mode{Action::diag, "-D (--diag)"}};

const Mode* mode_of(Action action) {
  const auto* const found =
      std::find_if(modes.begin(), modes.end(), [&](const Mode& mode) { return mode.action == action; });
  return found == modes.end() ? nullptr : found;
}

/// What is done in place of a list; one of them only. Texts that were asked for (--list-columns) win.
Problem do_instead(Settings& settings, Action action) {
  const Mode* const before = mode_of(settings.action);
  if (before != nullptr && settings.action != action)
    return UsageError{fmt::format("{} and {} do different things: say one", before->name, mode_of(action)->name)};
  if (before == nullptr && settings.action != Action::list) return {};
  settings.action = action;
  return {};
}

}  // namespace

Problem help(Settings& s, const Given& given) { return act(s, Action::help, given, "help topic", topic_words); }
Problem version(Settings& s, const Given&) {
  s.action = Action::version;
  return {};
}
Problem list_columns(Settings& s, const Given& given) {
  return act(s, Action::list_columns, given, "style", list_style_words);
}
Problem generate(Settings& s, const Given& given) { return act(s, Action::generate, given, "text", generate_words); }

Problem tcp(Settings& s, const Given&) { return choose_table(s.tables, Netid::tcp), Problem{}; }
Problem udp(Settings& s, const Given&) { return choose_table(s.tables, Netid::udp), Problem{}; }
Problem raw(Settings& s, const Given&) { return choose_table(s.tables, Netid::raw), Problem{}; }
Problem unix_sockets(Settings& s, const Given&) { return choose_family(s.tables, Family::unix_domain), Problem{}; }
Problem packet(Settings& s, const Given&) { return choose_family(s.tables, Family::packet), Problem{}; }
Problem ipv4(Settings& s, const Given&) { return choose_family(s.tables, Family::inet), Problem{}; }
Problem ipv6(Settings& s, const Given&) { return choose_family(s.tables, Family::inet6), Problem{}; }
Problem all(Settings& s, const Given&) {
  s.all_said = true;
  return ask_for_all(s.tables), Problem{};
}
Problem sctp(Settings& s, const Given&) { return choose_table(s.tables, Netid::sctp), Problem{}; }
Problem dccp(Settings& s, const Given&) { return choose_table(s.tables, Netid::dccp), Problem{}; }
Problem mptcp(Settings& s, const Given&) { return choose_table(s.tables, Netid::mptcp), Problem{}; }
Problem tipc(Settings& s, const Given&) { return choose_family(s.tables, Family::tipc), Problem{}; }
Problem vsock(Settings& s, const Given&) { return choose_family(s.tables, Family::vsock), Problem{}; }
Problem xdp(Settings& s, const Given&) { return choose_family(s.tables, Family::xdp), Problem{}; }
Problem bound_inactive(Settings& s, const Given&) { return ask_for_bound_inactive(s.tables), Problem{}; }
Problem net(Settings& s, const Given& given) { return keep_text(s.net, given, "the namespace's name"); }
Problem all_netns(Settings& s, const Given&) { return turn(s.all_netns, true); }
Problem listening(Settings& s, const Given&) { return ask_for_listening(s.tables), Problem{}; }

Problem family(Settings& s, const Given& given) {
  if (given.value == "help") {
    s.action = Action::family_help;
    return {};
  }
  std::vector<std::string_view> known;
  for (const FamilyName& row : family_names()) {
    known.push_back(row.name);
    if (row.name != given.value) continue;
    choose_family(s.tables, row.family);
    return {};
  }
  return unknown_word(given, "family", known);
}

Problem query(Settings& s, const Given& given) {
  if (given.value == "help") {
    s.action = Action::query_help;
    return {};
  }
  const auto error = choose_query(s.tables, given.value);
  if (!error) return {};
  return wrong_value(given, error->message, error->at, error->length, error->suggestion);
}

Problem numeric(Settings& s, const Given&) { return turn(s.numeric, true); }
Problem resolve(Settings& s, const Given&) { return turn(s.resolve, true); }
Problem extended(Settings& s, const Given&) { return turn(s.extended, true); }
Problem memory(Settings& s, const Given&) { return turn(s.memory, true); }
Problem processes(Settings& s, const Given&) { return turn(s.processes, true); }
Problem threads(Settings& s, const Given&) {
  s.processes = true;
  return turn(s.threads, true);
}

Problem options(Settings& s, const Given&) { return turn(s.timers, true); }
Problem info(Settings& s, const Given&) { return turn(s.info, true); }
Problem tos(Settings& s, const Given&) { return turn(s.tos, true); }
Problem cgroup(Settings& s, const Given&) { return turn(s.cgroup, true); }
Problem tipcinfo(Settings& s, const Given&) { return turn(s.tipcinfo, true); }
Problem inet_sockopt(Settings& s, const Given&) { return turn(s.inet_sockopt, true); }
Problem bpf(Settings& s, const Given& given) {
  constexpr std::array uses{BpfUse::automatic, BpfUse::never, BpfUse::require};
  static_assert(uses.size() == bpf_words.size());
  if (given.value.data() == nullptr) return turn(s.bpf, true);
  const auto* const word = std::find(bpf_words.begin(), bpf_words.end(), given.value);
  if (word == bpf_words.end()) return unknown_word(given, "use of BPF", bpf_words);
  s.bpf_use = uses.at(static_cast<std::size_t>(word - bpf_words.begin()));
  return {};
}
Problem context(Settings& s, const Given&) {
  s.processes = true;
  return turn(s.context, true);
}
Problem contexts(Settings& s, const Given& given) {
  s.contexts = true;
  return context(s, given);
}

Problem no_header(Settings& s, const Given&) { return turn(s.header, false); }
Problem oneline(Settings& s, const Given&) { return turn(s.oneline, true); }
Problem no_queues(Settings& s, const Given&) { return turn(s.queues, false); }
Problem bytes(Settings& s, const Given&) { return turn(s.exact_bytes, true); }

Problem color(Settings& s, const Given& given) {
  if (given.value.empty() || given.value == "always")
    s.color = Color::always;
  else if (given.value == "never")
    s.color = Color::never;
  else if (given.value == "auto")
    s.color = Color::automatic;
  else
    return unknown_word(given, "colour mode", color_words);
  return {};
}

Problem json(Settings& s, const Given&) {
  s.format = Format::json;
  return {};
}
Problem json_lines(Settings& s, const Given&) {
  s.format = Format::jsonl;
  return {};
}
Problem format(Settings& s, const Given& given) {
  const auto found = format_named(given.value);
  if (!found) return unknown_word(given, "format", format_words);
  s.format = *found;
  return {};
}

Problem rates(Settings& s, const Given&) { return turn(s.rates, true); }
Problem watch(Settings& s, const Given& given) {
  if (!given.value.empty()) return keep_seconds(s.watch, given, 0.01, 86400);
  s.watch = 1.0;
  return {};
}
Problem settle(Settings& s, const Given& given) { return keep_seconds(s.settle, given, 0, 60); }
Problem no_findings(Settings& s, const Given&) { return turn(s.findings, false); }
Problem filter(Settings& s, const Given& given) {
  if (s.filter_file) return wrong_value(given, "more than one filter file", 0, given.value.size(), {});
  return keep_text(s.filter_file, given, "the file name");
}
Problem from(Settings& s, const Given& given) { return keep_text(s.from, given, "the file name"); }
Problem yes(Settings& s, const Given&) { return turn(s.yes, true); }
Problem summary(Settings& s, const Given&) { return do_instead(s, Action::summary); }
Problem limits(Settings& s, const Given&) { return do_instead(s, Action::limits); }
Problem events(Settings& s, const Given&) { return do_instead(s, Action::events); }
Problem kill(Settings& s, const Given&) { return do_instead(s, Action::kill); }
Problem diag(Settings& s, const Given& given) {
  if (Problem problem = do_instead(s, Action::diag)) return problem;
  return keep_text(s.diag, given, "the file name");
}

Problem columns(Settings& s, const Given& given) { return keep_text(s.columns, given, "the list of columns"); }
Problem sort(Settings& s, const Given& given) { return keep_text(s.sort, given, "the list of sort columns"); }
Problem where(Settings& s, const Given& given) { return keep_text(s.where, given, "the expression"); }

Problem limit(Settings& s, const Given& given) {
  return keep_number(s.limit, given, std::size_t{0}, "a number of rows");
}

Problem output(Settings& s, const Given& given) { return keep_text(s.output, given, "the file name"); }
Problem strict(Settings& s, const Given&) { return turn(s.strict, true); }
Problem exit_code(Settings& s, const Given&) { return turn(s.exit_code, true); }

Problem log_level(Settings& s, const Given& given) {
  if (!is_one_of(given.value, level_words)) return unknown_word(given, "log level", level_words);
  s.log_level = std::string(given.value);
  return {};
}
Problem log_file(Settings& s, const Given& given) { return keep_text(s.log_file, given, "the file name"); }

}  // namespace skq::cli::action
