#include "select/filter_parser.h"

#include <algorithm>
#include <array>

#include "base/nearest_word.h"
#include "base/text_escape.h"
#include "select/filter_host.h"
#include "select/filter_states.h"
#include "select/number_text.h"
#include "skq/fields.h"

namespace skq::select {
namespace {

constexpr std::size_t deepest = 100;

constexpr std::array<std::string_view, 13> keywords{"src",       "dst", "sport", "dport", "dev",   "fwmark", "cgroup",
                                                    "autobound", "not", "and",   "or",    "state", "exclude"};

/// A comparison of a column that was written into the filter, as --where takes it.
std::string as_where(const Field& field, std::string_view comparison) {
  std::vector<std::string> words;
  FilterWords reader(comparison);
  for (Word word = reader.peek(); !word.empty() && words.size() < 4; word = reader.peek()) {
    words.emplace_back(word.raw);
    reader.take(word);
  }
  if (words.size() != 3) return std::string(field.name) + " ...";
  if (words[1] == "=") words[1] = "==";
  const bool free_text = field.type == Type::text && field.words.empty();
  if (free_text && !words[2].starts_with('"')) words[2] = '"' + words[2] + '"';
  return escaped(words[0] + ' ' + words[1] + ' ' + words[2]);
}

bool is_joint(std::string_view keyword) { return keyword == "and" || keyword == "or"; }

}  // namespace

bool FilterParser::parse(Filter& filter) {
  if (!parse_states(filter)) return false;
  if (words_.peek().empty()) return true;
  Maybe expression = parse_or();
  if (!expression) return false;
  if (const Word rest = words_.peek(); !rest.empty()) {
    fail(rest.first(1), "there is no '(' that this ')' could close");
    return false;
  }
  if (misread_) {
    warnings_.push_back("ss reads 'and' and 'or' from left to right; skq reads: " + print(*expression));
  }
  filter.expression = std::make_unique<Expression>(std::move(*expression));
  filter.warnings = std::move(warnings_);
  return true;
}

bool FilterParser::parse_states(Filter& filter) {
  for (;;) {
    const Word word = words_.peek();
    const bool state = word.raw == "state";
    if (!state && word.raw != "exclude" && word.raw != "excl") return true;
    words_.take(word);
    const Word name = words_.peek();
    if (name.empty()) {
      fail(name, "a state must follow " + quoted(word.raw));
      return false;
    }
    const auto named = states_named(name.raw);
    if (!named) {
      fail(name, "unknown state " + quoted(name.raw), nearest_word(name.raw, state_names()));
      return false;
    }
    words_.take(name);
    if (!filter.states) filter.states = state ? StateSet{} : every_state;
    filter.states = state ? *filter.states | *named : *filter.states & ~*named;
  }
}

FilterParser::Joint FilterParser::peek_joint(Word& word) {
  word = words_.peek();
  for (const std::string_view symbol : {"&&", "||", "&", "|"}) {
    if (!word.raw.starts_with(symbol)) continue;
    word = word.first(symbol.size());
    return symbol.front() == '&' ? Joint::conjunction : Joint::disjunction;
  }
  word = words_.peek_keyword();
  const std::string keyword = unescaped(word.raw);
  return keyword == "and" ? Joint::conjunction : keyword == "or" ? Joint::disjunction : Joint::none;
}

FilterParser::Maybe FilterParser::parse_or() {
  Or any;
  for (;;) {
    Maybe term = parse_and();
    if (!term) return std::nullopt;
    // Read from left to right, what stands before this `and` would belong to it, too.
    if (!any.terms.empty() && joined_) misread_ = true;
    any.terms.push_back(std::move(*term));
    Word joint;
    if (peek_joint(joint) != Joint::disjunction) break;
    words_.take(joint);
  }
  if (any.terms.size() == 1) return std::move(any.terms.front());
  return Expression{std::move(any)};
}

FilterParser::Maybe FilterParser::parse_and() {
  And all;
  for (;;) {
    Maybe term = parse_unary();
    if (!term) return std::nullopt;
    all.terms.push_back(std::move(*term));
    Word joint;
    const Joint kind = peek_joint(joint);
    if (kind == Joint::disjunction) break;
    if (kind == Joint::conjunction)
      words_.take(joint);
    else if (const Word next = words_.peek(); next.empty() || next.raw.starts_with(')'))
      break;
  }
  joined_ = all.terms.size() > 1;
  if (all.terms.size() == 1) return std::move(all.terms.front());
  return Expression{std::move(all)};
}

FilterParser::Maybe FilterParser::parse_unary() {
  if (++depth_ > deepest)
    return failed(words_.peek(), "the expression is nested too deeply, over " + std::to_string(deepest) + " levels");
  const Word word = words_.peek();
  Maybe result;
  if (word.raw.starts_with('(')) {
    result = parse_group();
  } else if (const Word keyword = words_.peek_keyword(); word.raw.starts_with('!') || unescaped(keyword.raw) == "not") {
    words_.take(word.raw.starts_with('!') ? word.first(1) : keyword);
    if (Maybe term = parse_unary()) result = Expression{Not{std::make_unique<Expression>(std::move(*term))}};
  } else {
    result = parse_predicate();
  }
  --depth_;
  return result;
}

FilterParser::Maybe FilterParser::parse_group() {
  const Word opening = words_.peek().first(1);
  words_.take(opening);
  ++open_;
  Maybe inner = parse_or();
  if (!inner) return std::nullopt;
  const Word closing = words_.peek();
  if (!closing.raw.starts_with(')')) return failed(opening, "this '(' is never closed");
  words_.take(closing.first(1));
  --open_;
  return inner;
}

FilterParser::Maybe FilterParser::parse_predicate() {
  const Word word = words_.peek_keyword();
  const std::string keyword = unescaped(word.raw);
  constexpr std::array<std::pair<std::string_view, Maybe (FilterParser::*)()>, 3> plain{
      {{"dev", &FilterParser::parse_device},
       {"fwmark", &FilterParser::parse_mark},
       {"cgroup", &FilterParser::parse_cgroup}}};
  if (keyword == "src" || keyword == "dst") {
    words_.take(word);
    return parse_host_test(keyword == "src" ? Side::local : Side::peer);
  }
  if (keyword == "sport" || keyword == "dport") {
    words_.take(word);
    return parse_port_test(keyword == "sport" ? Side::local : Side::peer);
  }
  for (const auto& [name, parse] : plain) {
    if (keyword != name) continue;
    words_.take(word);
    return (this->*parse)();
  }
  if (keyword == "autobound") {
    words_.take(word);
    return Expression{Autobound{setting_.resolver.ephemeral_ports()}};
  }
  const Word whole = words_.peek();
  if (whole.empty())
    return failed(whole,
                  "the expression ends where src, dst, sport, dport, dev, fwmark, cgroup or autobound must follow");
  if (word.empty() || is_joint(keyword))
    return failed(word.empty() ? whole.first(1) : word, "an expression must stand here");
  if (keyword == "state" || keyword == "exclude" || keyword == "excl")
    return failed(word, "states must be named before the expression");
  if (const Field* field = find_comparable(keyword)) {
    return failed(word, "unknown word " + quoted(word.raw) + " in the filter; it is a column, for --where='" +
                            as_where(*field, input_.substr(word.at)) + "'");
  }
  return failed(word, "unknown word " + quoted(word.raw) + " in the filter", nearest_word(keyword, keywords));
}

Comparator FilterParser::take_comparator(bool& named) {
  const Word word = words_.peek();
  const auto found = operator_word(word);
  named = found.has_value();
  if (!found) return Comparator::equal;
  words_.take(word.first(found->length));
  return found->comparator;
}

std::optional<bool> FilterParser::take_negation(std::string_view keyword) {
  const Word word = words_.peek();
  bool named = false;
  const Comparator comparator = take_comparator(named);
  if (comparator == Comparator::equal) return false;
  if (comparator == Comparator::not_equal) return true;
  fail(word, std::string(keyword) + " has no order; only = and != can follow");
  return std::nullopt;
}

std::optional<Word> FilterParser::take_operand(std::string_view what, bool pattern) {
  const Word word = words_.peek();
  Word operand = pattern ? cut_pattern(word) : word.first(length_before(word.raw, "()|&"));
  const std::string text = unescaped(operand.raw);
  const auto comparison = operator_word(operand);
  const bool is_operator = comparison && (!pattern || comparison->length == operand.raw.size());
  if (operand.empty() || is_joint(text) || text == "not" || text == "!" || is_operator) {
    fail(operand.empty() && !word.empty() ? word.first(1) : operand, std::string(what) + " must follow");
    return std::nullopt;
  }
  words_.take(operand);
  return operand;
}

// ss needs white space before every ')', so that a pattern may hold some. One is the filter's own only when it closes
// nothing in the word, and the words after this one do not close what is open.
Word FilterParser::cut_pattern(const Word& word) {
  if (word.raw == "(" || word.raw == ")" || word.raw == "|" || word.raw == "||" || word.raw == "&" || word.raw == "&&")
    return word.first(0);
  std::size_t balance = 0, unmatched = 0, end = word.raw.size();
  for (std::size_t i = 0; i < word.raw.size(); ++i) {
    if (word.raw[i] == '\\')
      ++i;
    else if (word.raw[i] == '(')
      ++balance;
    else if (word.raw[i] == ')' && balance > 0)
      --balance;
    else if (word.raw[i] == ')')
      ++unmatched;
  }
  std::size_t spare = open_;
  if (spare > 0 && words_.peek_second().raw.starts_with(')')) --spare;
  for (std::size_t n = std::min(spare, unmatched); n > 0 && end > 0 && word.raw[end - 1] == ')'; --n) {
    if (end > 1 && word.raw[end - 2] == '\\') break;
    --end;
  }
  return word.first(end);
}

FilterParser::Maybe FilterParser::parse_host_test(Side side) {
  const std::string_view name = side == Side::local ? "src" : "dst";
  const bool patterns = setting_.preferred() == Family::unix_domain;
  bool negated = false;
  // With -x a word such as =x is a pattern, as in ss.
  if (const auto found = operator_word(words_.peek());
      found && (!patterns || found->length == words_.peek().raw.size())) {
    const auto negation = take_negation(name);
    if (!negation) return std::nullopt;
    negated = *negation;
  }
  const auto operand = take_operand("an address", is_unix_pattern(unescaped(words_.peek().raw), setting_));
  if (!operand) return std::nullopt;
  auto host = parse_host(unescaped(operand->raw), side, setting_, warnings_);
  if (const auto* problem = std::get_if<HostProblem>(&host)) return failed(*operand, problem->message);
  if (!negated) return std::move(std::get<Expression>(host));
  return Expression{Not{std::make_unique<Expression>(std::move(std::get<Expression>(host)))}};
}

FilterParser::Maybe FilterParser::parse_port_test(Side side) {
  bool named = false;
  const Comparator comparator = take_comparator(named);
  const auto operand = take_operand("a port", false);
  if (!operand) return std::nullopt;
  auto port = parse_port_word(unescaped(operand->raw), side, comparator, setting_);
  if (const auto* problem = std::get_if<HostProblem>(&port)) return failed(*operand, problem->message);
  return Expression{std::get<PortTest>(port)};
}

FilterParser::Maybe FilterParser::parse_device() {
  const auto negated = take_negation("dev");
  if (!negated) return std::nullopt;
  const auto operand = take_operand("an interface", false);
  if (!operand) return std::nullopt;
  const std::string name = unescaped(operand->raw);
  const auto interface = parse_interface(name, setting_.resolver);
  if (!interface) return failed(*operand, "unknown interface " + quoted(name));
  return Expression{DeviceTest{*negated, *interface}};
}

FilterParser::Maybe FilterParser::parse_mark() {
  const auto negated = take_negation("fwmark");
  if (!negated) return std::nullopt;
  const auto operand = take_operand("a mark", false);
  if (!operand) return std::nullopt;
  constexpr std::uint64_t all_bits = 0xffffffffU;
  const std::string text = unescaped(operand->raw);
  const std::size_t slash = text.find('/');
  const auto value = parse_c_number(std::string_view(text).substr(0, slash), all_bits);
  std::optional<std::uint64_t> mask = all_bits;
  if (slash != std::string::npos) mask = parse_c_number(std::string_view(text).substr(slash + 1), all_bits);
  if (!value || !mask) return failed(*operand, quoted(text) + " is no mark; write NUMBER or NUMBER/MASK");
  return Expression{MarkTest{*negated, static_cast<std::uint32_t>(*value), static_cast<std::uint32_t>(*mask)}};
}

FilterParser::Maybe FilterParser::parse_cgroup() {
  const auto negated = take_negation("cgroup");
  if (!negated) return std::nullopt;
  const auto operand = take_operand("a path", true);
  if (!operand) return std::nullopt;
  std::string path = unescaped(operand->raw);
  const auto id = setting_.resolver.cgroup(path);
  if (!id) return failed(*operand, "unknown cgroup " + quoted(path));
  return Expression{CgroupTest{*negated, *id, std::move(path)}};
}

void FilterParser::fail(const Word& word, std::string message, std::string_view suggestion) {
  error_ = {std::move(message), std::string(input_), word.at, std::max<std::size_t>(word.raw.size(), 1),
            std::string(suggestion)};
}

FilterParser::Maybe FilterParser::failed(const Word& word, std::string message, std::string_view suggestion) {
  fail(word, std::move(message), suggestion);
  return std::nullopt;
}

}  // namespace skq::select
