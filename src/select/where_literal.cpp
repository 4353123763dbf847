#include "select/where_literal.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "base/nearest_word.h"
#include "base/units.h"
#include "select/filter_port.h"
#include "select/filter_states.h"
#include "select/number_text.h"

namespace skq::select {
namespace {

using Read = std::variant<WhereLiteral, LiteralProblem>;

LiteralProblem problem(const WhereToken& token, std::string message, std::string_view suggestion = {}) {
  return {std::move(message), std::string(suggestion), token.at, token.raw.size()};
}

struct TimeUnit {
  std::string_view suffix;
  double microseconds;
};
constexpr std::array<TimeUnit, 9> time_units{{{"ns", 1e-3},
                                              {"us", 1},
                                              {"\xc2\xb5s", 1},
                                              {"\xce\xbcs", 1},
                                              {"ms", 1e3},
                                              {"s", 1e6},
                                              {"m", 60e6},
                                              {"h", 3600e6},
                                              {"d", 86400e6}}};

WhereNumber number_of(double value) {
  constexpr double exact_limit = 9007199254740992.0;  // 2^53: doubles hold every whole number up to it
  WhereNumber number{value, {}};
  if (value >= 0 && value <= exact_limit && value == std::floor(value))
    number.exact = static_cast<std::uint64_t>(value);
  return number;
}

/// "-1", "0.5", "1e6"; no "inf", no "nan".
std::optional<double> parse_double(std::string_view text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  if (text.size() == sign || !((text[sign] >= '0' && text[sign] <= '9') || text[sign] == '.')) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<WhereNumber> parse_plain(std::string_view text) {
  std::uint64_t exact = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exact);
  if (error == std::errc{} && end == text.data() + text.size()) return WhereNumber{static_cast<double>(exact), exact};
  if (error == std::errc::result_out_of_range) return std::nullopt;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    const auto hex = parse_c_number(text, ~std::uint64_t{0});
    if (!hex) return std::nullopt;
    return WhereNumber{static_cast<double>(*hex), *hex};
  }
  const auto value = parse_double(text);
  if (!value) return std::nullopt;
  return number_of(*value);
}

std::optional<WhereNumber> parse_time(std::string_view text, Unit unit) {
  for (const TimeUnit& row : time_units) {
    if (!text.ends_with(row.suffix)) continue;
    if (const auto value = parse_double(text.substr(0, text.size() - row.suffix.size()))) {
      return number_of(*value * row.microseconds / (unit == Unit::milliseconds ? 1e3 : 1));
    }
  }
  return std::nullopt;
}

std::optional<WhereNumber> parse_number(std::string_view text, Unit unit) {
  if (const auto plain = parse_plain(text)) return plain;
  switch (unit) {
    case Unit::percent:
      return text.ends_with('%') ? parse_plain(text.substr(0, text.size() - 1)) : std::nullopt;
    case Unit::microseconds:
    case Unit::milliseconds:
      return parse_time(text, unit);
    case Unit::none:
    case Unit::bytes:
    case Unit::bytes_per_second:
      if (const auto size = parse_size(text)) return WhereNumber{static_cast<double>(*size), *size};
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view number_examples(Unit unit) {
  switch (unit) {
    case Unit::percent:
      return "like 80 or 80%";
    case Unit::microseconds:
    case Unit::milliseconds:
      return "like 500us, 10ms or 2s";
    case Unit::bytes:
    case Unit::bytes_per_second:
      return "like 4096, 4K or 1M";
    case Unit::none:
      return "like 5 or 4K";
  }
  return {};
}

bool is_numeric(const Field& field) { return field.type == Type::integer || field.type == Type::number; }

bool is_time(const Field& field) { return field.unit == Unit::microseconds || field.unit == Unit::milliseconds; }

Read read_number(const WhereToken& token, const Field& left) {
  if (token.kind == WhereToken::Kind::string) {
    return problem(token, describe(left) + "; a number must not stand in quotes",
                   token.raw.substr(1, token.raw.size() - 2));
  }
  if (const auto number = parse_number(token.raw, left.unit)) return WhereLiteral(*number);
  const bool digits = token.raw.front() >= '0' && token.raw.front() <= '9';
  if (const Field* right = digits ? nullptr : find_field(token.raw)) {
    const bool two_clocks = is_time(*right) && is_time(left) && right->unit != left.unit;
    if (is_numeric(*right) && is_numeric(left) && !two_clocks) return WhereLiteral(WhereField{right});
    return problem(token, describe(left) + ", but " + describe(*right));
  }
  return problem(
      token, describe(left) + "; " + quoted(token.raw) + " is no number " + std::string(number_examples(left.unit)));
}

Read read_boolean(const WhereToken& token, const Field& left) {
  std::string_view text = token.raw;
  if (token.kind == WhereToken::Kind::string)
    text = text.substr(1, text.size() - 2);
  else if (equal_without_case(text, "true"))
    return WhereLiteral(true);
  else if (equal_without_case(text, "false"))
    return WhereLiteral(false);
  constexpr std::array<std::string_view, 2> words{"true", "false"};
  std::string_view meant = nearest_word(text, words);
  if (equal_without_case(text, "yes") || text == "1") meant = "true";
  if (equal_without_case(text, "no") || text == "0") meant = "false";
  return problem(token, describe(left), meant);
}

Read read_address(const WhereToken& token, const Field& left) {
  std::string_view text = token.raw;
  if (token.kind == WhereToken::Kind::string) text = text.substr(1, text.size() - 2);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (const auto prefix = parse_prefix(text)) return WhereLiteral(*prefix);
  return problem(token,
                 describe(left) + "; " + quoted(text) + " is no address like 10.0.0.1 and no prefix like 10.0.0.0/8");
}

Read read_regex(const WhereToken& token, const std::string& pattern) {
  auto compiled = Regex::compile(pattern);
  if (auto* regex = std::get_if<Regex>(&compiled)) return WhereLiteral(std::move(*regex));
  const RegexError& error = std::get<RegexError>(compiled);
  LiteralProblem why = problem(token, "bad regular expression: " + error.message);
  // Only where no escape moved the bytes does an offset in the pattern name a byte of the input.
  if (token.kind == WhereToken::Kind::string && pattern.size() + 2 == token.raw.size() && error.at < pattern.size()) {
    why.at = token.at + 1 + error.at;
    why.length = 1;
  }
  return why;
}

Read read_word(const WhereToken& token, std::string_view text, const Field& left) {
  for (const std::string_view word : left.words) {
    if (equal_without_case(word, text)) return WhereLiteral(std::string(word));
  }
  std::string message = "unknown " + std::string(left.name) + " " + quoted(text);
  std::string_view near = nearest_word(text, left.words);
  // FILTER has other names for the states.
  if (const auto states = states_named(text); states && left.name == "state" && std::has_single_bit(states->bits()))
    near = to_text(static_cast<State>(std::countr_zero(states->bits())));
  if (near.empty() && left.words.size() <= 8) {
    message += "; it can be";
    for (const std::string_view word : left.words) message += ' ' + std::string(word);
  }
  return problem(token, std::move(message), near);
}

Read read_text(const WhereToken& token, WhereOperator op, const Field& left) {
  const bool regex = op == WhereOperator::match || op == WhereOperator::no_match;
  if (token.kind != WhereToken::Kind::string) {
    if (!regex && !left.words.empty()) return read_word(token, token.raw, left);
    return problem(
        token, regex ? "a regular expression must stand in quotes" : describe(left) + ", and text must stand in quotes",
        '"' + std::string(token.raw) + '"');
  }
  auto decoded = decode_string(token, regex);
  if (const auto* error = std::get_if<LexerError>(&decoded))
    return LiteralProblem{error->message, {}, error->at, error->length};
  auto& text = std::get<std::string>(decoded);
  if (regex) return read_regex(token, std::move(text));
  if (!left.words.empty()) return read_word(token, text, left);
  return WhereLiteral(std::move(text));
}

Read read_owner(const WhereToken& token, Comparison& comparison) {
  const bool regex = comparison.op == WhereOperator::match || comparison.op == WhereOperator::no_match;
  if (regex || token.kind == WhereToken::Kind::string) {
    comparison.source = WhereSource::owner_comm;
    return read_text(token, comparison.op, *comparison.field);
  }
  comparison.source = WhereSource::owner_pid;
  if (const auto pid = parse_plain(token.raw)) return WhereLiteral(*pid);
  return problem(token, describe(*comparison.field) + "; compare it with a pid, or with a command name in quotes",
                 '"' + std::string(token.raw) + '"');
}

}  // namespace

std::string describe(const Field& field) {
  const std::string name(field.name);
  switch (field.type) {
    case Type::boolean:
      return name + " is true or false";
    case Type::text:
      return name + (field.words.empty() ? " is text" : " is one of a few words");
    case Type::address:
      return name + " is an address";
    case Type::owners:
      return name + " is a list of processes";
    case Type::inodes:
      return name + " is a list of inodes";
    case Type::integer:
    case Type::number:
      break;
  }
  switch (field.unit) {
    case Unit::bytes:
      return name + " is a number of bytes";
    case Unit::percent:
      return name + " is a percentage";
    case Unit::microseconds:
      return name + " is a time in microseconds";
    case Unit::milliseconds:
      return name + " is a time in milliseconds";
    case Unit::bytes_per_second:
      return name + " is a rate in bytes per second";
    case Unit::none:
      break;
  }
  return name + " is a number";
}

bool takes_operator(const Field& field, WhereOperator op) {
  const bool equality = op == WhereOperator::equal || op == WhereOperator::not_equal;
  const bool pattern = op == WhereOperator::match || op == WhereOperator::no_match;
  switch (field.type) {
    case Type::boolean:
    case Type::address:
      return equality;
    case Type::integer:
    case Type::number:
    case Type::inodes:
      return !pattern;
    case Type::text:
    case Type::owners:
      return true;
  }
  return false;
}

std::variant<WhereLiteral, LiteralProblem> read_literal(const WhereToken& token, Comparison& comparison) {
  const Field& left = *comparison.field;
  if (token.kind == WhereToken::Kind::word && equal_without_case(token.raw, "null")) {
    return problem(
        token, "a comparison with null never holds; 'not' of a comparison that any value meets finds rows without " +
                   std::string(left.name));
  }
  switch (left.type) {
    case Type::boolean:
      return read_boolean(token, left);
    case Type::integer:
    case Type::number:
    case Type::inodes:
      return read_number(token, left);
    case Type::text:
      return read_text(token, comparison.op, left);
    case Type::address:
      return read_address(token, left);
    case Type::owners:
      return read_owner(token, comparison);
  }
  return problem(token, "no literal");
}

}  // namespace skq::select
