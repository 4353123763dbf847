#include "cli/arguments.h"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/nearest_word.h"
#include "base/text_escape.h"
#include "cli/commands.h"
#include "cli/option_actions.h"
#include "cli/options.h"
#include "cli/words.h"

namespace skq::cli {
namespace {

constexpr int plain_word = 1;
constexpr int first_row = 256;  // above every letter: what getopt_long returns is either a letter or a row

bool answers_to(const Option& row, std::string_view prefix) {
  return row.name.starts_with(prefix) || (!row.alias.empty() && row.alias.starts_with(prefix));
}

/// getopt's two tables, made from ours. Strings live as long as this does.
struct GetoptTables {
  // A dash: words that are no options come in their place, as the argument of option 1, so that the first of them is
  // known early. A colon tells a missing argument from an unknown option.
  std::string letters = "-:";
  std::vector<option> longs;

  explicit GetoptTables(Command command) {
    int value = first_row;
    for (const Option& row : all_options()) {
      const std::string_view colons = colons_of(row.argument);
      for (const char letter : {row.letter, row.other_letter})
        if (letter != 0 && option_of_letter(letter, command) == &row) letters.append(1, letter).append(colons);
      for (const std::string_view name : {row.name, row.alias})
        if (!name.empty() && (row.commands.has(command) || row.origin == Origin::ss || !begins_name_of_ss(name)))
          longs.push_back({name.data(), has_argument(row.argument), nullptr, value});
      ++value;
    }
    longs.push_back({nullptr, 0, nullptr, 0});
  }

  /// Outside its command such an option is ss's (--list is short for --listening).
  static bool begins_name_of_ss(std::string_view name) {
    const auto is_longer = [&](const Option& row) {
      return row.origin == Origin::ss && row.name.size() > name.size() && row.name.starts_with(name);
    };
    return std::any_of(all_options().begin(), all_options().end(), is_longer);
  }

  static std::string_view colons_of(Argument argument) {
    switch (argument) {
      case Argument::none:
        return "";
      case Argument::required:
        return ":";
      case Argument::optional:
        return "::";
    }
    return "";
  }

  static int has_argument(Argument argument) {
    switch (argument) {
      case Argument::none:
        return no_argument;
      case Argument::required:
        return required_argument;
      case Argument::optional:
        return optional_argument;
    }
    return no_argument;
  }
};

UsageError say(std::string text) { return {std::move(text)}; }

/// One pass over the words; holds what getopt keeps in globals.
class Parser {
 public:
  explicit Parser(std::span<char* const> words)
      : command_(first_word(words)), tables_(command_->command), words_(words.begin(), words.end()) {
    words_.insert(words_.begin(), name_.data());
    count_ = static_cast<int>(words_.size());
    words_.push_back(nullptr);
  }

  std::variant<Settings, UsageError> run() {
    opterr = 0;
    optind = 0;  // glibc: start anew
    while (!ends_here()) {
      // NOLINTNEXTLINE(concurrency-mt-unsafe): there is no other thread yet
      const int found = getopt_long(count_, words_.data(), tables_.letters.c_str(), tables_.longs.data(), nullptr);
      if (found == -1) break;
      if (Problem problem = take(found)) return *problem;
    }
    for (int at = optind; at < count_ && !ends_here(); ++at)
      settings_.filter.emplace_back(words_[static_cast<std::size_t>(at)]);
    if (Problem problem = command_word()) return *problem;
    if (Problem problem = wrong_option()) return *problem;
    if (Problem problem = take_operands()) return *problem;
    if (Problem problem = stray_value()) return *problem;
    return std::move(settings_);
  }

 private:
  /// The command, as far as that can be said before any option is read.
  static const CommandRow* first_word(std::span<char* const> words) {
    const CommandRow* const row = words.empty() ? nullptr : command_named(words.front());
    return row != nullptr ? row : &all_commands().front();
  }

  [[nodiscard]] const Option* row_of(int value) const {
    if (value >= first_row) return &all_options()[static_cast<std::size_t>(value - first_row)];
    return option_of_letter(value, command_->command);
  }

  /// These answer at once, as in ss: whatever else stands on the line.
  [[nodiscard]] bool ends_here() const {
    constexpr std::array at_once{Action::help, Action::version, Action::family_help, Action::query_help};
    return std::find(at_once.begin(), at_once.end(), settings_.action) != at_once.end();
  }

