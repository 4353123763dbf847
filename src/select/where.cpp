// The public face of --where.
#include "select/where_parser.h"
#include "select/where_program.h"
#include "skq/select.h"

namespace skq {
namespace {

constexpr std::size_t longest_input = std::size_t{64} << 10U;

}  // namespace

Where::Where() = default;
Where::~Where() = default;
Where::Where(Where&&) noexcept = default;
Where& Where::operator=(Where&&) noexcept = default;

Parsed<Where> parse_where(std::string_view text) {
  if (text.size() > longest_input) {
    return SyntaxError{"the expression is longer than " + std::to_string(longest_input) + " bytes",
                       std::string(text),
                       longest_input,
                       1,
                       {}};
  }
  Where where;
  auto program = std::make_unique<Where::Expression>();
  select::WhereParser parser(text);
  if (!parser.parse(*program, where.needs)) return parser.take_error();
  where.expression = std::move(program);
  return where;
}

namespace {

template <class Test>
bool run(const Where& where, const Test& test) {
  if (!where.expression) return true;
  using Kind = select::WhereStep::Kind;
  const auto& steps = where.expression->steps;
  bool result = true;
  for (std::size_t i = 0; i < steps.size();) {
    const select::WhereStep step = steps[i++];
    switch (step.kind) {
      case Kind::test:
        result = test(where.expression->tests[step.operand]);
        break;
      case Kind::negate:
        result = !result;
        break;
      case Kind::jump_if_true:
        if (result) i = step.operand;
        break;
      case Kind::jump_if_false:
        if (!result) i = step.operand;
        break;
    }
  }
  return result;
}

}  // namespace

bool matches(const Where& where, const Socket& socket, TextContext& context) {
  return run(where, [&](const select::Comparison& test) { return select::holds(test, socket, context); });
}

bool can_match(const Where& where, const Socket& socket, TextContext& context) {
  // Every test of owners gets the result that favours the whole, whatever stands around it.
  return run(where, [&](const select::Comparison& test) {
    return test.late ? !test.negated : select::holds(test, socket, context);
  });
}

}  // namespace skq
