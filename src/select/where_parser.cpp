#include "select/where_parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include "select/filter_port.h"
#include "select/where_literal.h"

namespace skq::select {
namespace {

constexpr std::size_t deepest = 100;

struct OperatorSpelling {
  std::string_view text;
  WhereOperator op;
};
constexpr std::array<OperatorSpelling, 8> operators{{{"==", WhereOperator::equal},
                                                     {"!=", WhereOperator::not_equal},
                                                     {"<", WhereOperator::less},
                                                     {"<=", WhereOperator::less_equal},
                                                     {">", WhereOperator::greater},
                                                     {">=", WhereOperator::greater_equal},
                                                     {"=~", WhereOperator::match},
                                                     {"!~", WhereOperator::no_match}}};

struct Mistake {
  std::string_view written, meant;
};
constexpr std::array<Mistake, 20> mistakes{
    {{"=", "=="},  {"===", "=="}, {"!==", "!="}, {"<>", "!="},  {"=<", "<="},   {"=>", ">="},      {"~", "=~"},
     {"~=", "=~"}, {"eq", "=="},  {"ne", "!="},  {"neq", "!="}, {"lt", "<"},    {"le", "<="},      {"leq", "<="},
     {"gt", ">"},  {"ge", ">="},  {"geq", ">="}, {"is", "=="},  {"like", "=~"}, {"contains", "=~"}}};

struct OwnerField {
  std::string_view name;
  WhereSource source;
  bool peer;
};
// They show the first owner, but are compared with all.
constexpr std::array<OwnerField, 6> owner_fields{{{"pid", WhereSource::owner_pid, false},
                                                  {"comm", WhereSource::owner_comm, false},
                                                  {"fd", WhereSource::owner_fd, false},
                                                  {"peer_pid", WhereSource::owner_pid, true},
                                                  {"peer_comm", WhereSource::owner_comm, true},
                                                  {"peer_fd", WhereSource::owner_fd, true}}};

std::optional<WhereOperator> operator_of(std::string_view text) {
  for (const OperatorSpelling& row : operators) {
    if (row.text == text) return row.op;
  }
  return std::nullopt;
}

std::string_view meant_operator(std::string_view text) {
  for (const Mistake& row : mistakes) {
    if (row.written == text) return row.meant;
  }
  return {};
}

/// Words of ss's FILTER that are no columns.
bool is_filter_word(std::string_view word) {
  constexpr std::array<std::string_view, 9> words{"src",    "dst",    "sport",     "dport",  "dev",
                                                  "fwmark", "cgroup", "autobound", "exclude"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool reads_owners(const Field& field) { return !(field.needs & owner_needs).empty(); }

bool is_late(const Comparison& comparison) {
  const auto* right = std::get_if<WhereField>(&comparison.literal);
  return reads_owners(*comparison.field) || (right != nullptr && reads_owners(*right->field));
}

}  // namespace

bool WhereParser::parse(Where::Expression& program, NeedSet& needs) {
  program_ = &program;
  if (!advance() || !parse_or() || !expect_end()) return false;
  needs = needs_;
  return true;
}

bool WhereParser::expect_end() {
  if (token_.kind == WhereToken::Kind::end) return true;
  if (token_.kind == WhereToken::Kind::close) return fail_here("there is no '(' that this ')' could close");
  if (token_.raw == "&" || token_.raw == "|")
    return fail_here("unknown operator " + quoted(token_.raw), token_.raw == "&" ? "&&" : "||");
  return fail_here("'and' or 'or' must stand between two comparisons");
}

bool WhereParser::is_joint(std::string_view word, std::string_view symbol) const {
  return (token_.kind == WhereToken::Kind::word && token_.raw == word) ||
         (token_.kind == WhereToken::Kind::symbol && token_.raw == symbol);
}

bool WhereParser::parse_or() { return parse_chain(&WhereParser::parse_and, "or", "||", WhereStep::Kind::jump_if_true); }

bool WhereParser::parse_and() {
  return parse_chain(&WhereParser::parse_unary, "and", "&&", WhereStep::Kind::jump_if_false);
}

bool WhereParser::parse_chain(bool (WhereParser::*term)(), std::string_view word, std::string_view symbol,
                              WhereStep::Kind jump) {
  std::vector<std::size_t> jumps;
  for (;;) {
    if (!(this->*term)()) return false;
    if (!is_joint(word, symbol)) break;
    jumps.push_back(program_->steps.size());
    program_->steps.push_back({jump, 0});
    if (!advance()) return false;
  }
  for (const std::size_t at : jumps) program_->steps[at].operand = static_cast<std::uint32_t>(program_->steps.size());
  return true;
}

bool WhereParser::parse_unary() {
  if (++depth_ > deepest)
    return fail_here("the expression is nested too deeply, over " + std::to_string(deepest) + " levels");
  bool done = false;
  if (is_joint("not", "!")) {
    negated_ = !negated_;
    done = advance() && parse_unary();
    negated_ = !negated_;
    if (done) program_->steps.push_back({WhereStep::Kind::negate, 0});
  } else if (token_.kind == WhereToken::Kind::open) {
    done = parse_group();
  } else {
    done = parse_comparison();
  }
  --depth_;
  return done;
}

bool WhereParser::parse_group() {
  const WhereToken opening = token_;
  if (!advance() || !parse_or()) return false;
  if (token_.kind == WhereToken::Kind::end) return fail(opening.at, 1, "this '(' is never closed");
  if (token_.kind != WhereToken::Kind::close) return expect_end();
  return advance();
}

bool WhereParser::parse_comparison() {
  Comparison comparison;
  if (!parse_field(comparison)) return false;
  const bool ends = token_.kind == WhereToken::Kind::end || token_.kind == WhereToken::Kind::close ||
                    is_joint("and", "&&") || is_joint("or", "||");
  if (ends && comparison.field->type == Type::boolean) {
    comparison.op = WhereOperator::equal;
    comparison.literal = true;
  } else if (!parse_operator(comparison) || !parse_literal(comparison)) {
    return false;
  }
  needs_ = needs_ | comparison.field->needs;
  comparison.negated = negated_;
  comparison.late = is_late(comparison);
  program_->steps.push_back({WhereStep::Kind::test, static_cast<std::uint32_t>(program_->tests.size())});
  program_->tests.push_back(std::move(comparison));
  return true;
}

bool WhereParser::parse_field(Comparison& comparison) {
  if (token_.kind == WhereToken::Kind::end) return fail_here("a comparison must follow");
  const bool is_word = token_.kind == WhereToken::Kind::word;
  const bool number = is_word && token_.raw.front() >= '0' && token_.raw.front() <= '9';
  if (!is_word || number || token_.raw == "and" || token_.raw == "or")
    return fail_here("a field must stand here, as in: fill > 80");
  comparison.field = find_comparable(token_.raw);
  if (comparison.field == nullptr && is_filter_word(token_.raw))
    return fail_here(quoted(token_.raw) + " is a word of FILTER, which stands by itself, outside of --where");
  if (comparison.field == nullptr) return fail_here("unknown field " + quoted(token_.raw), nearest_field(token_.raw));
  for (const OwnerField& row : owner_fields) {
    if (row.name != token_.raw) continue;
    comparison.source = row.source;
    comparison.peer = row.peer;
  }
  comparison.peer = comparison.peer || token_.raw == "peer_owners";
  return advance();
}

bool WhereParser::parse_operator(Comparison& comparison) {
  const auto op = operator_of(token_.raw);
  if (token_.kind != WhereToken::Kind::symbol || !op) {
    const bool ends = token_.kind == WhereToken::Kind::end || token_.kind == WhereToken::Kind::close;
    if (token_.kind == WhereToken::Kind::symbol)
      return fail_here("unknown operator " + quoted(token_.raw), meant_operator(token_.raw));
    return fail_here("one of == != < <= > >= =~ !~ must follow '" + std::string(comparison.field->name) + "'",
                     ends ? std::string_view{} : meant_operator(token_.raw));
  }
  comparison.op = *op;
  if (takes_operator(*comparison.field, *op)) return advance();
  const bool pattern = *op == WhereOperator::match || *op == WhereOperator::no_match;
  return fail_here(describe(*comparison.field) +
                   (pattern ? "; only text is matched by " : " and has no order; it cannot be compared by ") +
                   quoted(token_.raw));
}

bool WhereParser::parse_literal(Comparison& comparison) {
  if (token_.kind != WhereToken::Kind::word && token_.kind != WhereToken::Kind::string)
    return fail_here("a value must follow");
  auto literal = read_literal(token_, comparison);
  if (auto* problem = std::get_if<LiteralProblem>(&literal)) {
    return fail(problem->at, problem->length, std::move(problem->message), problem->suggestion);
  }
  comparison.literal = std::move(std::get<WhereLiteral>(literal));
  if (const auto* right = std::get_if<WhereField>(&comparison.literal)) needs_ = needs_ | right->field->needs;
  return advance();
}

bool WhereParser::advance() {
  const auto next = next_token(input_, token_.at + token_.raw.size());
  if (const auto* error = std::get_if<LexerError>(&next)) return fail(error->at, error->length, error->message);
  token_ = std::get<WhereToken>(next);
  return true;
}

bool WhereParser::fail(std::size_t at, std::size_t length, std::string message, std::string_view suggestion) {
  error_ = {std::move(message), std::string(input_), at, std::max<std::size_t>(length, 1), std::string(suggestion)};
  return false;
}

bool WhereParser::fail_here(std::string message, std::string_view suggestion) {
  return fail(token_.at, token_.raw.size(), std::move(message), suggestion);
}

}  // namespace skq::select