  Problem take(int found) {
    if (found == plain_word) {
      if (bare_ != nullptr) adjacent_.push_back({bare_, settings_.filter.size()});
      bare_ = nullptr;
      settings_.filter.emplace_back(optarg);
      return {};
    }
    if (found == ':') return say(fmt::format("{} needs an argument", display_name(*row_of(optopt), command_->command)));
    if (found == '?') return not_understood();
    const bool by_letter = found < first_row;
    if (by_letter && optarg != nullptr && row_of(found)->argument == Argument::optional && !begins_number(optarg))
      return apply_cluster(*row_of(found), optarg);
    return apply(*row_of(found), optarg, found < first_row);
  }

  static bool begins_number(const char* text) { return *text == '.' || (*text >= '0' && *text <= '9'); }

  /// Behind a letter only a number is the argument that may be left out (-W2); else more letters follow (-Wtn).
  Problem apply_cluster(const Option& first, std::string_view letters) {
    if (Problem problem = apply(first, nullptr, true)) return problem;
    while (!letters.empty() && !ends_here()) {
      const char letter = letters.front();
      const Option* const row = row_of(static_cast<unsigned char>(letter));
      letters.remove_prefix(1);
      if (row == nullptr) return unknown_letter(letter);
      const char* argument = nullptr;
      if (row->argument == Argument::required) {
        // What getopt does: the rest of the word, or the next one.
        if (letters.empty() && optind >= count_)
          return say(fmt::format("{} needs an argument", display_name(*row, command_->command)));
        argument = letters.empty() ? words_[static_cast<std::size_t>(optind++)] : letters.data();
        letters = {};
      }
      if (Problem problem = apply(*row, argument, true)) return problem;
    }
    return {};
  }

  Problem apply(const Option& row, const char* argument, bool by_letter) {
    if (!is_built(row)) return say(refusal_of(row));
    Given given{by_letter ? fmt::format("-{} ", row.letter) : fmt::format("--{}=", row.name), {}};
    if (argument != nullptr) given.value = argument;
    bare_ = argument == nullptr && row.argument == Argument::optional ? &row : nullptr;
    if (bare_ != nullptr) without_value_.push_back(bare_);
    given_.push_back(&row);
    return row.apply(settings_, given);
  }

  Problem not_understood() {
    const std::string_view word = words_[static_cast<std::size_t>(optind - 1)];
    if (optopt >= first_row)
      return say(fmt::format("{} takes no argument", display_name(*row_of(optopt), command_->command)));
    if (optopt != 0) return unknown_letter(static_cast<char>(optopt));
    return short_form(word.substr(2));
  }

  /// A long name that getopt found unknown or ambiguous.
  Problem short_form(std::string_view word) {
    const std::string_view name = word.substr(0, word.find('='));
    std::vector<const Option*> ours, of_ss;
    for (const bool anywhere : {false, true}) {
      if (!ours.empty() || !of_ss.empty()) break;
      for (const Option& row : all_options())
        if (!row.hidden && (anywhere || row.commands.has(command_->command)) && answers_to(row, name))
          (row.origin == Origin::ss ? of_ss : ours).push_back(&row);
    }
    // What ss takes, the list takes; a command that ss has not got must not guess.
    const bool sure = ours.empty() || command_->command == Command::list;
    if (of_ss.size() == 1 && sure) return apply_word(*of_ss.front(), word);
    if (of_ss.empty() && ours.empty()) return unknown_name(name);
    std::string fits;
    for (const auto* list : {&of_ss, &ours})
      for (const Option* row : *list) fits += fmt::format(" --{}", row->name);
    return say(fmt::format("--{} may mean{}", escaped(name), fits));
  }

  /// What getopt_long does for a name it knows, with the rest of the word or the next one as argument.
  Problem apply_word(const Option& row, std::string_view word) {
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos) {
      if (row.argument == Argument::none)
        return say(fmt::format("{} takes no argument", display_name(row, command_->command)));
      return apply(row, word.substr(equals + 1).data(), false);
    }
    if (row.argument != Argument::required) return apply(row, nullptr, false);
    if (optind >= count_) return say(fmt::format("{} needs an argument", display_name(row, command_->command)));
    return apply(row, words_[static_cast<std::size_t>(optind++)], false);
  }

  static Problem unknown_name(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Option& row : all_options())
      if (!row.hidden) names.push_back(row.name);
    const std::string_view near = nearest_word(name, names);
    const std::string hint = near.empty() ? std::string("; see skq --help") : fmt::format("; did you mean --{}?", near);
    return say(fmt::format("unknown option --{}{}", escaped(name), hint));
  }

