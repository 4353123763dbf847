#include "select/regex.h"

#include <algorithm>
#include <map>
#include <utility>

#include "select/regex_program.h"

namespace skq::select {
namespace {

constexpr std::int32_t unknown = -1, matched = -2;
/// Table entries kept before everything learned is forgotten; bounds memory for patterns with very many states.
constexpr std::size_t most_entries = std::size_t{1} << 18U;

}  // namespace

/// The deterministic automaton, built state by state as texts need it.
class RegexAutomaton {
 public:
  explicit RegexAutomaton(RegexProgram program)
      : program_(std::move(program)), end_(program_.classes.size()), seen_(program_.steps.size()) {
    forget();
  }

  bool found_in(std::string_view text) {
    std::int32_t state = 0;
    for (std::size_t i = 0; i < text.size();) {
      const auto byte = static_cast<unsigned char>(text[i]);
      const CodeStep step = byte < 0x80 ? CodeStep{byte, 1} : next_code(text, i);
      i += step.length;
      state = next(state, program_.classes.of(step.code));
      if (state == matched) return true;
    }
    return next(state, end_) == matched;
  }

 private:
  /// Places in the program to go on from, and what stands before: enough to decide ^ and \b.
  struct State {
    std::vector<std::uint16_t> places;
    bool at_start = false, after_word = false;
    auto operator<=>(const State&) const = default;
  };

  void forget() {
    states_.clear();
    numbers_.clear();
    table_.clear();
    intern({{}, true, false});
  }

  std::int32_t intern(const State& state) {
    const auto [known, added] = numbers_.try_emplace(state, static_cast<std::int32_t>(states_.size()));
    if (added) {
      states_.push_back(&known->first);
      table_.resize(table_.size() + end_ + 1, unknown);
    }
    return known->second;
  }

  std::int32_t next(std::int32_t state, std::size_t code_class) {
    const std::size_t entry = static_cast<std::size_t>(state) * (end_ + 1) + code_class;
    if (table_[entry] != unknown) return table_[entry];
    State target;
    if (!advance(*states_[static_cast<std::size_t>(state)], code_class, target)) return table_[entry] = matched;
    if (table_.size() > most_entries) {
      forget();
      return intern(std::move(target));
    }
    const std::int32_t number = intern(std::move(target));
    table_[entry] = number;
    return number;
  }

  /// False when a match was found on the way.
  bool advance(const State& from, std::size_t code_class, State& to) {
    std::fill(seen_.begin(), seen_.end(), false);
    todo_.assign(from.places.begin(), from.places.end());
    todo_.push_back(program_.start);  // a match may begin anywhere
    while (!todo_.empty()) {
      const std::uint16_t place = todo_.back();
      todo_.pop_back();
      if (seen_[place]) continue;
      seen_[place] = true;
      if (!follow(program_.steps[place], from, code_class, to)) return false;
    }
    std::sort(to.places.begin(), to.places.end());
    to.places.erase(std::unique(to.places.begin(), to.places.end()), to.places.end());
    to.after_word = is_word(code_class);
    return true;
  }

  /// Goes on from one step before a character of this class. False: the match is complete.
  bool follow(const RegexStep& step, const State& from, std::size_t code_class, State& to) {
    const bool at_end = code_class == end_;
    switch (step.kind) {
      case RegexStep::Kind::found:
        return false;
      case RegexStep::Kind::take:
        if (!at_end && program_.sets[step.set][code_class]) to.places.push_back(step.next);
        break;
      case RegexStep::Kind::fork:
        todo_.push_back(step.next);
        todo_.push_back(step.other);
        break;
      case RegexStep::Kind::begin:
        if (from.at_start) todo_.push_back(step.next);
        break;
      case RegexStep::Kind::end:
        if (at_end) todo_.push_back(step.next);
        break;
      case RegexStep::Kind::boundary:
        if (is_word(code_class) != from.after_word) todo_.push_back(step.next);
        break;
      case RegexStep::Kind::no_boundary:
        if (is_word(code_class) == from.after_word) todo_.push_back(step.next);
        break;
    }
    return true;
  }

  [[nodiscard]] bool is_word(std::size_t code_class) const {
    return code_class != end_ && std::any_of(word_codes().begin(), word_codes().end(), [&](const CodeRange& range) {
             return program_.classes.of(range.first) <= code_class && code_class <= program_.classes.of(range.last);
           });
  }

  RegexProgram program_;
  std::size_t end_;  ///< the class of the end of the text
  std::map<State, std::int32_t> numbers_;
  std::vector<const State*> states_;
  std::vector<std::int32_t> table_;
  std::vector<bool> seen_;
  std::vector<std::uint16_t> todo_;
};

Regex::Regex(std::unique_ptr<RegexAutomaton> automaton) : automaton_(std::move(automaton)) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

std::variant<Regex, RegexError> Regex::compile(std::string_view pattern) {
  if (pattern.size() > longest_pattern) return RegexError{"the pattern is longer than 256 bytes", longest_pattern};
  auto parsed = parse_regex(pattern);
  if (auto* error = std::get_if<RegexError>(&parsed)) return std::move(*error);
  auto program = compile_regex(std::get<RegexNode>(parsed));
  if (!program) return RegexError{"the pattern is too large with its repetitions written out", 0};
  return Regex(std::make_unique<RegexAutomaton>(std::move(*program)));
}

bool Regex::found_in(std::string_view text) const { return automaton_->found_in(text); }

}  // namespace skq::select
