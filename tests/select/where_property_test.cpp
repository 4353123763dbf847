// --where: laws of logic on generated expressions, against an evaluation of their own. The seed is fixed.
#include <gtest/gtest.h>

#include <random>

#include "sample_sockets.h"
#include "skq/select.h"

namespace skq {
namespace {

using namespace test;

/// An expression with as few parentheses as precedence allows, and what it must give.
struct Case {
  std::string text;
  bool value = false;
  int strength = 0;  ///< 0 or, 1 and, 2 not or a comparison
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Case make(unsigned depth) {
    const std::uint32_t kind = depth == 0 ? 3 : below(4);
    if (kind == 0) return joined(make(depth - 1), make(depth - 1), below(2) == 0 ? " or " : "||", 0);
    if (kind == 1) return joined(make(depth - 1), make(depth - 1), below(2) == 0 ? " and " : "&&", 1);
    if (kind == 2) {
      const Case inner = make(depth - 1);
      return {(below(2) == 0 ? "not " : "!") + wrapped(inner, 2), !inner.value, 2};
    }
    return comparison();
  }

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  Case comparison() {
    // recv_q is 10, sndbuf is unknown
    static const Case cases[] = {{"recv_q==10", true, 2},   {"recv_q > 10", false, 2},    {"sndbuf > 0", false, 2},
                                 {"sndbuf <= 0", false, 2}, {"path=~'^/r'", true, 2},     {"state==LISTEN", false, 2},
                                 {"abstract", false, 2},    {"path == \"/run\"", true, 2}};
    return cases[below(std::size(cases))];
  }

  static std::string wrapped(const Case& inner, int strength) {
    return inner.strength < strength ? "(" + inner.text + ")" : inner.text;
  }

  static Case joined(const Case& a, const Case& b, const std::string& joint, int strength) {
    return {wrapped(a, strength) + joint + wrapped(b, strength),
            strength == 0 ? a.value || b.value : a.value && b.value, strength};
  }

  std::mt19937 random_;
};

TEST(WhereProperty, GivesWhatLogicGives) {
  Socket socket = unix_socket("/run", 1);
  socket.recv_q = 10;
  TextContext context;
  Generator generator(5);
  for (int i = 0; i < 5000; ++i) {
    const Case one = generator.make(6);
    auto parsed = parse_where(one.text);
    ASSERT_TRUE(std::holds_alternative<Where>(parsed)) << std::get<SyntaxError>(parsed).text();
    EXPECT_EQ(matches(std::get<Where>(parsed), socket, context), one.value) << one.text;
  }
}

TEST(WhereProperty, DeMorganAndDoubleNegation) {
  Socket socket = unix_socket("/run", 1);
  socket.recv_q = 10;
  TextContext context;
  const auto holds = [&](const std::string& text) {
    return matches(std::get<Where>(parse_where(text)), socket, context);
  };
  Generator generator(6);
  for (int i = 0; i < 1000; ++i) {
    const std::string a = "(" + generator.make(3).text + ")", b = "(" + generator.make(3).text + ")";
    EXPECT_EQ(holds("not(" + a + " and " + b + ")"), holds("not " + a + " or not " + b));
    EXPECT_EQ(holds("not(" + a + " or " + b + ")"), holds("not " + a + " and not " + b));
    EXPECT_EQ(holds("not not " + a), holds(a));
  }
}

}  // namespace
}  // namespace skq