  static Problem unknown_letter(char letter) {
    const std::string shown = escaped(std::string_view(&letter, 1));
    return say(fmt::format("unknown option -{}; see skq --help", shown));
  }

  /// What the first word that is no option is: a command's name, or the filter's first.
  Problem command_word() {
    if (settings_.filter.empty()) return {};
    const std::string& first = settings_.filter.front();
    const CommandRow* const named = command_named(first);
    if (named == nullptr) return ends_here() ? Problem() : near_command(first);
    if (named != command_ && named->stands_first)
      return say(fmt::format("{} stands before its options: skq {}", named->word, named->usage));
    command_ = named;
    if (settings_.action == Action::help && settings_.topic.empty()) settings_.topic = named->word;
    return {};
  }

  /// No word of a filter is that near.
  static Problem near_command(const std::string& word) {
    std::vector<std::string_view> commands;
    for (const CommandRow& row : all_commands().subspan(1)) commands.push_back(row.word);
    if (word.size() < 2 || std::find(filter_words.begin(), filter_words.end(), word) != filter_words.end()) return {};
    if (word == "help") return say("help is an option: skq --help, or skq COMMAND --help");
    const std::string_view near = nearest_word(word, commands);
    if (near.empty()) return {};
    return say(
        fmt::format("'{}' is neither a command nor the beginning of a filter; did you mean {}?", escaped(word), near));
  }

  /// Options that the command does not have.
  Problem wrong_option() const {
    if (ends_here()) return {};
    if (settings_.bpf && command_->command == Command::why)
      return say("--bpf shows filters of packet sockets in a list; in skq why it needs a word: auto, never or require");
    for (const Option* row : given_) {
      if (row->commands.has(command_->command)) continue;
      if (command_->command != Command::list) return say(refusal_in(*row, command_->command));
      return say(refusal_outside(*row));
    }
    return {};
  }

  /// What is done is what the command says, to its own words or those of a filter.
  Problem take_operands() {
    if (ends_here() || command_->command == Command::list) return {};
    settings_.command = command_->command;
    settings_.action = command_->action;
    std::vector<std::string>& words = settings_.filter;
    words.erase(words.begin());
    for (const auto& [row, at] : adjacent_) {
      // The word before the first is the command's own name.
      if (at == 0 || !may_be_value(*row, words[at - 1])) continue;
      return stands_apart(*row, words[at - 1]);
    }
    if (command_->takes_operands) settings_.operands = std::exchange(words, {});
    return {};
  }

  /// A value that may be left out has to touch its option; here it stands apart, where the filter is read.
  Problem stray_value() {
    if (settings_.filter.empty() || ends_here()) return {};
    for (const Option* row : without_value_)
      if (may_be_value(*row, settings_.filter.front())) return stands_apart(*row, settings_.filter.front());
    return {};
  }

  static bool may_be_value(const Option& row, const std::string& word) {
    if (row.apply == action::watch) return word.find_first_not_of("0123456789.") == std::string::npos;
    const auto is_one_of = [&](const auto& words) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    return (row.values == Values::colors && is_one_of(color_words)) ||
           (row.values == Values::bpf_uses && is_one_of(bpf_words));
  }

  [[nodiscard]] Problem stands_apart(const Option& row, const std::string& word) const {
    const char letter = letter_in(row, command_->command);
    const std::string by_letter =
        letter == 0 || !begins_number(word.c_str()) ? "" : fmt::format("-{}{} or ", letter, word);
    return say(fmt::format("'{}' stands apart from {}: write {}--{}={}", word, display_name(row, command_->command),
                           by_letter, row.name, word));
  }

  /// An option without the value that it may have, and which of the words followed it.
  struct Adjacent {
    const Option* row;
    std::size_t at;
  };

  Settings settings_;
  const CommandRow* command_;
  std::vector<const Option*> given_, without_value_;
  const Option* bare_ = nullptr;  ///< the option just read, when it came without the value it may have
  std::vector<Adjacent> adjacent_;
  GetoptTables tables_;
  std::string name_ = "skq";
  std::vector<char*> words_;
  int count_ = 0;
};

}  // namespace

std::variant<Settings, UsageError> parse_arguments(std::span<char* const> words) { return Parser(words).run(); }

}  // namespace skq::cli
